// One question read to its end: requests in flight, pages in order, smaller ones for a server that is too slow.
// Owner    whoever reads; the client outlives it.
// Threads  one call at a time. Ending its life gives up what is in flight.
// Memory   answers of at most `in_flight` pages.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/batch.hpp"
#include "leat/client.hpp"
#include "plugins/connectwise/reading/paging.hpp"
#include "plugins/connectwise/reading/question.hpp"
#include "plugins/connectwise/reading/rows.hpp"

namespace leat::connectwise {

// Whether the server, or the wait for its answer, gave up over the time a request took, so that a smaller page may do. What
// was never sent is none.
bool is_timeout(const Error& error);

// The server's clock in an answer; nothing when it does not say.
std::optional<std::int64_t> server_time(const Answer& answer);

class Track {
 public:
  Track(Question question, const PagingSetup& setup, std::string_view cursor, Priority priority);

  bool ended() const { return paging_.ended(); }
  std::size_t in_flight() const { return line_.size(); }
  const PageSize& page_size() const { return paging_.page_size(); }
  std::string cursor() const { return paging_.cursor(); }

  // Sends what can be sent before further answers are taken, at most so many requests. A failure to send shows at next().
  void ask_ahead(const leat::Client& client, std::size_t most, Context& context);
  // Waits for the next page and appends its records; how many. Not after the end.
  Result<std::size_t> next(const leat::Client& client, const Rows& rows, Batch& out, Context& context);

 private:
  struct Asked {
    Page page;
    std::string url;
    std::optional<Pending> pending;
  };

  Result<Done> send(Asked& asked, const leat::Client& client, Context& context) const;
  bool plan();
  Result<Answer> first_answer(const leat::Client& client, Context& context);
  bool answered_otherwise(const Error& error, Context& context);
  Result<std::size_t> take(const Answer& answer, const Rows& rows, Batch& out, Context& context, bool& again);
  void drop_repeats(Batch& out, std::size_t begin);

  Question question_;
  Paging paging_;
  int told_size_;  // of the pages, as it was said last
  bool has_id_;
  Priority priority_;
  std::deque<Asked> line_;         // in the order of their pages
  std::vector<std::int64_t> ids_;  // of the numbered page before: records that move back are there again
};

}  // namespace leat::connectwise
