// Whether the far side is ready for a subscriber: it reads one record of what it is to read, as the API member, and looks
// for its callback entry. Nothing is changed.
#include "plugins/connectwise/own_rights.hpp"
#include "plugins/connectwise/reading/subscriber.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {

using nlohmann::json;

namespace {

std::string advice_for(const Error& error, const Operation& operation) {
  if (error.kind == ErrorKind::denied && error.message.find("Security") != std::string::npos) {
    return "give the API member's security role " + to_string(needed_right(operation)) + ", at level All";
  }
  if (error.kind == ErrorKind::invalid) return "correct conditions, orderBy or fields";
  if (error.kind == ErrorKind::not_found) return "correct the values of path, or let the member's role see the record";
  return {};
}

}  // namespace

// True: it was read; what there is of it in `found`.
Result<bool> Subscriber::try_one(const Source& source, const Chain& transformers, const json& path, NewBatch& found,
                                 Findings& findings, Context& context) {
  const std::string name = name_of(source.operation());
  auto input = source.input(transformers, context);
  if (!input) return input.error();
  json asked = json::parse(*input);
  for (const auto& [parameter, value] : path.items()) asked["path"][parameter] = value;
  auto question = source.question(asked.dump());
  if (!question) return question.error();
  auto parts = question->split();
  if (!parts) return parts.error();
  PageRequest page;
  if (source.paging().is_list && source.paging().on) page.query = {{"pageSize", "1"}};
  Request request = parts->front().request(page);
  request.priority = Priority::interactive;
  auto answer = client_.call(request, context);
  if (!answer) {
    findings.error("read", name + ": " + answer.error().message, advice_for(answer.error(), source.operation()));
    return false;
  }
  if (is_file(source.operation())) {
    findings.ok("read", name + ": a file of " + std::to_string(answer->body().size()) + " bytes");
    return true;
  }
  auto rows = source.rows().append(*answer, request.url, found, context);
  if (!rows) {
    findings.error("read", rows.error().message);
    return false;
  }
  const NeededRight right = needed_right(source.operation());
  // What is hidden looks like what is not there.
  if (own_level(right, client_, context) == "My") {
    findings.warning(
        "read",
        name + ": the API member sees its own records only: its security role has " + to_string(right) + " at level My",
        "allow All in System > Security Roles, unless the others are not wanted");
  } else if (found.size() > 0) {
    findings.ok("read", name + ": the API member can read it");
  } else {
    findings.warning("read", name + ": nothing there, or nothing that the API member may see",
                     "check conditions, and the level (My, All) of " + to_string(right) + " in its security role");
  }
  return true;
}

void Subscriber::try_incremental(const Source& source, const std::string& field, const NewBatch& found,
                                 Findings& findings, Context& context) {
  const std::string name = name_of(source.operation());
  NewRecord input("{\"path\":{},\"query\":{}}");
  auto question = source.question(input.json());
  if (!question) return;  // it has path parameters: reading it tells
  PageRequest page;
  page.condition = field + " >= [2000-01-01T00:00:00Z]";
  page.order = field + " desc";
  page.query = {{"pageSize", "1"}};
  Request request = question->request(page);
  request.priority = Priority::interactive;
  if (auto answer = client_.call(request, context); !answer) {
    findings.error("incremental", name + " cannot be read by " + field + ": " + answer.error().message,
                   "leave incremental out, and let the route deduplicate");
    return;
  }
  const auto record = found.size() > 0 ? found.at(0) : std::nullopt;
  const bool shown = record && ((*record)[field] || (*record)["_info"][field]);
  if (!record || shown) {
    findings.ok("incremental", name + " can be read by " + field);
  } else {
    findings.warning("incremental", name + " can be read by " + field + ", but its records do not show it",
                     "what the overlap shows again cannot be left out: let the route deduplicate");
  }
}

void Subscriber::try_callbacks(Findings& findings, Context& context) {
  const auto address = events_url(context);
  if (!address) {
    findings.error("callbacks", "the host has no webhook listener, or its configuration no public address",
                   "configure the listener and the address under which ConnectWise reaches it");
    return;
  }
  auto entries = registration_->entries(context);
  if (!entries) {
    const Operation* operation = builtin_catalog().by_path(Method::get, "/system/callbacks");
    findings.error("callbacks", entries.error().message, operation ? advice_for(entries.error(), *operation) : "");
    return;
  }
  for (const CallbackEntry& entry : *entries) {
    if (!registration_->wanted(entry)) continue;
    const std::string which = "entry " + std::to_string(entry.id);
    if (!Registration::is_ours(entry, *address)) {
      findings.warning("callbacks", which + " of the same type, level and object leads to " + entry.url,
                       "if it is no other application's, delete it: the server may refuse a second one");
    } else if (entry.inactive) {
      findings.warning("callbacks", which + " was switched off by the server after failures",
                       "the next run switches it on: check that " + *address + " can be reached from the internet");
    } else {
      findings.ok("callbacks", which + " is active and leads to " + *address);
      return;
    }
  }
  findings.warning("callbacks", "no active entry leads to " + *address, "the next run of the incoming registers one");
}

void Subscriber::doctor(Record /*known*/, Findings& findings, Context& context) {
  NewBatch found;
  const auto look = [&](const Source& source, const Chain& transformers, const json& path, NewBatch& into) {
    auto read = try_one(source, transformers, path, into, findings, context);
    if (!read) findings.error("read", read.error().message);
    return read && *read;
  };
  if (!for_each_) {
    if (look(source_, request_transformers_, json::object(), found) && incremental_) {
      try_incremental(source_, incremental_->field, found, findings, context);
    }
    if (registration_) try_callbacks(findings, context);
    return;
  }
  if (!look(parents_source_, no_transformers_, json::object(), found)) return;
  if (for_each_->incremental) {
    try_incremental(parents_source_, for_each_->incremental->field, found, findings, context);
  }
  const auto parent = found.size() > 0 ? found.at(0) : std::nullopt;
  if (!parent) return;
  json path = json::object();
  for (const auto& [parameter, place] : for_each_->path) {
    const Node value = value_at(*parent, place);
    if (!value || value.is_null()) {
      findings.warning("for_each", "the first parent has no " + place, "check for_each.path");
      return;
    }
    path[parameter] = json::parse(value.json());
  }
  NewBatch children;
  look(source_, request_transformers_, path, children);
}

}  // namespace leat::connectwise
