#include "plugins/connectwise/reading/for_each.hpp"

#include <algorithm>

#include "plugins/connectwise/reading/rows.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds poll_time{1000};  // after which what was found goes to the host

std::vector<std::string> fields_of(const ForEachSetup& setup) {
  std::vector<std::string> fields;
  for (const auto& [parameter, field] : setup.path) fields.push_back(field);
  return fields;
}

}  // namespace

Node value_at(const Record& record, std::string_view path) {
  Node node = record.root();
  for (const std::string_view step : split(path, '/')) node = node[step];
  return node;
}

ForEach::ForEach(const Source& parents, const Source& children, const leat::Client& client,
                 const Chain& no_transformers, const Chain& child_transformers,
                 std::optional<IncrementalSetup> incremental, ForEachSetup setup)
    : children_(children),
      client_(client),
      child_transformers_(child_transformers),
      setup_(std::move(setup)),
      parents_(parents, client, no_transformers, std::move(incremental), fields_of(setup_)) {}

void ForEach::open(const json& state) {
  close();
  parents_.open(state.value("parents", json::object()));
  child_input_ = state.contains("request") ? state["request"].dump() : std::string();
  resume_ = json::object();
  for (const char* name : {"done", "skip", "child"}) {
    if (state.contains(name)) resume_[name] = state[name];
  }
  parents_ended_ = false;
}

void ForEach::close() {
  open_.clear();
  waiting_.clear();
  last_done_.reset();
  parents_.close();
}

json ForEach::state() const {
  json state = json::object();
  const bool ended = open_.empty() && waiting_.empty();
  if (ended) {
    state["parents"] = parents_.state();
    return state;
  }
  const Parent& next = open_.empty() ? waiting_.front() : open_.front().parent;
  state["parents"] = *next.page;
  if (last_done_ && last_done_->page == next.page) {
    if (last_done_->id) {
      state["done"] = *last_done_->id;
    } else {
      state["skip"] = last_done_->index + 1;
    }
  }
  if (!open_.empty() && open_.front().begun) {
    state["child"] = {{"of", next.path}, {"paging", json::parse(open_.front().children.cursor())}};
  }
  if (child_transformers_) state["request"] = json::parse(child_input_);
  return state;
}

bool ForEach::was_done(const Parent& parent) const {
  const auto done = resume_.find("done");
  if (done != resume_.end() && done->is_number_integer() && parent.id) return *parent.id <= done->get<std::int64_t>();
  const auto skip = resume_.find("skip");
  return skip != resume_.end() && skip->is_number_integer() &&
         static_cast<std::int64_t>(parent.index) < skip->get<std::int64_t>();
}

// The next page of parents, those of them that are still to be worked on.
Result<Done> ForEach::read_parents(Context& context) {
  auto started = parents_.start(context);
  if (!started) return started.error();
  parents_ended_ = !*started;
  if (parents_ended_) return Done{};
  const auto before = std::make_shared<const json>(parents_.state());
  NewBatch page;
  auto ended = parents_.poll(page, context);
  if (!ended) return ended.error();
  parents_ended_ = *ended;
  if (!parents_ended_) parents_.ask_ahead(context);
  const bool by_id = parents_.in_id_order();
  for (std::size_t i = 0; i < page.size(); ++i) {
    const auto record = page.at(i);
    if (!record) continue;
    Parent parent{before, by_id ? id_of(*record) : std::nullopt, i, json::object()};
    // One that changed after its children were read is a new one, though the pass after this will not show it again.
    if (was_done(parent) && !parents_.may_have_changed(*record)) {
      last_done_ = std::move(parent);
      continue;
    }
    for (const auto& [parameter, field] : setup_.path) {
      const Node value = value_at(*record, field);
      if (value && !value.is_null()) parent.path[parameter] = json::parse(value.json());
    }
    if (parent.path.size() == setup_.path.size()) {
      waiting_.push_back(std::move(parent));
    } else {
      context.count("parents_without_value");
    }
  }
  // They belong to the first page only.
  resume_.erase("done");
  resume_.erase("skip");
  return Done{};
}

