#include "plugins/connectwise/writing/custom_fields.hpp"

#include <algorithm>

#include "plugins/connectwise/exchange.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"
#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {
namespace {

using JsonType = leat::Type;
using Definition = CustomFields::Definition;

constexpr std::chrono::milliseconds sure_for = std::chrono::seconds(5);

Error refuse(std::string text) { return Error{ErrorKind::invalid, std::move(text), 0}; }

std::string place(std::string_view caption) { return "payload.customFields[\"" + std::string(caption) + "\"]"; }

void add(std::vector<Definition>& definitions, leat::Node field, std::string_view type_member) {
  definitions.push_back({std::string(field["id"].text()), std::string(field["caption"].text()),
                         std::string(field[type_member].str().value_or(""))});
}

// Nothing: no field has the caption. Captions differ in case alone only by mistake.
const Definition* find(const std::vector<Definition>& definitions, std::string_view caption) {
  const auto found = std::ranges::find_if(
      definitions, [&](const Definition& one) { return same_letters(trim(one.caption), trim(caption)); });
  return found == definitions.end() ? nullptr : &*found;
}

Result<const Definition*> find_one(const std::vector<Definition>& definitions, std::string_view caption) {
  const Definition* found = find(definitions, caption);
  if (!found) {
    std::vector<std::string_view> captions;
    captions.reserve(definitions.size());
    for (const Definition& one : definitions) captions.emplace_back(one.caption);
    std::string text = place(caption) + ": no custom field has this caption" + did_you_mean(caption, captions);
    if (!captions.empty()) {
      text += "; there are ";
      constexpr std::size_t shown_max = 10;
      for (std::size_t i = 0; i < std::min(captions.size(), shown_max); ++i) {
        text += (i == 0 ? "" : ", ") + std::string(captions[i]);
      }
      if (captions.size() > shown_max) text += " and " + std::to_string(captions.size() - shown_max) + " more";
    }
    return refuse(std::move(text));
  }
  const auto same = [&](const Definition& one) { return same_letters(trim(one.caption), trim(caption)); };
  if (std::ranges::count_if(definitions, same) > 1) {
    return refuse(place(caption) + ": several custom fields have this caption; give [{ id: ..., value: ... }]");
  }
  return found;
}

// Puts `value` into `out` as the field's type wants it.
Result<Done> convert(const Definition& field, leat::Node value, leat::Node out) {
  const auto wrong = [&](std::string_view wanted) {
    return refuse(place(field.caption) + " must be " + std::string(wanted) + ": the field is of type " + field.type);
  };
  if (is_absent(value)) {
    out.set(nullptr);
    return Done{};
  }
  const JsonType given = value.type();
  if (given == JsonType::object || given == JsonType::array) return wrong("a single value");
  const std::string text(value.text());
  if (field.type == "Checkbox") {
    const bool yes = same_letters(text, "true");
    if (!yes && !same_letters(text, "false")) return wrong("true or false");
    out.set(yes);
  } else if (field.type == "Number" || field.type == "Percent" || field.type == "Currency") {
    if (!is_number(text)) return wrong("a number");
    if (given == JsonType::number) {
      out.set(value);
    } else {
      out.set_number(trim(text));
    }
  } else if (field.type == "Date") {
    if (!parse_timestamp(text)) return wrong("a date such as 2026-02-03T00:00:00Z");
    out.set(text);
  } else {
    out.set(text);
  }
  return Done{};
}

// The custom fields of the first record of a list, as a document [{customFields: [...]}]; [] of an empty one.
Result<NewRecord> sample_of(const std::string& list, const leat::Client& client, Context& context) {
  std::string url = list;
  append_query(url, "fields", "customFields");
  append_query(url, "pageSize", "1");
  return read_json(client, url, context);
}

}  // namespace

Result<Done> CustomFields::fill(const leat::Client& client, Context& context) {
  std::vector<Definition> definitions;
  bool seen = false;
  if (!list_.empty()) {
    auto sample = sample_of(list_, client, context);
    if (!sample) return sample.error();
    seen = sample->root().size() > 0;
    for (const auto item : sample->root()[0]["customFields"]) add(definitions, item.value, "type");
  }
  if (!seen) {
    // Of every screen: a caption that several have is told apart by id alone.
    std::string url = "/system/userDefinedFields";
    append_query(url, "fields", "id,caption,fieldTypeIdentifier");
    append_query(url, "pageSize", "1000");
    auto defined = read_json(client, url, context);
    if (!defined) return defined.error();
    for (const auto item : defined->root()) add(definitions, item.value, "fieldTypeIdentifier");
  }
  definitions_ = std::move(definitions);
  filled_ = true;
  read_at_ = context.now();
  return Done{};
}

Result<Done> CustomFields::resolve(leat::Node fields, const leat::Client& client, Context& context) {
  const bool by_caption = fields.type() == JsonType::object;
  if (!by_caption && fields.type() != JsonType::array) return Done{};
  const auto caption_of = [&](const leat::Node::Item& item) -> std::optional<std::string> {
    if (by_caption) return std::string(item.key);
    if (!is_absent(item.value["id"]) || !item.value["caption"].str()) return {};
    return std::string(*item.value["caption"].str());
  };
  std::vector<std::string> captions;
  for (const auto item : fields) {
    if (auto caption = caption_of(item)) captions.push_back(std::move(*caption));
  }
  if (captions.empty() && !by_caption) return Done{};

  const std::lock_guard lock(mutex_);
  const auto age = [&] { return context.now() - read_at_; };
  const auto unknown = [&](const std::string& caption) { return find(definitions_, caption) == nullptr; };
  const bool stale = !filled_ || age() >= keep_;
  if (!captions.empty() && (stale || (age() >= std::min(sure_for, keep_) && std::ranges::any_of(captions, unknown)))) {
    if (auto done = fill(client, context); !done) return done;
  }
  NewRecord made("[]");
  for (const auto item : fields) {
    leat::Node entry = made.root().push();
    entry.set_object();
    const auto caption = caption_of(item);
    if (!caption) {
      entry.set(item.value);
      continue;
    }
    const auto field = find_one(definitions_, *caption);
    if (!field) return field.error();
    entry.put("id").set_number((*field)->id);
    const leat::Node value = by_caption ? item.value : item.value["value"];
    if (auto done = convert(**field, value, entry.put("value")); !done) return done;
  }
  fields.set(made.root());
  return Done{};
}

Result<std::vector<std::string>> required_custom_fields(const std::string& list, const leat::Client& client,
                                                        Context& context) {
  std::string url = "/system/userDefinedFields";
  append_query(url, "conditions", "requiredFlag = True");
  append_query(url, "fields", "id,caption");
  append_query(url, "pageSize", "1000");
  auto required = read_json(client, url, context);
  if (!required) return required.error();
  std::vector<std::string> captions;
  if (required->root().size() == 0) return captions;
  auto sample = sample_of(list, client, context);
  if (!sample) return sample.error();
  for (const auto field : required->root()) {
    for (const auto shown : sample->root()[0]["customFields"]) {
      if (same_number(field.value["id"].text(), shown.value["id"].text()))
        captions.emplace_back(shown.value["caption"].text());
    }
  }
  return captions;
}

}  // namespace leat::connectwise
