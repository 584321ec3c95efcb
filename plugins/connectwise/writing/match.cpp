#include "plugins/connectwise/writing/match.hpp"

#include <algorithm>

#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"
#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

leat::Node at(leat::Node node, const Path& path) {
  for (const PathSegment& segment : path) {
    const auto* index = std::get_if<std::size_t>(&segment);
    node = index ? node[*index] : node[std::get<std::string>(segment)];
  }
  return node;
}

// What a name became has the id, what it was the name.
leat::Node at(leat::Node record, leat::Node given, const Path& path) {
  const leat::Node value = at(given, path);
  return is_absent(value) ? at(record, path) : value;
}

// The quote that stands around it and backslashes escaped.
Result<std::string> escaped(std::string_view text, char quote) {
  std::string result;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      return refuse("the text \"" + collapse(text.substr(0, 60)) + "\" holds a line end or another control character");
    }
    if (c == quote || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

// In UTC: offsets in conditions were seen to be misread (README.md, "Conditions").
Result<std::string> time_literal(std::string_view text, const std::string& where) {
  const auto time = parse_timestamp(text);
  if (time) return to_timestamp(*time);
  return refuse(where + " must be a date such as 2026-02-03T10:11:12Z, not \"" + std::string(text.substr(0, 40)) +
                "\"");
}

// A text, a number or a boolean as the grammar writes it.
Result<std::string> literal(leat::Node value, const std::string& where) {
  switch (value.type()) {
    case JsonType::string: {
      auto quoted = quoted_literal(*value.str());
      if (!quoted) return refuse(where + ": " + quoted.error().message);
      return quoted;
    }
    case JsonType::number: return std::string(*value.number());
    case JsonType::boolean: return std::string(*value.boolean() ? "True" : "False");
    default: return refuse(where + " must be text, a number or a boolean to look a record up by it");
  }
}

Error missing(const std::string& where) {
  return refuse(where + " is missing or empty: match needs it, or it would find other records than the one meant");
}

}  // namespace

Result<std::string> quoted_literal(std::string_view text) {
  auto inside = escaped(text, '"');
  if (!inside) return inside;
  return "\"" + *inside + "\"";
}

Result<Match> Match::parse(const Catalog& catalog, leat::Node option, const Schema& schema) {
  Match match;
  const auto add = [&](leat::Node name) -> Result<Done> {
    if (!name.str()) return refuse("match: a list holds names of members, such as [identifier, company/id]");
    return match.add_member(catalog, *name.str(), schema);
  };
  if (option.type() == JsonType::string) {
    if (auto done = add(option); !done) return done.error();
  } else if (option.type() == JsonType::array) {
    for (const auto item : option) {
      if (auto done = add(item.value); !done) return done.error();
    }
  } else {
    for (const auto item : option) {
      if (!item.value.str()) return refuse("match." + std::string(item.key) + " must be text");
      if (auto done = match.add_option(item.key, *item.value.str()); !done) return done.error();
    }
  }
  if (match.xref_set_.empty() != match.xref_source_.empty()) {
    return refuse(
        "match: xref, a set of cross-references, and source, the place of the source in the record, go together");
  }
  if (!match.asks() && match.xref_set_.empty()) {
    return refuse(
        "match: names at least one member, or has conditions, childConditions, customFieldConditions or xref");
  }
  return match;
}

// "company/id": each part a member of the one before.
Result<Done> Match::add_member(const Catalog& catalog, std::string_view name, const Schema& schema) {
  Member member{.name = std::string(name), .path = {std::string("payload")}};
  const Schema* in = &schema;
  for (const std::string_view part : split(name, '/')) {
    const Field* field = in ? in->find(part) : nullptr;
    if (!field) {
      return refuse("match: " + std::string(part) + " is not a member of " +
                    std::string(in ? in->name : "a value without members") +
                    (in ? did_you_mean(part, in->names()) : std::string()));
    }
    member.path.emplace_back(std::string(part));
    member.type = field->type->kind;
    member.is_time = field->type->format == "date-time" || field->type->format == "date";
    in = field->type->kind == ValueType::reference ? catalog.schema(field->type->schema) : nullptr;
  }
  if (member.type == ValueType::reference && in && in->find("id")) {
    member.name += "/id";
    member.path.emplace_back(std::string("id"));
    member.type = ValueType::integer;
  } else if (member.type == ValueType::array || member.type == ValueType::map || member.type == ValueType::object) {
    return refuse("match: " + member.name +
                  " is no single value; write childConditions or customFieldConditions as a template: { "
                  "childConditions: 'communicationItems/value = {payload.communicationItems[0].value}' }");
  }
  members_.push_back(std::move(member));
  return Done{};
}

Result<Done> Match::add_option(std::string_view name, std::string_view text) {
  if (name == "xref") {
    xref_set_ = std::string(text);
    return Done{};
  }
  if (name != "source") return add_template(name, text);
  auto path = parse_path(text);
  if (!path) return refuse("match.source: " + path.error().message);
  xref_source_ = std::move(*path);
  return Done{};
}

