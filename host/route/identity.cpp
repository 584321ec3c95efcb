#include "host/route/identity.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <nlohmann/json.hpp>

namespace leat::host {
namespace {

leat_node* find(Record& record, const Path& path) {
  leat_node* node = &record.root();
  for (const PathSegment& segment : path) {
    if (node == nullptr) return nullptr;
    if (const auto* index = std::get_if<std::size_t>(&segment)) {
      node = node->type() == LEAT_ARRAY && *index < node->size() ? node->at(*index) : nullptr;
    } else {
      node = node->get(std::get<std::string>(segment));
    }
  }
  return node;
}

}  // namespace

std::optional<std::string> key_of(Record& record, const Path& path) {
  leat_node* node = find(record, path);
  if (node == nullptr || node->type() == LEAT_NULL) return std::nullopt;
  if (const auto text = node->as_str()) return std::string(*text);
  return std::string(node->json());
}

Fingerprint fingerprint_of(Record& record, const std::vector<Path>& fields) {
  std::string text;
  std::string_view all = text;
  if (fields.empty()) {
    all = record.json();
  } else {
    for (const Path& path : fields) {
      leat_node* node = find(record, path);
      // A separator that no JSON text contains; an absent value differs from null.
      text += '\n';
      if (node != nullptr) text += node->json();
    }
    all = text;
  }
  return fingerprint_of(all);
}

Fingerprint fingerprint_of(std::string_view text) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.data(), text.size()));
  Fingerprint fingerprint;
  std::memcpy(fingerprint.data(), canonical.digest, fingerprint.size());
  return fingerprint;
}

std::string hex(const Fingerprint& fingerprint) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : fingerprint) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string attributes_text(const Record& record) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : record.attributes()) {
    if (!name.starts_with("leat.")) object[name] = value;
  }
  return object.empty() ? std::string() : object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void set_attributes(Record& record, std::string_view text) {
  if (text.empty()) return;
  const auto object = nlohmann::json::parse(text, nullptr, false);
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) record.set_attr(name, value.get_ref<const std::string&>());
  }
}

Result<std::unique_ptr<Record>> to_record(const Task& task) {
  auto record = make_record(task.payload);
  if (!record) return record.error();
  set_attributes(**record, task.attributes);
  (*record)->set_attr("leat.task", std::to_string(task.id));
  (*record)->set_attr("leat.route", task.route);
  return record;
}

}  // namespace leat::host
