#include "plugins/connectwise/sandbox/query/record_view.hpp"

#include <simdjson.h>

#include <stdexcept>

namespace leat::sandbox {

using simdjson::dom::element;
using simdjson::dom::element_type;

struct RecordView::State {
  simdjson::dom::parser parser;
  element root;
};

namespace {

bool descend(element& at, Path path) {
  for (const std::string& step : path) {
    if (at.at_key(step).get(at) != simdjson::SUCCESS) return false;
  }
  return true;
}

Value to_value(element at) {
  Value value;
  switch (at.type()) {
    case element_type::NULL_VALUE: return value;
    case element_type::BOOL:
      value.kind = Value::Kind::boolean;
      value.boolean = at.get_bool().value_unsafe();
      return value;
    case element_type::STRING:
      value.kind = Value::Kind::text;
      value.text = at.get_string().value_unsafe();
      return value;
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      value.kind = Value::Kind::number;
      value.number = at.get_double().value_unsafe();
      return value;
    case element_type::ARRAY:
    case element_type::OBJECT: break;
  }
  value.kind = Value::Kind::other;
  return value;
}

}  // namespace

RecordView::RecordView() : state_(std::make_unique<State>()) {}
RecordView::~RecordView() = default;

void RecordView::open(std::string& record) {
  record.reserve(record.size() + simdjson::SIMDJSON_PADDING);
  if (state_->parser.parse(record.data(), record.size(), false).get(state_->root) != simdjson::SUCCESS) {
    throw std::logic_error("a stored record is not JSON");
  }
}

Value RecordView::at(Path path) const {
  element at = state_->root;
  return descend(at, path) ? to_value(at) : Value();
}

std::size_t RecordView::count(Path list) const {
  element at = state_->root;
  simdjson::dom::array elements;
  if (!descend(at, list) || at.get_array().get(elements) != simdjson::SUCCESS) return 0;
  return elements.size();
}

Value RecordView::at(Path list, std::size_t index, Path path) const {
  element at = state_->root;
  if (!descend(at, list) || at.at(index).get(at) != simdjson::SUCCESS || !descend(at, path)) return {};
  return to_value(at);
}

}  // namespace leat::sandbox