// Values stand in braces, inside quotes, inside the brackets of a time, or bare.
Result<Done> Match::add_template(std::string_view parameter, std::string_view text) {
  constexpr std::string_view known[] = {"conditions", "childConditions", "customFieldConditions"};
  const auto* name =
      std::ranges::find_if(known, [&](std::string_view other) { return same_letters(other, parameter); });
  if (name == std::end(known)) {
    return refuse("match: " + std::string(parameter) +
                  " is none of conditions, childConditions and customFieldConditions");
  }
  Template made{.parameter = std::string(*name)};
  const std::string where = "match." + made.parameter + ": ";
  std::string before;
  char quote = '\0';
  bool has_value = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{') {
      if (quote != '\0' && c == '\\' && i + 1 < text.size()) before += text[i++];
      if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = '\0';
      }
      before += text[i];
      continue;
    }
    std::size_t end = i + 1;
    auto path = parse_path_at(text, end);
    if (!path) return refuse(where + path.error().message);
    if (end >= text.size() || text[end] != '}') {
      return refuse(where + "expected } at offset " + std::to_string(end));
    }
    const auto* first = std::get_if<std::string>(&path->front());
    if (!first || (*first != "payload" && *first != "path" && *first != "query" && *first != "match")) {
      return refuse(where + "{" + path_text(*path) +
                    "}: a value comes from payload, path, query or match of the record");
    }
    const bool bracketed = quote == '\0' && before.ends_with('[') && end + 1 < text.size() && text[end + 1] == ']';
    const auto as = quote != '\0' ? Piece::As::in_quotes : bracketed ? Piece::As::in_brackets : Piece::As::literal;
    made.pieces.push_back({std::exchange(before, {}), *path, path_text(*path), as, quote});
    has_value = true;
    i = end;
  }
  if (quote != '\0') return refuse(where + "a text in quotes does not end");
  if (!has_value) {
    return refuse(where +
                  "has no value of the record in braces, such as {payload.externalXRef}: it would find the same "
                  "records for each");
  }
  if (!before.empty()) made.pieces.push_back({std::move(before)});
  templates_.push_back(std::move(made));
  return Done{};
}

Result<std::string> Match::member_condition(const Member& member, leat::Node record, leat::Node given) const {
  const leat::Node value = at(record, given, member.path);
  const std::string where = path_text(member.path);
  if (is_absent(value)) return missing(where);
  Result<std::string> text = std::string();
  if (member.is_time) {
    text = time_literal(value.text(), where);
    if (text) *text = "[" + *text + "]";
  } else if (member.type == ValueType::integer || member.type == ValueType::number) {
    if (!is_number(value.text())) return refuse(where + " must be a number");
    text = std::string(trim(value.text()));
  } else if (member.type == ValueType::boolean) {
    if (!same_letters(value.text(), "true") && !same_letters(value.text(), "false")) {
      return refuse(where + " must be true or false");
    }
    text = std::string(same_letters(value.text(), "true") ? "True" : "False");
  } else if (value.type() == JsonType::number) {
    text = quoted_literal(value.text());
  } else {
    text = literal(value, where);
  }
  if (!text) return text;
  return member.name + " = " + *text;
}

Result<std::vector<std::pair<std::string, std::string>>> Match::query(leat::Node record, leat::Node given) const {
  std::vector<std::pair<std::string, std::string>> query;
  std::string conditions;
  for (const Member& member : members_) {
    auto condition = member_condition(member, record, given);
    if (!condition) return condition.error();
    conditions += (conditions.empty() ? "" : " and ") + *condition;
  }
  if (!conditions.empty()) query.emplace_back("conditions", std::move(conditions));
  for (const Template& made : templates_) {
    std::string text;
    for (const Piece& piece : made.pieces) {
      text += piece.text;
      if (piece.path.empty()) continue;
      const leat::Node value = at(record, given, piece.path);
      if (is_absent(value)) return missing(piece.source);
      Result<std::string> written = std::string();
      switch (piece.as) {
        case Piece::As::literal: written = literal(value, piece.source); break;
        case Piece::As::in_quotes: written = escaped(value.text(), piece.quote); break;
        case Piece::As::in_brackets: written = time_literal(value.text(), piece.source); break;
      }
      if (!written) return written.error();
      text += *written;
    }
    query.emplace_back(made.parameter, std::move(text));
  }
  return query;
}

std::vector<std::pair<std::string, std::string>> Match::trial() const {
  std::string conditions;
  for (const Member& member : members_) {
    const bool number = member.type == ValueType::integer || member.type == ValueType::number;
    conditions += (conditions.empty() ? "" : " and ") + member.name + " = " +
                  (member.is_time                      ? "[1900-01-01T00:00:00Z]"
                   : number                            ? "-1"
                   : member.type == ValueType::boolean ? "True"
                                                       : "\"leat doctor\"");
  }
  if (conditions.empty()) return {};
  return {{"conditions", std::move(conditions)}};
}

Result<std::string> Match::xref_source(leat::Node record, leat::Node given) const {
  const leat::Node source = at(record, given, xref_source_);
  if (is_absent(source)) return missing(path_text(xref_source_));
  return std::string(source.text());
}

bool Match::exact(leat::Node record, leat::Node found, leat::Node given) const {
  return std::ranges::all_of(members_, [&](const Member& member) {
    const leat::Node wanted = at(record, given, member.path);
    const leat::Node there = at(found, Path(member.path.begin() + 1, member.path.end()));
    if (member.type != ValueType::string || member.is_time) return true;
    return trim(wanted.text()) == trim(there.text());
  });
}

}  // namespace leat::connectwise
