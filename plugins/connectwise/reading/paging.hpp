// Reading a list page by page: which pages come next, when it ends, and where a later run goes on.
//   forward_only  records behind an id, in id order, as the server's own mode gives them: the next page needs this one's
//                 last id
//   keyset        the same by conditions (`id > 7600`, ordered by id), for lists that do not know that mode and searches
//   numbered      page 1, 2, ...: where the user chose an order, or the records have no id
//   single        one request; pagination is off, or the operation gives one object
// Several requests in flight. Numbered pages are asked for side by side once the first one tells that there are more. The
// two modes by id go over to ranges of ids (`id > 7000 and id <= 8000`): the largest id is asked for beside the second page,
// and ranges up to there are read side by side, each as wide as a page of records is likely to be. Unlike numbered pages
// they miss nothing when records before them are deleted or stop to match meanwhile, and repeat nothing.
// Pages are planned and taken in the same order, which is that of the records. Their size follows how fast the server is
// (page_size.hpp): by id from one page to the next, numbered ones where both sizes have a page that begins.
// Threads  one user at a time; pure.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "leat/result.hpp"
#include "plugins/connectwise/reading/page_size.hpp"
#include "plugins/connectwise/reading/question.hpp"

namespace leat::connectwise {

enum class PagingMode : std::uint8_t { forward_only, keyset, numbered, single };

struct PagingSetup {
  bool on = true;
  PageSize page_size{1000};     // 1..1000; as it has become when the server was slow before
  int in_flight = 3;            // requests at the same time
  bool is_list = true;          // the operation answers with a list
  bool has_id = true;           // its records have an id
  bool has_order = false;       // the question has an orderBy of its own
  bool repeats_at_end = false;  // reports: one that ignores the page gives the same rows again
  bool forward_only = true;     // false: not worth trying, as with a POST
};

// A page that is planned, asked for, and then taken with its answer.
struct Page {
  enum class Kind : std::uint8_t { next, range, largest_id };
  static constexpr std::int64_t open = std::numeric_limits<std::int64_t>::max();

  PageRequest request;
  Kind kind = Kind::next;
  bool first_in_line = false;  // comes before the pages planned so far: the rest of a range
  std::int64_t after = 0;      // by id: what is read lies behind it,
  std::int64_t up_to = open;   // and up to here
  std::int64_t number = 0;     // of a numbered page
  int size = 0;                // records asked for
};

// What an answer says about the pages.
struct PageAnswer {
  std::size_t records = 0;
  std::optional<std::string_view> link;  // the Link header, as it came; nothing when it was not sent
  std::uint64_t print = 0;               // page_print() of the body
  std::optional<std::int64_t> last_id;   // of the last record
};

class Paging {
 public:
  explicit Paging(const PagingSetup& setup);
  // Where a stored cursor goes on; a finished one begins anew, and remembers that the list has no forward-only mode. A
  // text that is no cursor begins anew as well.
  Paging(const PagingSetup& setup, std::string_view cursor);

  bool ended() const { return ended_; }
  PagingMode mode() const { return mode_; }
  const PageSize& page_size() const { return setup_.page_size; }

  // The next page to ask for; nothing while answers have to come first, or enough is under way.
  std::optional<Page> plan();

  // keep: its records count. again: they do not, because the server ignored forward-only, so their order and place are
  // not known. largest_id: an answer without records of its own. After `again` nothing is planned any more.
  enum class Step : std::uint8_t { keep, again, no_records };
  // Whether take() could say again: the caller then counts the records before it gives them on.
  bool may_ask_again(const Page& page, const PageAnswer& answer) const;
  // Of the page that is first in line. broken: the server repeats itself.
  Result<Step> take(const Page& page, const PageAnswer& answer);
  // The server does not take the conditions or the order that this page needs (400). True: planned in another way, what
  // was planned before is void.
  bool refused(const Page& page);
  // The server was too slow: smaller pages, until it has been fast enough for a while; what was planned is void. False: they
  // cannot get smaller.
  bool make_smaller();
  // A numbered page behind the last one was answered with 404, as some servers do.
  static bool absent_page_is_end(const Page& page) { return page.number > 1; }
  void end() { ended_ = true; }

  // JSON: what is still to be read after the pages taken so far.
  std::string cursor() const;

 private:
  std::optional<Page> plan_next();
  void grow();
  bool waits_to_grow() const;
  Page plan_range();
  Page by_id(Page::Kind kind, std::int64_t after, std::int64_t up_to) const;
  Page largest_id() const;
  Page numbered(std::int64_t number) const;
  Result<Step> take_forward_only(const Page& page, const PageAnswer& answer);
  Result<Step> take_by_id(const Page& page, const PageAnswer& answer);
  void take_largest_id(const PageAnswer& answer);
  void take_numbered(const Page& page, const PageAnswer& answer);
  void finish_range(const Page& page);
  void forget_plans();
  bool ranges() const { return largest_ > 0; }

  PagingSetup setup_;
  PagingMode mode_ = PagingMode::single;
  int planned_ = 0;  // pages that are not taken yet
  bool ended_ = false;
  std::optional<std::uint64_t> print_;  // of the page before

  // Numbered.
  std::int64_t page_ = 1;       // the first that is not taken
  std::int64_t last_page_ = 0;  // as the server says; 0: it does not
  bool first_taken_ = false;

  // By id.
  std::int64_t after_ = 0;       // everything up to it is taken
  int pages_by_id_ = 0;          // taken by conditions
  bool ranges_possible_ = true;  // until the server refuses what they need
  bool asked_largest_ = false;
  std::int64_t largest_ = 0;       // id when it was asked for; 0: not known
  std::int64_t planned_to_ = 0;    // where the next range begins
  std::int64_t width_ = 0;         // ids of the next range
  std::size_t in_range_ = 0;       // records of the range that is being taken
  std::int64_t range_begin_ = -1;  // of that range; -1: none
  std::optional<Page> rest_;       // of the range that is being taken: not planned yet
};

}  // namespace leat::connectwise
