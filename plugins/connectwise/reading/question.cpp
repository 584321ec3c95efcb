#include "plugins/connectwise/reading/question.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "plugins/connectwise/reading/conditions.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> condition_names = {"conditions", "childConditions", "customFieldConditions"};

// Members of a search's body, as the document spells them, and the query parameters that they are elsewhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> body_members = {
    {{"conditions", "conditions"},
     {"childConditions", "childconditions"},
     {"customFieldConditions", "customfieldconditions"},
     {"orderBy", "orderBy"}}};

std::string decoded(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// The {path, query, payload} of a search: what belongs into its body is looked for in the query.
NewRecord search_input(leat::Node input) {
  NewRecord made("{\"query\":{},\"payload\":{}}");
  for (const auto member : input) {
    if (member.key != "query") made.root().put(member.key).set(member.value);
  }
  for (const auto item : input["query"]) {
    const auto known =
        std::ranges::find_if(body_members, [&](const auto& m) { return same_letters(m.first, item.key); });
    if (known == body_members.end()) {
      made.root()["query"].put(item.key).set(item.value);
    } else if (const auto list = item.value.type() == leat::Type::array; list) {
      std::string text;
      for (const auto element : item.value) text += (text.empty() ? "" : ",") + std::string(element.value.text());
      made.root()["payload"].set(known->second, text);
    } else if (!item.value.is_null()) {
      made.root()["payload"].set(known->second, item.value.text());
    }
  }
  return made;
}

}  // namespace

bool is_search(const Operation& operation) {
  return operation.method == Method::post && operation.path.ends_with("/search") &&
         operation.response == ResponseKind::array;
}

Result<Question> Question::make(const Catalog& catalog, const Operation& operation, leat::Node input) {
  Question question;
  question.operation_ = &operation;
  RequestRules rules;
  rules.check_length = false;
  const NewRecord of_search = is_search(operation) ? search_input(input) : NewRecord();
  auto request = prepare_request(catalog, operation, is_search(operation) ? of_search.root() : input, rules);
  if (!request) return request.error();
  const std::string_view url = request->url;
  const std::size_t mark = std::min(url.find('?'), url.size());
  question.path_ = url.substr(0, mark);
  if (mark < url.size()) {
    for (const std::string_view pair : leat::connectwise::split(url.substr(mark + 1), '&')) {
      const std::size_t equals = std::min(pair.find('='), pair.size() - 1);
      question.query_.emplace_back(decoded(pair.substr(0, equals)), decoded(pair.substr(equals + 1)));
    }
  }
  if (is_search(operation)) {
    for (const auto& [name, member] : body_members) {
      if (const auto text = of_search["payload"][member].str()) question.set(name, std::string(*text));
    }
  }
  return question;
}

std::string_view Question::parameter(std::string_view name) const {
  for (const auto& [known, value] : query_) {
    if (known == name) return value;
  }
  return {};
}

void Question::set(std::string_view name, std::string value) {
  const auto known = std::ranges::find_if(query_, [name](const auto& pair) { return pair.first == name; });
  if (value.empty()) {
    if (known != query_.end()) query_.erase(known);
  } else if (known != query_.end()) {
    known->second = std::move(value);
  } else {
    query_.emplace_back(name, std::move(value));
  }
}

std::string Question::joined(std::string_view condition) const { return both(parameter("conditions"), condition); }

void Question::need_field(std::string_view field) {
  const std::string_view fields = parameter("fields");
  if (fields.empty()) return;
  for (const std::string_view known : leat::connectwise::split(fields, ',')) {
    const std::string_view name = trim(known);
    // "_info" holds "_info/lastUpdated".
    if (same_letters(name, field)) return;
    if (field.size() > name.size() && field[name.size()] == '/' && same_letters(name, field.substr(0, name.size())))
      return;
  }
  set("fields", std::string(fields) + "," + std::string(field));
}

std::string Question::list() const {
  std::string_view path = path_;
  if (is_search(*operation_)) path.remove_suffix(std::string_view("/search").size());
  return std::string(path);
}

