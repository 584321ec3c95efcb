// A question read to its end; one whose conditions are too long for a URL as several, one after the other.
// Beside the pages of one part, the first pages of the next ones are on their way: as many requests as the paging allows.
// Threads  one call at a time.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/reading/track.hpp"

namespace leat::connectwise {

class Walk {
 public:
  // cursor: of the same question; empty or that of a finished walk: from the beginning.
  Walk(std::vector<Question> parts, const PagingSetup& setup, std::string_view cursor, Priority priority);

  bool ended() const { return open_.empty(); }
  // JSON: where it goes on, {"mode", "pageId"} and the like; "part" where there are several.
  std::string cursor() const;
  // Of the pages that are read now; smaller than configured where the server was too slow.
  const PageSize& page_size() const { return setup_.page_size; }

  // One page; how many records. At the end: none.
  Result<std::size_t> next(const leat::Client& client, const Rows& rows, Batch& out, Context& context);
  void ask_ahead(const leat::Client& client, Context& context);

 private:
  void open_part(std::string_view cursor);

  std::vector<Question> parts_;
  PagingSetup setup_;
  Priority priority_;
  std::deque<Track> open_;   // the part that is read, and those begun ahead
  std::size_t opened_ = 0;   // parts that are or were in open_
  std::string last_cursor_;  // of the part that ended last
};

}  // namespace leat::connectwise
