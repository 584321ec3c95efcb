#include "plugins/connectwise/reading/track.hpp"

#include <algorithm>

#include "plugins/connectwise/reading/link.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/timestamp.hpp"

namespace leat::connectwise {

bool is_timeout(const Error& error) {
  if (error.kind != ErrorKind::busy && error.kind != ErrorKind::unreachable && error.kind != ErrorKind::uncertain) {
    return false;
  }
  const std::string text = lower(error.message);
  const auto says = [&](std::string_view phrase) { return text.find(phrase) != text.npos; };
  // "GET was answered with 500: A timeout has occured", "Timeout expired", and the host's own "no answer within 60000 ms
  // (timeout)"; but neither its "no connection within 10000 ms (connect_timeout)" nor "it could not be sent within ...".
  return says("no answer within ") || (says(" was answered with ") && says("timeout"));
}

std::optional<std::int64_t> server_time(const Answer& answer) {
  const auto date = answer.header("date");
  return date ? parse_http_date(*date) : std::nullopt;
}

Track::Track(Question question, const PagingSetup& setup, std::string_view cursor, Priority priority)
    : question_(std::move(question)),
      paging_(setup, cursor),
      told_size_(paging_.page_size().now()),
      has_id_(setup.has_id),
      priority_(priority) {}

bool Track::plan() {
  auto page = paging_.plan();
  if (!page) return false;
  const bool first = page->first_in_line;
  Asked asked{std::move(*page), {}, std::nullopt};
  if (first) {
    line_.push_front(std::move(asked));
  } else {
    line_.push_back(std::move(asked));
  }
  return true;
}

Result<Done> Track::send(Asked& asked, const leat::Client& client, Context& context) const {
  Request request = question_.request(asked.page.request);
  request.priority = priority_;
  asked.url = request.url;
  auto pending = client.start(request, context);
  if (!pending) return pending.error();
  asked.pending.emplace(std::move(*pending));
  return Done{};
}

void Track::ask_ahead(const leat::Client& client, std::size_t most, Context& context) {
  while (line_.size() < most && plan()) {
  }
  std::size_t sent = 0;
  for (Asked& asked : line_) {
    if (sent++ >= most) return;
    if (!asked.pending && !send(asked, client, context)) return;
  }
}

Result<Answer> Track::first_answer(const leat::Client& client, Context& context) {
  Asked& first = line_.front();
  if (!first.pending) {
    if (auto sent = send(first, client, context); !sent) return sent.error();
  }
  auto answer = first.pending->wait(context);
  first.pending.reset();
  return answer;
}

// What an error means for the pages; true: they are asked for in another way, or have come to their end.
bool Track::answered_otherwise(const Error& error, Context& context) {
  const Page& page = line_.front().page;
  if (error.kind == ErrorKind::not_found && Paging::absent_page_is_end(page)) {
    paging_.end();
    line_.clear();
    return true;
  }
  if (is_timeout(error)) {
    const int before = paging_.page_size().now();
    if (!paging_.make_smaller()) return false;
    told_size_ = paging_.page_size().now();
    context.warn(name_of(question_.operation()) + ": " + error.message + "; reading " + std::to_string(told_size_) +
                 " instead of " + std::to_string(before) + " records per request");
    context.count("pages_made_smaller");
    line_.clear();
    return true;
  }
  if (error.kind == ErrorKind::invalid && paging_.refused(page)) {
    context.info(name_of(question_.operation()) + " cannot be read by ranges of ids: reading page after page");
    line_.clear();
    return true;
  }
  return false;
}

// Numbered pages shift when records come or go before them; those that move back a page are there twice.
void Track::drop_repeats(Batch& out, std::size_t begin) {
  if (paging_.mode() != PagingMode::numbered || !has_id_) return;
  std::vector<std::int64_t> ids;
  for (std::size_t i = begin, end = out.size(); i < end; ++i) {
    const auto record = out.at(i);
    const auto id = record ? id_of(*record) : std::nullopt;
    if (!id) continue;
    if (std::ranges::binary_search(ids_, *id)) out.drop(i);
    ids.push_back(*id);
  }
  std::ranges::sort(ids);
  ids_ = std::move(ids);
}

Result<std::size_t> Track::take(const Answer& answer, const Rows& rows, Batch& out, Context& context, bool& again) {
  const Asked asked = std::move(line_.front());
  PageAnswer page;
  page.link = answer.header("link");
  page.print = page_print(trim(answer.body()));
  NewBatch scratch;
  // Records of a page that is to be asked for again, or that only tells the largest id, go nowhere.
  const bool aside = asked.page.kind == Page::Kind::largest_id || paging_.may_ask_again(asked.page, page);
  Batch& into = aside ? static_cast<Batch&>(scratch) : out;
  const std::size_t begin = into.size();
  auto appended = rows.append(answer, asked.url, into, context);
  if (!appended) {
    line_.front().page = asked.page;  // it is asked for again
    return appended;
  }
  line_.pop_front();
  page.records = *appended;
  if (page.records > 0) {
    if (const auto last = into.at(into.size() - 1)) page.last_id = id_of(*last);
  }
  auto step = paging_.take(asked.page, page);
  if (!step) return step.error();
  again = *step != Paging::Step::keep;
  if (*step == Paging::Step::again) {
    line_.clear();
    context.info(name_of(question_.operation()) + " has no forward-only paging: reading by id");
  }
  if (again) {
    for (std::size_t i = begin; !aside && i < out.size(); ++i) out.drop(i);
    return std::size_t{0};
  }
  if (aside) return rows.append(answer, asked.url, out, context);
  drop_repeats(out, begin);
  return page.records;
}

Result<std::size_t> Track::next(const leat::Client& client, const Rows& rows, Batch& out, Context& context) {
  for (;;) {
    if (paging_.ended()) {
      line_.clear();
      return std::size_t{0};
    }
    plan();
    if (paging_.page_size().now() > told_size_) {
      told_size_ = paging_.page_size().now();
      context.info(name_of(question_.operation()) + " has been fast enough: reading " + std::to_string(told_size_) +
                   " records per request again");
    }
    if (line_.empty()) return Error{ErrorKind::broken, "no page is left to ask for, and the list has not ended", 0};
    auto answer = first_answer(client, context);
    if (!answer) {
      if (!answered_otherwise(answer.error(), context)) return answer.error();
      continue;
    }
    context.count("pages");
    bool again = false;
    auto taken = take(*answer, rows, out, context, again);
    if (!taken) return taken;
    if (paging_.ended()) line_.clear();
    if (!again) return taken;
  }
}

}  // namespace leat::connectwise
