#include "plugins/connectwise/reading/by_id.hpp"

#include <set>
#include <string>
#include <utility>

namespace leat::connectwise {

Result<std::vector<std::int64_t>> read_by_id(const Question& question, const std::vector<std::int64_t>& ids,
                                             const Rows& rows, const leat::Client& client, Priority priority,
                                             Batch& out, Context& context) {
  auto questions = question.of_ids(ids);
  if (!questions) return for_incoming(questions.error());
  PageRequest page;
  page.query = {{"pageSize", std::to_string(ids_per_request)}};
  std::vector<std::pair<std::string, Pending>> asked;
  for (const Question& part : *questions) {
    Request request = part.request(page);
    request.priority = priority;
    auto pending = client.start(request, context);
    if (!pending) return for_incoming(pending.error());
    asked.emplace_back(request.url, std::move(*pending));
  }
  const std::size_t begin = out.size();
  for (auto& [url, pending] : asked) {
    auto answer = pending.wait(context);
    if (!answer) return for_incoming(answer.error());
    if (auto appended = rows.append(*answer, url, out, context); !appended) return for_incoming(appended.error());
  }
  std::set<std::int64_t> there;
  for (std::size_t i = begin; i < out.size(); ++i) {
    const auto record = out.at(i);
    const auto id = record ? id_of(*record) : std::nullopt;
    if (id) there.insert(*id);
  }
  std::vector<std::int64_t> absent;
  for (const std::int64_t id : ids) {
    if (!there.contains(id)) absent.push_back(id);
  }
  return absent;
}

}  // namespace leat::connectwise
