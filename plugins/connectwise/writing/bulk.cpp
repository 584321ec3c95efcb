#include "plugins/connectwise/writing/bulk.hpp"

#include <algorithm>

#include "plugins/connectwise/values.hpp"

namespace leat::connectwise {

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
  const auto fits = [&](const BulkCall& call) {
    return call.url == url && call.body.size() + element.size() < body_max;
  };
  const auto last = std::find_if(calls_.rbegin(), calls_.rend(), fits);
  if (last != calls_.rend()) {
    last->body += "," + element;
    last->records.push_back(index);
  } else {
    calls_.push_back({std::move(url), (by_ids() ? R"({"ids":[)" : "[") + element, {index}});
  }
  return Done{};
}

const std::vector<BulkCall>& BulkCalls::close() {
  for (BulkCall& call : calls_) call.body += by_ids() ? "]}" : "]";
  return calls_;
}

}  // namespace leat::connectwise
