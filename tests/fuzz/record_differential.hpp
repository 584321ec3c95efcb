// Records against nlohmann/json: the same document and the same changes must come to the same value, and what was not
// changed must keep its bytes. One input is JSON text, then, after a NUL, a script whose bytes choose the changes.
// The fuzzer, the seeds and the random test share it.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/record/batch.hpp"
#include "host/record/record.hpp"

namespace leat::fuzz {

using Json = nlohmann::json;

// The bytes of a script as choices; zeros once it is over.
class Script {
 public:
  explicit Script(std::string_view bytes) : bytes_(bytes) {}
  bool over() const { return at_ >= bytes_.size(); }
  std::size_t choose(std::size_t count) {
    const std::size_t byte = over() ? 0 : static_cast<unsigned char>(bytes_[at_]);
    ++at_;
    return byte % count;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// A value in both worlds, and the root's member it belongs to ("" with at_root for the root itself).
struct Place {
  leat_node* node;
  Json* json;
  bool at_root = true;
  std::string member;
};

class Differential {
 public:
  // What differs; empty when nothing does.
  std::string run(std::string_view input) {
    const std::size_t cut = std::min(input.find('\0'), input.size());
    const std::string_view text = input.substr(0, cut);
    if (!accepts(text)) return difference_;
    Script script(input.substr(std::min(cut + 1, input.size())));
    for (int i = 0; i < 200 && !script.over() && difference_.empty(); ++i) step(script);
    finish();
    return difference_;
  }

 private:
  void differ(std::string what) {
    if (difference_.empty()) difference_ = std::move(what);
  }

  // Both must accept the text or refuse it; true when there is a document to go on with.
  bool accepts(std::string_view text) {
    auto made = host::make_record(text);
    std::optional<Json> json;
    bool beyond_double = false;  // nlohmann refuses 1e400, and then nobody knows about the rest of the text
    try {
      json = Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error&) {
    } catch (const Json::out_of_range&) {
      beyond_double = true;
    }
    if (beyond_double) return false;
    const bool mark = text.substr(0, 3) == "\xEF\xBB\xBF";  // nlohmann skips a byte order mark
    if (!made && json && !mark && made.error().message.find("512 arrays") == std::string::npos) {
      differ("refused, but nlohmann accepts it: " + made.error().message);
    }
    if (made && !json) differ("accepted, but nlohmann refuses it");
    if (!made || !json || !difference_.empty()) return false;
    record_ = std::move(made).value();
    original_ = record_->clone();
    json_ = std::move(*json);
    pages(text);
    return difference_.empty();
  }

  // A page of the document twice gives it twice.
  void pages(std::string_view text) {
    leat_batch batch;
    const std::string page = "[" + std::string(text) + ",\n" + std::string(text) + "]";
    const auto count = batch.append_array(page, host::Buffer());
    if (!count || *count != 2) return differ("a page of two is not two records");
    for (std::size_t i = 0; i < 2; ++i) {
      if (batch.record(i)->json() != record_->json()) differ("a record of a page differs from the document");
    }
  }

  Place walk(Script& script) {
    Place place{&record_->root(), &json_, true, ""};
    while (place.node->size() > 0 && script.choose(4) != 0) {
      const std::size_t i = script.choose(place.node->size());
      std::string_view name;
      leat_node* const child = place.node->at(i, &name);
      Json& json = place.json->is_object() ? place.json->at(std::string(name)) : place.json->at(i);
      if (place.at_root) place.member = name;
      place = {child, &json, false, place.member};
    }
    return place;
  }

  void touched(const Place& place, std::string_view member = "") {
    if (!place.at_root) {
      members_.insert(place.member);
    } else if (place.json->is_object() && !member.empty()) {
      members_.insert(std::string(member));
    } else {
      all_touched_ = true;
    }
  }

  void applied(leat_kind kind, const Place& place, Json value) {
    if (kind != LEAT_OK) return;
    *place.json = std::move(value);
    if (place.at_root) {
      all_touched_ = true;
    } else {
      members_.insert(place.member);
    }
  }

  void step(Script& script);
  void set(Script& script, const Place& place);
  void restructure(Script& script, const Place& place);

  void same(leat_node& node, const Json& json);
  void finish();

  std::string difference_;
  std::unique_ptr<leat_rec> record_;
  std::unique_ptr<leat_rec> original_;
  Json json_;
  std::set<std::string> members_;  // of the root that were changed
  bool all_touched_ = false;
};

inline const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {
      "a", "b", "id", "name", "company", "a\"b", "\n", "caf\xC3\xA9", "\\", "0", "a-long-member-name", "_info"};
  return all;
}

inline void Differential::set(Script& script, const Place& place) {
  static const std::vector<std::string> numbers = {"0", "-0", "1.10", "9007199254740993", "-1e-7", "1E+2", "5e-324"};
  static const std::vector<std::string> documents = {
      "{\"a\":[1,{\"b\":null}]}", "[ ]",           " { \"x\" : \"\\u0041\\n\" } ",
      "\"\\ud83d\\ude00\"",       "[[[[[[0]]]]]]", "{\"a\":1,\"a\":2}"};
  static const std::vector<double> doubles = {0.0, -0.0, 0.1, 1.0 / 3, 1e300, 5e-324, 123456789.125};
  leat_node& node = *place.node;
  switch (script.choose(8)) {
    case 0: node.set_null(); return applied(LEAT_OK, place, nullptr);
    case 1: {
      const bool value = script.choose(2) == 1;
      node.set_bool(value);
      return applied(LEAT_OK, place, value);
    }
    case 2: {
      const auto value = static_cast<std::int64_t>(script.choose(256) * 0x0101010101010101U);
      node.set_i64(value);
      return applied(LEAT_OK, place, value);
    }
    case 3: {
      const double value = doubles[script.choose(doubles.size())];
      return applied(node.set_f64(value), place, value);
    }
    case 4: {
      const std::string& value = numbers[script.choose(numbers.size())];
      return applied(node.set_number(value), place, Json::parse(value));
    }
    case 5: {
      const std::string value = names()[script.choose(names().size())] + std::string(script.choose(40), 'x');
      return applied(node.set_str(value), place, value);
    }
    case 6: {
      const std::string& value = documents[script.choose(documents.size())];
      return applied(node.set_json(value) ? LEAT_OK : LEAT_INVALID, place, Json::parse(value));
    }
    default: {
      const bool array = script.choose(2) == 1;
      const leat_kind kind = array ? node.set_array() : node.set_object();
      return applied(kind, place, array ? Json::array() : Json::object());
    }
  }
}

inline void Differential::restructure(Script& script, const Place& place) {
  leat_node& node = *place.node;
  const std::string& name = names()[script.choose(names().size())];
  switch (script.choose(5)) {
    case 0:
      if (leat_node* const made = node.put(name)) {
        touched(place, name);
        Json& json = (*place.json)[name];
        if (made->type() == LEAT_NULL && !json.is_null()) differ("put changed a member");
        set(script, {made, &json, false, place.at_root ? name : place.member});
      } else if (place.json->is_object()) {
        differ("put refused an object");
      }
      return;
    case 1:
      if (leat_node* const made = node.push()) {
        touched(place);
        place.json->push_back(nullptr);
        set(script, {made, &place.json->back(), false, place.member});
      } else if (place.json->is_array()) {
        differ("push refused an array");
      }
      return;
    case 2: {
      const bool there = place.json->is_object() && place.json->contains(name);
      if ((node.erase(name) == LEAT_OK) != there) differ("erase found something else");
      if (there) {
        touched(place, name);
        place.json->erase(name);
      }
      return;
    }
    case 3: {
      const std::size_t i = script.choose(4);
      const bool there = place.json->is_array() && i < place.json->size();
      if ((node.erase_at(i) == LEAT_OK) != there) differ("erase_at found something else");
      if (there) {
        touched(place);
        place.json->erase(i);
      }
      return;
    }
    default: {
      if (record_->json().size() > 50'000) return;  // copies of copies double it
      const Place from = walk(script);
      Json value = *from.json;
      return applied(node.copy(*from.node), place, std::move(value));
    }
  }
}

inline void Differential::step(Script& script) {
  const std::size_t choice = script.choose(10);
  const Place place = walk(script);
  if (choice < 4) {
    set(script, place);
  } else if (choice < 8) {
    restructure(script, place);
  } else if (choice == 8) {
    same(*place.node, *place.json);
    if (Json::parse(place.node->json()) != *place.json) differ("the text of a value is another value");
  } else {
    if (Json::parse(record_->json()) != json_) differ("the text of the record is another document");
    if (script.choose(2) == 1) record_ = record_->clone();
  }
}

inline void Differential::same(leat_node& node, const Json& json) {
  if (!difference_.empty()) return;
  switch (json.type()) {
    case Json::value_t::null:
      if (node.type() != LEAT_NULL) differ("not null");
      return;
    case Json::value_t::boolean:
      if (node.as_bool() != json.get<bool>()) differ("another boolean");
      return;
    case Json::value_t::string:
      if (node.as_str() != json.get_ref<const std::string&>()) differ("another string: " + json.dump());
      return;
    case Json::value_t::number_integer:
      if (node.as_i64() != json.get<std::int64_t>()) differ("another integer: " + json.dump());
      return;
    case Json::value_t::number_unsigned:
      if (json.get<std::uint64_t>() <= INT64_MAX && node.as_i64() != json.get<std::int64_t>())
        differ("another integer");
      if (node.as_f64() != json.get<double>()) differ("another number: " + json.dump());
      return;
    case Json::value_t::number_float:
      if (node.as_f64() != json.get<double>()) differ("another number: " + json.dump());
      return;
    default: break;
  }
  if (node.type() != (json.is_array() ? LEAT_ARRAY : LEAT_OBJECT) || node.size() != json.size()) {
    return differ("another container: " + json.dump());
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    std::string_view name;
    leat_node* const child = node.at(i, &name);
    if (json.is_array()) {
      same(*child, json[i]);
    } else if (const auto found = json.find(std::string(name)); found == json.end() || node.get(name) != child) {
      differ("another member: " + std::string(name));
    } else {
      same(*child, *found);
    }
  }
}

inline void Differential::finish() {
  if (!difference_.empty()) return;
  same(record_->root(), json_);
  const std::string text(record_->json());
  auto again = host::make_record(text);
  if (!again) return differ("what it wrote is refused: " + again.error().message);
  if ((*again)->json() != text) differ("what it wrote is not compact");
  if (Json::parse(text) != json_) differ("it wrote another document: " + text);
  same((*again)->root(), json_);
  if (all_touched_ || original_->root().type() != LEAT_OBJECT) return;
  for (std::size_t i = 0; i < original_->root().size(); ++i) {
    std::string_view name;
    leat_node* const before = original_->root().at(i, &name);
    if (members_.count(std::string(name)) != 0) continue;
    leat_node* const after = (*again)->root().get(name);
    if (after == nullptr || after->json() != before->json())
      differ("a member nobody touched changed: " + std::string(name));
  }
}

}  // namespace leat::fuzz
