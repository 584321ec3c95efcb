// What tests of paging ask and answer: a Paging without a server behind it.
#pragma once

#include <deque>
#include <string>

#include "plugins/connectwise/reading/paging.hpp"

namespace leat::connectwise::test {

using Step = Paging::Step;

// The next page's URL as the server writes it: other host, other encoding, our conditions lost or not.
inline const std::string host = "https://na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets/";

inline std::string forward_link(std::int64_t id) {
  return "<" + host + "?conditions=a+%3e+1&pageSize=2&pageId=" + std::to_string(id) + ">; rel=\"next\"";
}

inline std::string numbered_link(int next) {
  return "<" + host + "?page=1&pageSize=2>; rel=\"first\", <" + host + "?pageSize=2&page=" + std::to_string(next) +
         ">; rel=\"next\", <" + host + "?pageSize=2&page=9>; rel=\"last\"";
}

inline const std::string last_link =
    "<" + host + "?page=1&pageSize=2>; rel=\"prev\", <" + host + "?page=1&pageSize=2>; rel=\"first\"";

// What is asked for next, as text: "forward-only pageSize=2&pageId=7", with the condition and order of by-id pages.
inline std::string text_of(const Page& page) {
  const PageRequest& request = page.request;
  std::string text = request.forward_only ? "forward-only" : "";
  for (const auto& [name, value] : request.query) text += (text.empty() ? "" : " ") + name + "=" + value;
  if (!request.condition.empty()) text += " [" + request.condition + "]";
  if (!request.order.empty()) text += " by " + request.order;
  return text;
}

// A Paging whose pages are planned as far as they can be, and answered in their order.
class Line {
 public:
  explicit Line(const PagingSetup& setup, std::string_view cursor = {}) : paging(setup, cursor) { plan(); }

  std::string asked() const {
    std::string text;
    for (const Page& page : pages) text += (text.empty() ? "" : ", ") + text_of(page);
    return text;
  }
  Result<Step> answer(std::size_t records, std::optional<std::string_view> link,
                      std::optional<std::int64_t> last_id = {}) {
    const Page page = pages.front();
    pages.pop_front();
    auto step = paging.take(page, {records, link, ++print_, last_id});
    if (step && *step == Step::again) pages.clear();
    plan();
    return step;
  }
  bool refuse() {
    const bool otherwise = paging.refused(pages.front());
    if (otherwise) pages.clear();
    plan();
    return otherwise;
  }
  bool make_smaller() {
    const bool smaller = paging.make_smaller();
    if (smaller) pages.clear();
    plan();
    return smaller;
  }

  Paging paging;
  std::deque<Page> pages;

 private:
  void plan() {
    while (auto page = paging.plan()) {
      if (page->first_in_line) {
        pages.push_front(std::move(*page));
      } else {
        pages.push_back(std::move(*page));
      }
    }
  }
  std::uint64_t print_ = 0;
};

inline PagingSetup pages_of(int size, int in_flight = 1) {
  PagingSetup setup;
  setup.page_size = PageSize(size);
  setup.in_flight = in_flight;
  return setup;
}

inline PagingSetup ordered(int size, int in_flight = 1) {
  PagingSetup setup = pages_of(size, in_flight);
  setup.has_order = true;
  return setup;
}

}  // namespace leat::connectwise::test
