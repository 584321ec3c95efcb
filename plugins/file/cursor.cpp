#include "cursor.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace leat::file {
namespace {

using Member = std::pair<std::string_view, std::uint64_t*>;

// One place that knows the names.
template <class Visit>
void for_each_member(Cursor& cursor, Visit visit) {
  const Member members[] = {
      {"offset", &cursor.position.offset}, {"line", &cursor.position.line}, {"record", &cursor.position.record},
      {"device", &cursor.device},          {"inode", &cursor.inode},        {"before", &cursor.before}};
  for (const Member& member : members) visit(member);
}

// The beginning of what should have been a cursor; it may be any bytes.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 200));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace

std::string to_text(const Cursor& cursor) {
  std::string out;
  Cursor copy = cursor;
  for_each_member(copy, [&](const Member& member) {
    out += out.empty() ? "{\"" : ",\"";
    ((out += member.first) += "\":") += std::to_string(*member.second);
  });
  return out + '}';
}

Result<Cursor> parse_cursor(std::string_view text) {
  Cursor cursor;
  bool valid = text.starts_with('{') && text.ends_with('}');
  for (std::size_t at = text.find('"'); valid && at != std::string_view::npos; at = text.find('"', at)) {
    const std::size_t end = std::min(text.find('"', at + 1), text.size());
    const std::string_view name = text.substr(at + 1, end - at - 1);
    std::size_t begin = std::min(end + 1, text.size());
    while (begin < text.size() && (text[begin] == ':' || text[begin] == ' ')) ++begin;
    bool known = false;
    for_each_member(cursor, [&](const Member& member) {
      if (member.first != name) return;
      const auto [stop, error] = std::from_chars(text.data() + begin, text.data() + text.size(), *member.second);
      known = error == std::errc();
      begin = static_cast<std::size_t>(stop - text.data());
    });
    valid = known;
    at = begin;
  }
  if (valid) return cursor;
  return Error{ErrorKind::denied,
               "the cursor is not one of a file: " + shown(text) +
                   " (reset it, or set it to {\"offset\":0,\"line\":1,\"record\":0})",
               0};
}

}  // namespace leat::file
