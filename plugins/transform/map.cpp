#include "map.hpp"

#include <algorithm>
#include <utility>

#include "each.hpp"
#include "place.hpp"

namespace leat::transform {
namespace {

constexpr const char* kMapFields =
    R"("type": "object", "additionalProperties": true, "examples": [{"id": "{{ id }}", "name": "{{ name }}"}])";
constexpr const char* kSetFields =
    R"("type": "object", "additionalProperties": true, "examples": [{"company.id": 4, "title": "{{ name }}"}])";

// The object that an option of templates holds.
NewRecord object_of(const std::string& text) {
  NewRecord document(text);
  if (document.root().type() != Type::object) throw invalid("fields: an object of templates is expected");
  return document;
}

bool begins_with(const Path& path, const Path& head) {
  return head.size() <= path.size() && std::equal(head.begin(), head.end(), path.begin());
}

}  // namespace

Options<Map> Map::options() {
  return leat::options<Map>().field("fields", &Map::fields,
                                    "The new document: a template for each member, such as \"{{ company.id }}\".",
                                    required, schema(kMapFields));
}

void Map::configure(Context& /*context*/) {
  const NewRecord document = object_of(fields.text);
  std::vector<std::string> problems;
  template_ = Template::parse(document.root(), "fields", problems);
  throw_problems(problems);
}

void Map::process(Batch& batch, Context& context) {
  const std::int64_t now_ms = context.now().count();
  std::string text;
  each(batch, context, [&](Record record) {
    Scope scope(record.root(), now_ms, context);
    text.clear();
    template_.write(scope, text);
    record.set_json(text, context);
    return true;
  });
}

void Map::constants(Record known, Context& context) const {
  std::string text;
  if (!template_.write_constant(text)) text = "{}";
  known.set_json(text, context);
}

Options<Set> Set::options() {
  return leat::options<Set>().field("fields", &Set::fields,
                                    "The places to set: a template for each path, such as company.id: 4.", required,
                                    schema(kSetFields));
}

void Set::configure(Context& /*context*/) {
  const NewRecord document = object_of(fields.text);
  std::vector<std::string> problems;
  for (const auto item : document.root()) {
    std::string name(item.key);
    auto path = parse_path(name);
    if (!path) {
      problems.push_back("fields: " + path.error().message + " of \"" + name + '"');
      continue;
    }
    for (const Assignment& other : assignments_) {
      if (!begins_with(*path, other.to) && !begins_with(other.to, *path)) continue;
      problems.push_back("fields: " + name + " and " + other.name + " set the same place");
    }
    Template value = Template::parse(item.value, "fields." + name, problems);
    assignments_.push_back({std::move(*path), std::move(name), std::move(value)});
  }
  throw_problems(problems);
}

void Set::process(Batch& batch, Context& context) {
  const std::int64_t now_ms = context.now().count();
  std::string text;
  each(batch, context, [&](Record record) {
    apply(record, now_ms, context, text);
    return true;
  });
}

void Set::constants(Record known, Context& /*context*/) const {
  std::string text;
  for (const Assignment& assignment : assignments_) {
    forget(known.root(), assignment.to);
    text.clear();
    if (is_plain(assignment.to) && assignment.value.write_constant(text)) {
      make(known.root(), assignment.to).set_json(text);
    }
  }
}

void Set::apply(Record record, std::int64_t now_ms, Context& context, std::string& text) const {
  Scope scope(record.root(), now_ms, context);
  text.clear();
  std::vector<std::size_t> ends;
  ends.reserve(assignments_.size());
  for (const Assignment& assignment : assignments_) {
    assignment.value.write(scope, text);
    ends.push_back(text.size());
  }
  std::size_t begin = 0;
  for (std::size_t i = 0; i < assignments_.size(); ++i) {
    const std::string_view value = std::string_view(text).substr(begin, ends[i] - begin);
    begin = ends[i];
    if (!value.empty()) make(record.root(), assignments_[i].to).set_json(value);
  }
}

}  // namespace leat::transform