Result<Done> ForEach::add_family(Parent parent, Context& context) {
  json input = json::parse(child_input_);
  for (const auto& [name, value] : parent.path.items()) input["path"][name] = value;
  auto question = children_.question(input.dump());
  if (!question) return for_incoming(question.error());
  auto parts = question->split();
  if (!parts) return for_incoming(parts.error());
  if (parts->size() > 1) {
    return Error{ErrorKind::denied, "conditions with for_each must fit into one URL: shorten their list of values", 0};
  }
  PagingSetup setup = children_.paging();
  setup.in_flight = 1;  // what may be in flight goes to several parents
  setup.has_order = !question->parameter("orderBy").empty();
  if (setup.has_id && setup.on) question->need_field("id");
  // Where its own list goes on; that of another parent would leave children out.
  const json child = resume_.value("child", json::object());
  const bool same = child.is_object() && child.value("of", json()) == parent.path;
  const std::string cursor = same ? child.value("paging", json::object()).dump() : std::string();
  resume_.erase("child");
  open_.push_back(Family{std::move(parent), Track(std::move(*question), setup, cursor, Priority::normal), false});
  open_.back().begun = !cursor.empty();
  open_.back().children.ask_ahead(client_, 1, context);
  return Done{};
}

// False: there is no parent any more.
Result<bool> ForEach::open_families(Context& context) {
  if (child_input_.empty()) {
    auto input = children_.input(child_transformers_, context);
    if (!input) return for_incoming(input.error());
    child_input_ = std::move(*input);
  }
  const auto most = static_cast<std::size_t>(children_.paging().in_flight);
  while (open_.size() < most) {
    while (waiting_.empty() && !parents_ended_) {
      // Whoever waits for children does not wait for further parents as well.
      if (!open_.empty() && open_.size() * 2 > most) return true;
      if (auto read = read_parents(context); !read) return read.error();
    }
    if (waiting_.empty()) break;
    Parent parent = std::move(waiting_.front());
    waiting_.pop_front();
    if (auto added = add_family(std::move(parent), context); !added) return added.error();
  }
  return !open_.empty();
}

void ForEach::mark(Batch& out, std::size_t begin, const json& path) const {
  if (setup_.member.empty()) return;
  const std::string text = path.dump();
  for (std::size_t i = begin, end = out.size(); i < end; ++i) {
    const auto record = out.at(i);
    if (record && record->root().type() == leat::Type::object) record->root().put(setup_.member).set_json(text);
  }
}

// A page of the first parent's children.
Result<std::size_t> ForEach::next(Batch& out, Context& context) {
  Family& family = open_.front();
  const std::size_t begin = out.size();
  auto count = family.children.next(client_, children_.rows(), out, context);
  if (!count && count.error().kind == ErrorKind::not_found) {
    context.count("parents_gone");
    count = std::size_t{0};
  } else if (!count) {
    return for_incoming(count.error());
  } else {
    mark(out, begin, family.parent.path);
    family.begun = true;
    if (!family.children.ended()) {
      family.children.ask_ahead(client_, 1, context);
      return count;
    }
  }
  context.count("parents");
  last_done_ = std::move(family.parent);
  open_.pop_front();
  return count;
}

Result<bool> ForEach::poll(Batch& out, const Poll& poll, Context& context) {
  const auto begin = context.now();
  const std::size_t before = out.size();
  for (;;) {
    auto more = open_families(context);
    if (!more) return more;
    if (!*more) return true;
    if (auto count = next(out, context); !count) return count.error();
    const bool enough = out.size() - before >= std::max<std::size_t>(poll.max, 1) ||
                        context.now() - begin >= poll_time || context.cancelled();
    if (!enough) continue;
    return open_.empty() && waiting_.empty() && parents_ended_;
  }
}

}  // namespace leat::connectwise
