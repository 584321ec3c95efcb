// "leat.record/1" over the test kit's records.
#pragma once

#include <cmath>
#include <iterator>

#include "leat/testing/call.hpp"
#include "leat/testing/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {
  namespace detail {

  // A reading function's answer: the value, or why there is none.
  template <class Out, class Value>
  leat_kind give(const Node* node, Out* out, Out none, const std::optional<Value>& value) {
    if (out == nullptr) return LEAT_INVALID;
    *out = value ? static_cast<Out>(*value) : none;
    return value ? LEAT_OK : node == nullptr ? LEAT_NOT_FOUND : LEAT_INVALID;
  }
  inline leat_kind give_text(const Node* node, leat_str* out, std::int32_t type, std::string_view text) {
    if (out == nullptr) return LEAT_INVALID;
    const bool there = node != nullptr && node->type == type;
    *out = there ? str(text) : leat_str{nullptr, 0};
    return there ? LEAT_OK : node == nullptr ? LEAT_NOT_FOUND : LEAT_INVALID;
  }

  inline leat_node* put(leat_node* object, leat_str key) noexcept {
    Node* node = of(object);
    if (node == nullptr || node->type != LEAT_OBJECT) return nullptr;
    if (Node::Member* known = node->find(view(key))) return raw(known->node);
    if (!is_utf8(view(key))) return nullptr;
    node->members.push_back({std::string(view(key)), {}, node->record->make(node)});
    Record::changed(node);
    return raw(node->members.back().node);
  }

  inline leat_node* push(leat_node* array) noexcept {
    Node* node = of(array);
    if (node == nullptr || node->type != LEAT_ARRAY) return nullptr;
    renew_elements(*node);
    node->members.push_back({{}, {}, node->record->make(node)});
    Record::changed(node);
    return raw(node->members.back().node);
  }

  inline leat_kind remove(Node& node, std::size_t index) {
    Record::end_life(*node.members[index].node);
    node.members.erase(node.members.begin() + static_cast<std::ptrdiff_t>(index));
    if (node.type == LEAT_ARRAY) renew_elements(node);
    Record::changed(&node);
    return LEAT_OK;
  }

  inline leat_kind make_container(leat_node* handle, const char* text) {
    Node* node = of(handle);
    if (node == nullptr || node->level >= depth_max) return LEAT_INVALID;
    return replace(*node, text);
  }

  inline leat_kind copy(leat_node* to_handle, leat_node* from_handle) noexcept {
    Node* to = of(to_handle);
    const Node* from = of(from_handle);
    if (from == nullptr) return to == nullptr ? LEAT_INVALID : LEAT_NOT_FOUND;
    if (to == nullptr) return LEAT_INVALID;
    std::string text;
    from->write(text);
    return replace_json(*to, text) ? LEAT_INVALID : LEAT_OK;
  }

  inline leat_kind set_str(leat_node* handle, leat_str value) noexcept {
    Node* node = of(handle);
    if (node == nullptr || !is_utf8(view(value))) return LEAT_INVALID;
    std::string text(view(value));  // may be the node's own
    replace(*node, "\"\"");
    node->string = std::move(text);
    node->stale = true;
    return LEAT_OK;
  }

  inline leat_kind set_number(leat_node* handle, leat_str text) noexcept {
    Node* node = of(handle);
    if (node == nullptr || !is_number(view(text))) return LEAT_INVALID;
    return replace(*node, std::string(view(text)));
  }

  inline leat_kind refuse(leat_ctx* ctx, leat_kind kind, std::string_view why) {
    return ctx == nullptr ? kind : of(ctx)->fail(kind, 0, why);
  }

  inline const leat_record_api& record_api() {
    static const leat_record_api table = [] {
      leat_record_api api{};
      api.struct_size = sizeof api;
      api.create = []() noexcept -> leat_rec* { return raw(new Record); };
      api.clone = [](const leat_rec* record) noexcept -> leat_rec* {
        if (record == nullptr) return nullptr;
        auto* made = new Record;
        std::string text;
        of(record)->root->write(text);
        made->assign(*made->root, made->keep(std::move(text)));
        made->attributes = of(record)->attributes;
        return raw(made);
      };
      api.release = [](leat_rec* record) noexcept {
        if (record == nullptr) return;
        if (!of(record)->batched) {
          delete of(record);
        } else {
          Problems::all().add("a record that belongs to a batch was released");
        }
      };
      api.json = [](leat_ctx* ctx, leat_rec* record, leat_str* out) noexcept -> leat_kind {
        if (record == nullptr || out == nullptr) return refuse(ctx, LEAT_INVALID, "json: record or out is NULL");
        *out = str(of(record)->written(*of(record)->root));
        return LEAT_OK;
      };
      api.set_json = [](leat_ctx* ctx, leat_rec* record, leat_str text) noexcept -> leat_kind {
        if (record == nullptr) return refuse(ctx, LEAT_INVALID, "set_json: the record is NULL");
        const auto wrong = replace_json(*of(record)->root, view(text));
        return wrong ? refuse(ctx, LEAT_INVALID, *wrong) : LEAT_OK;
      };
      api.attr = [](const leat_rec* record, leat_str key, leat_str* out) noexcept -> leat_kind {
        if (record == nullptr || out == nullptr) return LEAT_INVALID;
        const auto found = of(record)->attributes.find(view(key));
        const bool there = found != of(record)->attributes.end();
        *out = there ? str(found->second) : leat_str{nullptr, 0};
        return there ? LEAT_OK : LEAT_NOT_FOUND;
      };
      api.set_attr = [](leat_rec* record, leat_str key, leat_str value) noexcept -> leat_kind {
        if (record == nullptr || view(key).empty() || !is_utf8(view(key)) || !is_utf8(view(value))) return LEAT_INVALID;
        of(record)->attributes.insert_or_assign(std::string(view(key)), std::string(view(value)));
        return LEAT_OK;
      };
      api.attr_at = [](const leat_rec* record, std::size_t index, leat_str* key,
                       leat_str* value) noexcept -> leat_kind {
        if (key != nullptr) *key = {nullptr, 0};
        if (value != nullptr) *value = {nullptr, 0};
        if (record == nullptr) return LEAT_INVALID;
        const auto& all = of(record)->attributes;
        if (index >= all.size()) return LEAT_NOT_FOUND;
        const auto found = std::next(all.begin(), static_cast<std::ptrdiff_t>(index));
        if (key != nullptr) *key = str(found->first);
        if (value != nullptr) *value = str(found->second);
        return LEAT_OK;
      };
      api.root = [](leat_rec* record) noexcept -> leat_node* {
        return record == nullptr ? nullptr : raw(of(record)->root);
      };

      api.type = [](leat_node* node) noexcept -> std::int32_t {
        return node == nullptr ? LEAT_MISSING : of(node)->type;
      };
      api.size = [](leat_node* node) noexcept -> std::size_t { return node == nullptr ? 0 : of(node)->members.size(); };
      api.get = [](leat_node* object, leat_str key) noexcept -> leat_node* {
        Node* node = of(object);
        if (node == nullptr || node->type != LEAT_OBJECT) return nullptr;
        Node::Member* found = node->find(view(key));
        return found == nullptr ? nullptr : raw(found->node);
      };
      api.at = [](leat_node* handle, std::size_t index, leat_str* key) noexcept -> leat_node* {
        if (key != nullptr) *key = {nullptr, 0};
        Node* node = of(handle);
        if (node == nullptr || index >= node->members.size()) return nullptr;
        if (key != nullptr && node->type == LEAT_OBJECT) *key = str(node->members[index].key);
        return raw(node->members[index].node);
      };
      api.as_str = [](leat_node* handle, leat_str* out) noexcept -> leat_kind {
        const Node* node = of(handle);
        return give_text(node, out, LEAT_STRING, node == nullptr ? "" : std::string_view(node->string));
      };
      api.as_number = [](leat_node* handle, leat_str* out) noexcept -> leat_kind {
        const Node* node = of(handle);
        return give_text(node, out, LEAT_NUMBER, node == nullptr ? "" : node->raw);
      };
      api.as_i64 = [](leat_node* handle, std::int64_t* out) noexcept -> leat_kind {
        const Node* node = of(handle);
        const bool number = node != nullptr && node->type == LEAT_NUMBER;
        return give(node, out, std::int64_t{0}, number ? to_i64(node->raw) : std::nullopt);
      };
      api.as_f64 = [](leat_node* handle, double* out) noexcept -> leat_kind {
        const Node* node = of(handle);
        const bool number = node != nullptr && node->type == LEAT_NUMBER;
        return give(node, out, 0.0, number ? to_f64(node->raw) : std::nullopt);
      };
      api.as_bool = [](leat_node* handle, std::int32_t* out) noexcept -> leat_kind {
        const Node* node = of(handle);
        const bool boolean = node != nullptr && node->type == LEAT_BOOL;
        return give(node, out, std::int32_t{0}, boolean ? std::optional(node->raw == "true") : std::nullopt);
      };
      api.node_json = [](leat_ctx* ctx, leat_node* handle, leat_str* out) noexcept -> leat_kind {
        if (out == nullptr) return refuse(ctx, LEAT_INVALID, "node_json: out is NULL");
        *out = {nullptr, 0};
        const Node* node = of(handle);
        if (node == nullptr) return refuse(ctx, LEAT_NOT_FOUND, "node_json: there is no such value in the record");
        *out = str(node->record->written(*node));
        return LEAT_OK;
      };

      api.put = &put;
      api.push = &push;
      api.erase = [](leat_node* object, leat_str key) noexcept -> leat_kind {
        Node* node = of(object);
        if (node == nullptr || node->type != LEAT_OBJECT) return LEAT_INVALID;
        Node::Member* found = node->find(view(key));
        return found == nullptr ? LEAT_NOT_FOUND
                                : remove(*node, static_cast<std::size_t>(found - node->members.data()));
      };
      api.erase_at = [](leat_node* array, std::size_t index) noexcept -> leat_kind {
        Node* node = of(array);
        if (node == nullptr || node->type != LEAT_ARRAY) return LEAT_INVALID;
        return index >= node->members.size() ? LEAT_NOT_FOUND : remove(*node, index);
      };
      api.set_null = [](leat_node* node) noexcept -> leat_kind {
        return node == nullptr ? LEAT_INVALID : replace(*of(node), "null");
      };
      api.set_bool = [](leat_node* node, std::int32_t value) noexcept -> leat_kind {
        return node == nullptr ? LEAT_INVALID : replace(*of(node), value != 0 ? "true" : "false");
      };
      api.set_i64 = [](leat_node* node, std::int64_t value) noexcept -> leat_kind {
        return node == nullptr ? LEAT_INVALID : replace(*of(node), std::to_string(value));
      };
      api.set_f64 = [](leat_node* node, double value) noexcept -> leat_kind {
        return node == nullptr || !std::isfinite(value) ? LEAT_INVALID : replace(*of(node), to_text(value));
      };
      api.set_number = &set_number;
      api.set_str = &set_str;
      api.set_array = [](leat_node* node) noexcept -> leat_kind { return make_container(node, "[]"); };
      api.set_object = [](leat_node* node) noexcept -> leat_kind { return make_container(node, "{}"); };
      api.set_node_json = [](leat_ctx* ctx, leat_node* node, leat_str text) noexcept -> leat_kind {
        if (node == nullptr) return refuse(ctx, LEAT_INVALID, "set_node_json: the node is NULL");
        const auto wrong = replace_json(*of(node), view(text));
        return wrong ? refuse(ctx, LEAT_INVALID, *wrong) : LEAT_OK;
      };
      api.copy = &copy;
      return api;
    }();
    return table;
  }

  }  // namespace detail
  }  // namespace testing
}  // namespace leat
