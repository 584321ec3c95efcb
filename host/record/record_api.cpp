// The service "leat.record/1": thin calls into Record and leat_node. NULL handles are answered here.
#include <iterator>

#include "host/base/call.hpp"
#include "host/base/thunk.hpp"
#include "host/record/record.hpp"

namespace leat::host {
namespace {

using Node = ::leat_node;

// What a reading function answers: the value, or why there is none. A failed one leaves a harmless value behind.
template <class Out, class Value>
leat_kind give(const Node* node, Out* out, Out none, const std::optional<Value>& value) {
  if (out == nullptr) return LEAT_INVALID;
  *out = value ? static_cast<Out>(*value) : none;
  if (value) return LEAT_OK;
  return node == nullptr ? LEAT_NOT_FOUND : LEAT_INVALID;
}

leat_kind give(const Node* node, leat_str* out, std::optional<std::string_view> value) {
  if (out == nullptr) return LEAT_INVALID;
  *out = value ? str(*value) : leat_str{nullptr, 0};
  if (value) return LEAT_OK;
  return node == nullptr ? LEAT_NOT_FOUND : LEAT_INVALID;
}

template <class F>
leat_kind write(Node* node, F&& change) noexcept {
  if (node == nullptr) return LEAT_INVALID;
  return thunk(nullptr, [&] { return change(); });
}

// ---- records ----

Record* create() noexcept {
  return thunk_or_null([] { return new Record; });
}

Record* clone(const Record* record) noexcept {
  return thunk_or_null([&] { return record == nullptr ? nullptr : record->clone().release(); });
}

void release(Record* record) noexcept {
  if (record != nullptr && !record->batched()) delete record;
}

leat_kind json(leat_ctx* ctx, Record* record, leat_str* out) noexcept {
  if (record == nullptr || out == nullptr) return refuse(ctx, LEAT_INVALID, "json: record or out is NULL");
  *out = {nullptr, 0};
  return thunk(ctx, [&] {
    *out = str(record->json());
    return LEAT_OK;
  });
}

leat_kind set_json(leat_ctx* ctx, Record* record, leat_str text) noexcept {
  if (record == nullptr) return refuse(ctx, LEAT_INVALID, "set_json: the record is NULL");
  return thunk(ctx, [&] { return kind_of(ctx, record->set_json(view(text))); });
}

leat_kind attr(const Record* record, leat_str key, leat_str* out) noexcept {
  if (record == nullptr || out == nullptr) return LEAT_INVALID;
  *out = {nullptr, 0};
  return thunk(nullptr, [&] {
    const auto value = record->attr(view(key));
    if (!value) return LEAT_NOT_FOUND;
    *out = str(*value);
    return LEAT_OK;
  });
}

leat_kind set_attr(Record* record, leat_str key, leat_str value) noexcept {
  if (record == nullptr) return LEAT_INVALID;
  return thunk(nullptr, [&] { return record->set_attr(view(key), view(value)); });
}

leat_kind attr_at(const Record* record, std::size_t index, leat_str* key, leat_str* value) noexcept {
  if (key != nullptr) *key = {nullptr, 0};
  if (value != nullptr) *value = {nullptr, 0};
  if (record == nullptr) return LEAT_INVALID;
  const auto& attributes = record->attributes();
  if (index >= attributes.size()) return LEAT_NOT_FOUND;
  const auto found = std::next(attributes.begin(), static_cast<std::ptrdiff_t>(index));
  if (key != nullptr) *key = str(found->first);
  if (value != nullptr) *value = str(found->second);
  return LEAT_OK;
}

Node* root(Record* record) noexcept { return record == nullptr ? nullptr : &record->root(); }

// ---- reading ----

std::int32_t type(Node* node) noexcept { return node == nullptr ? LEAT_MISSING : node->type(); }

std::size_t size(Node* node) noexcept {
  if (node == nullptr) return 0;
  try {
    return node->size();
  } catch (...) {
    return 0;
  }
}

Node* get(Node* object, leat_str key) noexcept {
  return thunk_or_null([&] { return object == nullptr ? nullptr : object->get(view(key)); });
}

Node* at(Node* node, std::size_t index, leat_str* key) noexcept {
  if (key != nullptr) *key = {nullptr, 0};
  return thunk_or_null([&]() -> Node* {
    std::string_view name;
    Node* const child = node == nullptr ? nullptr : node->at(index, &name);
    if (child != nullptr && key != nullptr && node->type() == LEAT_OBJECT) *key = str(name);
    return child;
  });
}

leat_kind as_str(Node* node, leat_str* out) noexcept {
  return thunk(nullptr, [&] { return give(node, out, node == nullptr ? std::nullopt : node->as_str()); });
}

leat_kind as_i64(Node* node, std::int64_t* out) noexcept {
  return thunk(nullptr,
               [&] { return give(node, out, std::int64_t{0}, node == nullptr ? std::nullopt : node->as_i64()); });
}

leat_kind as_f64(Node* node, double* out) noexcept {
  return thunk(nullptr, [&] { return give(node, out, 0.0, node == nullptr ? std::nullopt : node->as_f64()); });
}

leat_kind as_bool(Node* node, std::int32_t* out) noexcept {
  return give(node, out, std::int32_t{0}, node == nullptr ? std::nullopt : node->as_bool());
}

leat_kind as_number(Node* node, leat_str* out) noexcept {
  return give(node, out, node == nullptr ? std::nullopt : node->as_number());
}

leat_kind node_json(leat_ctx* ctx, Node* node, leat_str* out) noexcept {
  if (out == nullptr) return refuse(ctx, LEAT_INVALID, "node_json: out is NULL");
  *out = {nullptr, 0};
  if (node == nullptr) return refuse(ctx, LEAT_NOT_FOUND, "node_json: there is no such value in the record");
  return thunk(ctx, [&] {
    *out = str(node->json());
    return LEAT_OK;
  });
}

// ---- writing ----

Node* put(Node* object, leat_str key) noexcept {
  return thunk_or_null([&] { return object == nullptr ? nullptr : object->put(view(key)); });
}

Node* push(Node* array) noexcept {
  return thunk_or_null([&] { return array == nullptr ? nullptr : array->push(); });
}

leat_kind erase(Node* object, leat_str key) noexcept {
  return write(object, [&] { return object->erase(view(key)); });
}

leat_kind erase_at(Node* array, std::size_t index) noexcept {
  return write(array, [&] { return array->erase_at(index); });
}

leat_kind set_null(Node* node) noexcept {
  return write(node, [&] {
    node->set_null();
    return LEAT_OK;
  });
}

leat_kind set_bool(Node* node, std::int32_t value) noexcept {
  return write(node, [&] {
    node->set_bool(value != 0);
    return LEAT_OK;
  });
}

leat_kind set_i64(Node* node, std::int64_t value) noexcept {
  return write(node, [&] {
    node->set_i64(value);
    return LEAT_OK;
  });
}

leat_kind set_f64(Node* node, double value) noexcept {
  return write(node, [&] { return node->set_f64(value); });
}

leat_kind set_number(Node* node, leat_str text) noexcept {
  return write(node, [&] { return node->set_number(view(text)); });
}

leat_kind set_str(Node* node, leat_str value) noexcept {
  return write(node, [&] { return node->set_str(view(value)); });
}

leat_kind set_array(Node* node) noexcept {
  return write(node, [&] { return node->set_array(); });
}

leat_kind set_object(Node* node) noexcept {
  return write(node, [&] { return node->set_object(); });
}

leat_kind set_node_json(leat_ctx* ctx, Node* node, leat_str text) noexcept {
  if (node == nullptr) return refuse(ctx, LEAT_INVALID, "set_node_json: the node is NULL");
  return thunk(ctx, [&] { return kind_of(ctx, node->set_json(view(text))); });
}

leat_kind copy(Node* to, Node* from) noexcept {
  if (from == nullptr) return to == nullptr ? LEAT_INVALID : LEAT_NOT_FOUND;
  return write(to, [&] { return to->copy(*from); });
}

}  // namespace

const leat_record_api& record_api() {
  static constexpr leat_record_api api{sizeof(leat_record_api),
                                       0,
                                       &create,
                                       &clone,
                                       &release,
                                       &json,
                                       &set_json,
                                       &attr,
                                       &set_attr,
                                       &root,
                                       &type,
                                       &size,
                                       &get,
                                       &at,
                                       &as_str,
                                       &as_i64,
                                       &as_f64,
                                       &as_bool,
                                       &as_number,
                                       &node_json,
                                       &put,
                                       &push,
                                       &erase,
                                       &erase_at,
                                       &set_null,
                                       &set_bool,
                                       &set_i64,
                                       &set_f64,
                                       &set_number,
                                       &set_str,
                                       &set_array,
                                       &set_object,
                                       &set_node_json,
                                       &copy,
                                       &attr_at};
  return api;
}

}  // namespace leat::host
