// Reading a list page by page: which page comes next, when it ends, and where a later run goes on.
// Every URL is made of our own parameters; of the server's Link header only page numbers are read, because its URLs can
// name another host and lose conditions.
//   forward-only  records behind an id, in id order; for lists the server supports it on, when no order is asked for
//   numbered      page 1, 2, ...; with orderBy=id where no order is asked for and the records have ids
//   single        one request; pagination is off, or the operation gives one object
// Threads  one user at a time; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/result.hpp"

namespace leat::connectwise {

enum class PagingMode : std::uint8_t { forward_only, numbered, single };

struct PagingSetup {
  bool on = true;
  int page_size = 1000;    // 1..1000
  bool is_list = true;     // the operation answers with an array
  bool has_id = true;      // its records have an id
  bool has_order = false;  // the query has an orderBy of its own
};

// What the request for a page has beside the user's own parameters.
struct PageRequest {
  std::vector<std::pair<std::string, std::string>> query;
  bool forward_only = false;  // the header pagination-type: forward-only
};

// What an answer says about the pages.
struct PageAnswer {
  std::size_t records = 0;
  std::optional<std::string_view> link;  // the Link header, as it came; nothing when it was not sent
  std::uint64_t print = 0;               // page_print() of the body
};

// Tells two bodies apart without reading all of them.
std::uint64_t page_print(std::string_view body);

// `page` or `pageId` of the link with this rel.
std::optional<std::int64_t> page_of_link(std::string_view link, std::string_view rel, std::string_view name);

class Paging {
 public:
  explicit Paging(const PagingSetup& setup);
  // Where a stored cursor goes on; a finished one begins anew, and remembers that the list has no forward-only mode. A
  // text that is no cursor begins anew as well.
  Paging(const PagingSetup& setup, std::string_view cursor);

  bool ended() const { return ended_; }
  PagingMode mode() const { return mode_; }
  PageRequest request() const;

  enum class Step : std::uint8_t { keep, again };
  // Whether take() could say again: the caller then counts the records before it gives them on.
  bool may_ask_again(const PageAnswer& answer) const;
  // The answer to request(). keep: its records count. again: the server ignored forward-only, so order and place of
  // these records are not known; request() now asks for the first numbered page. broken: the server repeats itself.
  Result<Step> take(const PageAnswer& answer);
  // A numbered page behind the last one was answered with 404, as some servers do.
  bool absent_page_is_end() const { return mode_ == PagingMode::numbered && page_ > 1; }
  void end() { ended_ = true; }

  // JSON: what is still to be read after the pages taken so far.
  std::string cursor() const;

 private:
  Result<Step> take_forward_only(const PageAnswer& answer);
  void take_numbered(const PageAnswer& answer);

  PagingSetup setup_;
  PagingMode mode_ = PagingMode::single;
  std::int64_t page_ = 1;     // numbered: the page that comes next
  std::int64_t page_id_ = 0;  // forward-only: records behind this id come next
  std::optional<std::uint64_t> print_;
  bool ended_ = false;
};

}  // namespace leat::connectwise
