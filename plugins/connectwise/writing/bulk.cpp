#include "plugins/connectwise/writing/bulk.hpp"

#include <algorithm>
#include <iterator>

#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {

BulkCall BulkCall::split() {
  const auto middle = elements.begin() + static_cast<std::ptrdiff_t>(elements.size() / 2);
  BulkCall second{.url = url, .elements{std::move_iterator(middle), std::move_iterator(elements.end())}};
  elements.erase(middle, elements.end());
  for (const Element& element : second.elements) second.size += element.json.size() + 1;
  size -= second.size;
  return second;
}

bool BulkCalls::takes(leat::Node input) const {
  const leat::Node payload = input["payload"];
  if (payload.type() != leat::Type::object) return false;
  return operation_.method != Method::del || !payload["ids"];
}

Result<Done> BulkCalls::add(const Catalog& catalog, std::size_t index, leat::Node input, const RequestRules& rules) {
  std::string element;
  std::string url;
  if (operation_.method == Method::del) {
    const leat::Node id = input["payload"]["id"];
    if (input["payload"].size() != 1 || !is_whole_number(id.text())) {
      return Error{ErrorKind::invalid, "payload must be { id: ... }, with the id of the record to delete", 0};
    }
    element = by_ids() ? std::string(id.text()) : R"({"id":)" + std::string(id.text()) + "}";
    auto made = request_url(operation_, input, rules);
    if (!made) return made.error();
    url = std::move(*made);
  } else {
    NewRecord wrapped("{}");
    for (const auto item : input) {
      leat::Node copy = wrapped.root().put(item.key);
      if (item.key != "payload") {
        copy.set(item.value);
      } else {
        copy.set_array();
        copy.push().set(item.value);
      }
    }
    auto prepared = prepare_request(catalog, operation_, wrapped.root(), rules);
    if (!prepared) return prepared.error();
    element = prepared->body.substr(1, prepared->body.size() - 2);
    url = std::move(prepared->url);
  }
  const auto fits = [&](const BulkCall& call) { return call.url == url && call.size + element.size() < body_max; };
  auto call = std::find_if(calls_.rbegin(), calls_.rend(), fits);
  if (call == calls_.rend()) {
    calls_.push_back({.url = std::move(url)});
    call = calls_.rbegin();
  }
  call->size += element.size() + 1;
  call->elements.push_back({index, std::move(element)});
  return Done{};
}

std::string BulkCalls::body(const BulkCall& call) const {
  std::string text = by_ids() ? R"({"ids":[)" : "[";
  text.reserve(call.size + text.size() + 1);
  for (const BulkCall::Element& element : call.elements) {
    if (&element != &call.elements.front()) text += ',';
    text += element.json;
  }
  return text + (by_ids() ? "]}" : "]");
}

}  // namespace leat::connectwise