void Question::drop_conditions() {
  for (const std::string_view name : condition_names) set(name, "");
}

bool Question::has_conditions() const {
  return std::ranges::any_of(condition_names, [this](std::string_view name) { return !parameter(name).empty(); });
}

Question Question::about(const Operation& operation) const {
  Question other = *this;
  other.operation_ = &operation;
  other.path_ = list() + std::string(operation.path.substr(operation.path.rfind('/')));
  return other;
}

std::size_t Question::length() const {
  std::size_t length = path_.size();
  for (const auto& [name, value] : query_) length += encoded_length(name) + encoded_length(value) + 2;
  return length;
}

Result<std::vector<Question>> Question::split() const {
  if (is_search(*operation_) || length() <= question_length_max) return std::vector{*this};
  const std::string_view conditions = parameter("conditions");
  const std::size_t others = length() - encoded_length(conditions);
  if (others >= question_length_max || conditions.empty()) {
    return Error{ErrorKind::invalid,
                 name_of(*operation_) + ": path and query are " + std::to_string(length()) +
                     " characters long; the server takes about " + std::to_string(question_length_max) +
                     ": shorten fields or conditions",
                 0};
  }
  auto parts = split_conditions(conditions, question_length_max - others);
  if (!parts) return parts.error();
  if (parts->size() > 1 && !parameter("orderBy").empty()) {
    return Error{ErrorKind::invalid,
                 "conditions are too long for one URL, and several questions have no common order: leave orderBy out",
                 0};
  }
  std::vector<Question> questions;
  for (std::string& part : *parts) {
    questions.push_back(*this);
    questions.back().set("conditions", std::move(part));
  }
  return questions;
}

Result<std::vector<Question>> Question::cut_beside_ids(const std::vector<std::int64_t>& ids, std::size_t room) const {
  std::vector<Question> questions;
  for (const std::string& condition : id_conditions(ids, ids_per_request, room)) {
    Question question = *this;
    question.add_condition(condition);
    auto parts = question.split();
    if (!parts) return parts;
    questions.insert(questions.end(), parts->begin(), parts->end());
  }
  return questions;
}

Result<std::vector<Question>> Question::of_ids(const std::vector<std::int64_t>& ids) const {
  const bool search = is_search(*operation_);
  if (search || length() <= question_length_max) {
    std::vector<Question> questions;
    const std::size_t room = search ? std::string::npos : question_length_max - length();
    for (const std::string& condition : id_conditions(ids, ids_per_request, room)) {
      questions.push_back(*this);
      questions.back().add_condition(condition);
    }
    return questions;
  }
  // Conditions that are cut anyway leave half of the room to the ids, or less where what cannot be cut needs it.
  for (std::size_t room = question_length_max / 2;; room /= 4) {
    auto questions = cut_beside_ids(ids, room);
    if (questions || room == 0) return questions;
  }
}

Request Question::request(const PageRequest& page) const {
  Question asked = *this;
  if (!page.condition.empty()) asked.add_condition(page.condition);
  if (!page.order.empty()) asked.set("orderBy", page.order);
  if (!page.fields.empty()) asked.set("fields", page.fields);
  Request request;
  request.method = std::string(to_string(operation_->method));
  request.url = path_;
  const bool search = is_search(*operation_);
  ordered_json body = ordered_json::object();
  for (const auto& parameter : asked.query_) {
    const auto member =
        std::ranges::find_if(body_members, [&](const auto& known) { return search && known.first == parameter.first; });
    if (member == body_members.end()) {
      append_query(request.url, parameter.first, parameter.second);
    } else {
      body[std::string(member->second)] = parameter.second;
    }
  }
  for (const auto& [name, value] : page.query) append_query(request.url, name, value);
  if (page.forward_only) request.header("pagination-type", "forward-only");
  if (search) {
    request.body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    request.idempotent = true;
  }
  return request;
}

}  // namespace leat::connectwise
