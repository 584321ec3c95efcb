#include "edit.hpp"

#include <algorithm>
#include <utility>

#include "place.hpp"

namespace leat::transform {
namespace {

Path parsed(const char* option, const std::string& text) {
  auto path = parse_path(text);
  if (!path) throw invalid(std::string(option) + ": " + path.error().message + " of \"" + text + '"');
  return std::move(*path);
}

}  // namespace

Options<Remove> Remove::options() {
  return leat::options<Remove>().field("paths", &Remove::paths, "The paths to remove, such as [_info, company.phone].",
                                       required);
}

void Remove::configure(Context& /*context*/) {
  for (const std::string& text : paths) parsed_.push_back(parsed("paths", text));
  // Later elements of an array first: removing one moves those behind it.
  std::sort(parsed_.begin(), parsed_.end(), [](const Path& a, const Path& b) { return b < a; });
  parsed_.erase(std::unique(parsed_.begin(), parsed_.end()), parsed_.end());
}

void Remove::operator()(Record record) const {
  for (const Path& path : parsed_) erase(record.root(), path);
}

void Remove::constants(Record known, Context& /*context*/) const {
  for (const Path& path : parsed_) forget(known.root(), path);
}

template <bool moves>
Options<Transfer<moves>> Transfer<moves>::options() {
  return leat::options<Transfer>()
      .field("from", &Transfer::from, "The path to read, such as company.id.", leat::required, example("company.id"))
      .field("to", &Transfer::to, "The path to write; what it needs on the way is made.", leat::required,
             example("companyId"))
      .field("required", &Transfer::required, "Reject records that have nothing at the path `from`.");
}

template <bool moves>
void Transfer<moves>::configure(Context& /*context*/) {
  from_ = parsed("from", from);
  to_ = parsed("to", to);
  if (from_ == to_) throw invalid("from and to are the same path: " + from);
  const bool inside = to_.size() > from_.size() && std::equal(from_.begin(), from_.end(), to_.begin());
  if (moves && inside) throw invalid("to: " + to + " lies inside of " + from + ", which is moved away");
}

template <bool moves>
void Transfer<moves>::operator()(Record record) const {
  const Node value = find(record.root(), from_);
  if (!value && required) throw invalid("from: " + from + " is missing");
  if (!value) return;
  NewRecord taken;  // a copy: making the place may move what the source's handle points to
  taken.root().set(value);
  if (moves) erase(record.root(), from_);
  make(record.root(), to_).set(taken.root());
}

template <bool moves>
void Transfer<moves>::constants(Record known, Context& /*context*/) const {
  NewRecord taken;
  const Node value = is_plain(from_) ? find(known.root(), from_) : Node();
  const bool certain = static_cast<bool>(value) && is_plain(to_);
  if (certain) taken.root().set(value);
  if (moves) forget(known.root(), from_);
  forget(known.root(), to_);
  if (certain) make(known.root(), to_).set(taken.root());
}

template class Transfer<true>;
template class Transfer<false>;

}  // namespace leat::transform
