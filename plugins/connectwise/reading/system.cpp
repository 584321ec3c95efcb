#include "plugins/connectwise/reading/system.hpp"

#include "plugins/connectwise/client/address.hpp"

namespace leat::connectwise {

Result<std::string> system_of(const Source& source, Question question, const leat::Client& client, Context& context) {
  if (!source.has_info()) return std::string();
  question.drop_conditions();
  question.set("orderBy", "");
  question.set("fields", "id,_info");
  PageRequest page;
  page.query = {{"pageSize", "1"}};
  const Request request = question.request(page);
  auto answer = client.call(request, context);
  if (!answer) return for_incoming(answer.error());
  NewBatch found;
  if (auto rows = source.rows().append(*answer, request.url, found, context); !rows) return for_incoming(rows.error());
  const auto record = found.size() > 0 ? found.at(0) : std::nullopt;
  if (!record) return std::string();
  for (const auto member : (*record)["_info"]) {
    if (!member.key.ends_with("_href")) continue;
    const std::string_view link = member.value.str().value_or("");
    const auto address = parse_address(link.substr(0, link.find('?')));
    if (!address) continue;
    const std::string host = address->host.substr(address->host.starts_with("api-") ? 4 : 0);
    const bool own_port = address->port == (address->https ? 443 : 80);
    return own_port ? host : host + ":" + std::to_string(address->port);
  }
  return std::string();
}

}  // namespace leat::connectwise
