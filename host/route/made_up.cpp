#include "host/route/made_up.hpp"

#include <fmt/format.h>

#include <charconv>

namespace leat::host {
namespace {

// Made-up ids are whole numbers that doubles hold exactly and that nobody gives: 8800000000000001 and so on.
constexpr std::string_view first_digits = "88000000";
constexpr std::size_t all_digits = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint64_t made_up_id(std::size_t place) { return 8'800'000'000'000'000U + place + 1; }

// A place in a step of a JSON Patch; the server's own writing has them without the slash at their beginning.
std::optional<Json::json_pointer> place_in(const Json& step, const char* member) {
  std::string path = step.value(member, std::string());
  if (path.empty()) return std::nullopt;
  if (path.front() != '/') path.insert(0, 1, '/');
  return Json::json_pointer(path);
}

void take_step(Json& record, const Json& step) {
  const auto place = place_in(step, "path");
  if (!place) return;
  const std::string op = step.value("op", std::string());
  const auto take = [&](const Json::json_pointer& from) {
    if (record.contains(from)) record.at(from.parent_pointer()).erase(from.back());
  };
  if (op == "remove") {
    take(*place);
  } else if (op == "add" || op == "replace") {
    record[*place] = step.value("value", Json());
  } else if (op == "move" || op == "copy") {
    const auto from = place_in(step, "from");
    if (!from || !record.contains(*from)) return;
    Json value = record.at(*from);
    if (op == "move") take(*from);
    record[*place] = std::move(value);
  }
}

// What a record is after a change of it: the steps of a JSON Patch, or the members of a document.
std::string changed(const std::string& now, const std::string& change) {
  Json record = Json::parse(now, nullptr, false);
  const Json document = Json::parse(change, nullptr, false);
  if (!record.is_object()) record = Json::object();
  try {
    if (document.is_array()) {
      for (const Json& step : document) {
        if (step.is_object()) take_step(record, step);
      }
    } else if (document.is_object()) {
      record.update(document);
    }
  } catch (
      const Json::exception&) {  // a step that fits no record: the far side would refuse it, here it changes nothing
  }
  return record.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string id_of(TaskId task, std::size_t request) {
  return request == 0 ? fmt::format("{{id of task {}}}", task)
                      : fmt::format("{{id of task {}, request {}}}", task, request + 1);
}

RequestGate::Answer MadeUp::write(const WriteRequest& write, TaskId task, std::size_t request, const std::string* now) {
  const std::string path(without_query(write.path));
  if (write.method == "DELETE") {
    records_.insert_or_assign({write.client, path}, std::nullopt);
    return {204, {}};
  }
  if (write.method == "PATCH" || write.method == "PUT") {
    const auto made = records_.find({write.client, path});
    if (made != records_.end()) now = made->second ? &*made->second : nullptr;
    std::string record = changed(now == nullptr || write.method == "PUT" ? "{}" : *now, write.body);
    if (now != nullptr) records_.insert_or_assign({write.client, path}, record);
    return {200, std::move(record)};
  }
  Json record = Json::parse(write.body, nullptr, false);
  if (!record.is_object()) record = Json::object();
  if (!record.contains("id") || record["id"].is_null()) {
    record["id"] = made_up_id(ids_.size());
    ids_.push_back(id_of(task, request));
  }
  std::string text = record.dump(-1, ' ', false, Json::error_handler_t::replace);
  const Json& id = record["id"];
  records_.insert_or_assign({write.client, path + "/" + (id.is_string() ? id.get<std::string>() : id.dump())}, text);
  return {201, std::move(text)};
}

void MadeUp::learn(const WriteRequest& write, const std::string& now) {
  records_.insert_or_assign({write.client, std::string(without_query(write.path))},
                            changed(write.method == "PUT" ? "{}" : now, write.body));
}

std::optional<RequestGate::Answer> MadeUp::read(std::string_view client, std::string_view path) const {
  const auto found = records_.find({std::string(client), std::string(without_query(path))});
  if (found == records_.end()) return std::nullopt;
  if (!found->second) return RequestGate::Answer{404, R"({"message":"a planned request deletes it"})"};
  return RequestGate::Answer{200, *found->second};
}

std::string MadeUp::told(std::string_view text) const {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(first_digits); at != std::string_view::npos;
       at = text.find(first_digits, std::max(at + 1, done))) {
    const std::string_view digits = text.substr(at, all_digits);
    const bool alone =
        (at == 0 || !is_digit(text[at - 1])) && (at + all_digits >= text.size() || !is_digit(text[at + all_digits]));
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!alone || digits.size() != all_digits || read.ptr != digits.data() + digits.size()) continue;
    if (number < made_up_id(0) || number - made_up_id(0) >= ids_.size()) continue;
    out += text.substr(done, at - done);
    out += ids_[number - made_up_id(0)];
    done = at + all_digits;
  }
  out += text.substr(done);
  return out;
}

Json MadeUp::told_in(const Json& value) const {
  if (value.is_string()) return told(value.get_ref<const std::string&>());
  if (value.is_number_integer()) {
    const std::string digits = value.dump();
    std::string text = told(digits);
    return text == digits ? value : Json(std::move(text));
  }
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& item : out) item = told_in(item);
  return out;
}

bool MadeUp::has_id(std::string_view text) const { return told(text) != text; }

}  // namespace leat::host
