#include "plugins/connectwise/reading/paging.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/connectwise/reading/link.hpp"
#include "plugins/connectwise/text.hpp"

namespace leat::connectwise {
namespace {

using nlohmann::json;

constexpr std::int64_t width_max = std::int64_t{1} << 40;

PagingMode first_mode(const PagingSetup& setup) {
  if (!setup.on || !setup.is_list) return PagingMode::single;
  if (!setup.has_id || setup.has_order) return PagingMode::numbered;
  return setup.forward_only ? PagingMode::forward_only : PagingMode::keyset;
}

Error endless(std::string text) { return Error{ErrorKind::broken, std::move(text), 0}; }

}  // namespace

Paging::Paging(const PagingSetup& setup) : setup_(setup), mode_(first_mode(setup)), width_(setup.page_size.now()) {}

Paging::Paging(const PagingSetup& setup, std::string_view cursor) : Paging(setup) {
  if (mode_ == PagingMode::single || cursor.empty()) return;
  const json stored = json::parse(cursor, nullptr, false);
  if (!stored.is_object()) return;
  const auto mode = stored.find("mode");
  if (mode == stored.end()) return;
  const auto number = [&stored](const char* name) -> std::int64_t {
    const auto found = stored.find(name);
    return found != stored.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  };
  const auto done = stored.find("done");
  const bool finished = done != stored.end() && *done == true;
  const bool by_id = mode_ == PagingMode::forward_only || mode_ == PagingMode::keyset;
  if (*mode == "numbered") {
    mode_ = PagingMode::numbered;
    // Pages of another size are other pages.
    const std::int64_t size = number("pageSize");
    if (!finished && size <= 1000 && setup_.page_size.resume(static_cast<int>(size))) {
      page_ = std::max<std::int64_t>(1, number("page"));
    }
  } else if (by_id && (*mode == "forward-only" || *mode == "keyset")) {
    if (*mode == "keyset") mode_ = PagingMode::keyset;
    if (!finished) after_ = std::max<std::int64_t>(0, number("pageId"));
  }
  planned_to_ = after_;
}

// ---- planning

Page Paging::by_id(Page::Kind kind, std::int64_t after, std::int64_t up_to) const {
  Page page;
  page.kind = kind;
  page.after = after;
  page.up_to = up_to;
  page.size = setup_.page_size.now();
  if (after > 0) page.request.condition = "id > " + std::to_string(after);
  if (up_to != Page::open) {
    page.request.condition += (after > 0 ? " and " : "") + ("id <= " + std::to_string(up_to));
  }
  page.request.order = "id";
  page.request.query.emplace_back("pageSize", std::to_string(setup_.page_size.now()));
  return page;
}

Page Paging::largest_id() const {
  Page page = by_id(Page::Kind::largest_id, after_, Page::open);
  page.request.order = "id desc";
  page.request.fields = "id";
  page.request.query = {{"pageSize", "1"}};
  return page;
}

Page Paging::numbered(std::int64_t number) const {
  Page page;
  page.number = number;
  page.size = setup_.page_size.now();
  page.request.query.emplace_back("pageSize", std::to_string(setup_.page_size.now()));
  page.request.query.emplace_back("page", std::to_string(number));
  if (setup_.has_id && !setup_.has_order) page.request.order = "id";
  return page;
}

Page Paging::plan_range() {
  if (rest_) {
    Page page = std::move(*rest_);
    rest_.reset();
    return page;
  }
  const std::int64_t begin = planned_to_;
  const bool last = begin + width_ >= largest_;
  planned_to_ = last ? Page::open : begin + width_;
  return by_id(Page::Kind::range, begin, planned_to_);
}

std::optional<Page> Paging::plan_next() {
  if (mode_ == PagingMode::single) {
    if (planned_ > 0) return {};
    return Page{};
  }
  if (mode_ == PagingMode::numbered) {
    const std::int64_t number = page_ + planned_;
    if (planned_ > 0 && !first_taken_) return {};
    if (last_page_ > 0 && number > last_page_ && planned_ > 0) return {};
    return numbered(number);
  }
  if (ranges()) {
    if (!rest_ && planned_to_ == Page::open) return {};
    return plan_range();
  }
  if (planned_ > 0) {
    // Beside the second page, so that it costs no time of its own.
    const bool ask = setup_.in_flight > 1 && ranges_possible_ && after_ > 0 && !asked_largest_;
    if (!ask) return {};
    asked_largest_ = true;
    return largest_id();
  }
  if (mode_ == PagingMode::keyset) return by_id(Page::Kind::next, after_, Page::open);
  Page page;
  page.after = after_;
  page.size = setup_.page_size.now();
  page.request.query.emplace_back("pageSize", std::to_string(setup_.page_size.now()));
  page.request.forward_only = true;
  if (after_ > 0) page.request.query.emplace_back("pageId", std::to_string(after_));
  return page;
}

std::optional<Page> Paging::plan() {
  // The rest of a range takes the place of the part that was taken.
  if (ended_ || planned_ >= std::max(setup_.in_flight, 1)) return {};
  if (setup_.page_size.may_grow()) {
    if (!waits_to_grow()) {
      grow();
    } else if (planned_ > 0) {
      return {};
    }
  }
  auto page = plan_next();
  if (page) ++planned_;
  return page;
}

// Numbered pages that are under way have numbers of their own size, and the next one must begin where a larger one does.
bool Paging::waits_to_grow() const {
  const int times = setup_.page_size.larger() / setup_.page_size.now();
  return mode_ == PagingMode::numbered && (planned_ > 0 || (page_ - 1) % times != 0);
}

void Paging::grow() {
  const int before = setup_.page_size.now();
  setup_.page_size.grow();
  page_ = (page_ - 1) / (setup_.page_size.now() / before) + 1;
  last_page_ = 0;
  first_taken_ = false;
  // The rest of a range that was given back keeps its size, as the pages do that are under way.
}

void Paging::forget_plans() {
  planned_ = 0;
  planned_to_ = after_;
  rest_.reset();
  range_begin_ = -1;
  in_range_ = 0;
  first_taken_ = false;
  asked_largest_ = ranges();
}

// ---- taking

bool Paging::may_ask_again(const Page& page, const PageAnswer& answer) const {
  return mode_ == PagingMode::forward_only && page.kind == Page::Kind::next && after_ == 0 &&
         !page_of_link(answer.link.value_or(""), "next", "pageId");
}

Result<Paging::Step> Paging::take(const Page& page, const PageAnswer& answer) {
  --planned_;
  if (page.kind == Page::Kind::largest_id) {
    take_largest_id(answer);
    return Step::no_records;
  }
  if (mode_ == PagingMode::single) {
    ended_ = true;
    return Step::keep;
  }
  if (page.kind == Page::Kind::range) {
    setup_.page_size.came(answer.records);
    return take_by_id(page, answer);
  }
  if (answer.records > 0 && print_ == answer.print) {
    if (setup_.repeats_at_end) {
      ended_ = true;
      return Step::no_records;
    }
    return endless("the server gave the same page twice: it ignores the paging parameters; use pagination: false");
  }
  print_ = answer.print;
  setup_.page_size.came(answer.records);
  if (answer.records > static_cast<std::size_t>(page.size)) {
    // More than was asked for: this list is not paged (usages, reports), and all of it is here.
    ended_ = true;
    return Step::keep;
  }
  if (mode_ == PagingMode::forward_only) return take_forward_only(page, answer);
  if (mode_ == PagingMode::keyset) return take_by_id(page, answer);
  take_numbered(page, answer);
  return Step::keep;
}

Result<Paging::Step> Paging::take_forward_only(const Page& page, const PageAnswer& answer) {
  const bool full = answer.records >= static_cast<std::size_t>(page.size);
  const std::optional<std::int64_t> next = page_of_link(answer.link.value_or(""), "next", "pageId");
  if (next && answer.records > 0) {
    if (*next <= after_) {
      return endless("the server's next pageId " + std::to_string(*next) + " is not behind " + std::to_string(after_) +
                     ": reading would never end");
    }
    after_ = planned_to_ = *next;
    return Step::keep;
  }
  // The end has a Link with an empty value. A list that does not know the mode sends none at all, or one of numbered
  // pages.
  const bool numbered_link = answer.link && page_of_link(*answer.link, "next", "page");
  if ((full && !answer.link) || (numbered_link && !next)) {
    if (after_ > 0) {
      // The end of some servers, after a full last page; asking by conditions finds out.
      if (!answer.last_id || *answer.last_id <= after_) {
        return endless("the server left forward-only paging in the middle of a list");
      }
      after_ = planned_to_ = *answer.last_id;
      mode_ = PagingMode::keyset;
      return Step::keep;
    }
    mode_ = PagingMode::keyset;
    print_.reset();
    return Step::again;
  }
  ended_ = true;
  return Step::keep;
}

Result<Paging::Step> Paging::take_by_id(const Page& page, const PageAnswer& answer) {
  const bool bounded = page.up_to != Page::open;
  ++pages_by_id_;
  if (range_begin_ < 0) range_begin_ = page.after;
  in_range_ += answer.records;
  // Of a range that is not wider than a page every record is here, unless the server makes pages smaller than asked for.
  const bool full =
      answer.records >= static_cast<std::size_t>(page.size) && !(bounded && page.up_to - page.after <= page.size);
  const bool more = answer.records > 0 && (full || page_of_link(answer.link.value_or(""), "next", "page"));
  if (answer.records > 0) {
    if (!answer.last_id) return endless("the records have no id to go on behind; use pagination: false");
    if (*answer.last_id <= page.after || *answer.last_id > page.up_to) {
      return endless("the server gave id " + std::to_string(*answer.last_id) + " where ids behind " +
                     std::to_string(page.after) + " were asked for: it ignores the conditions");
    }
    after_ = *answer.last_id;
  }
  if (page.kind == Page::Kind::next) {
    planned_to_ = after_;
    range_begin_ = -1;
    in_range_ = 0;
    if (!more) ended_ = true;
    return Step::keep;
  }
  if (more && after_ < page.up_to) {
    rest_ = by_id(Page::Kind::range, after_, page.up_to);
    rest_->first_in_line = true;
    return Step::keep;
  }
  finish_range(page);
  return Step::keep;
}

void Paging::finish_range(const Page& page) {
  if (page.up_to == Page::open) {
    ended_ = true;
    return;
  }
  after_ = page.up_to;
  // A page of records is what the next range should hold.
  const std::int64_t width = page.up_to - range_begin_;
  const auto found = static_cast<std::int64_t>(in_range_);
  const int size = setup_.page_size.now();
  const std::int64_t wanted = found == 0 ? width * 4 : width * size / 10 * 9 / found;
  width_ = std::clamp(wanted, std::max<std::int64_t>(width / 4, size),
                      std::max<std::int64_t>(std::min(width * 4, width_max), size));
  range_begin_ = -1;
  in_range_ = 0;
}

void Paging::take_largest_id(const PageAnswer& answer) {
  // Without one nothing lies behind what was read: the page that is under way finds that out.
  if (answer.last_id) largest_ = std::max(*answer.last_id, after_ + 1);
}

void Paging::take_numbered(const Page& page, const PageAnswer& answer) {
  const bool full = answer.records >= static_cast<std::size_t>(page.size);
  const bool has_link = answer.link && !trim(*answer.link).empty();
  const bool has_next = has_link && page_of_link(*answer.link, "next", "page");
  // Without a Link only the length tells; one more request then finds an empty page.
  const bool more = answer.records > 0 && (has_link ? has_next : full);
  if (has_link) last_page_ = page_of_link(*answer.link, "last", "page").value_or(last_page_);
  ++page_;
  first_taken_ = true;
  ended_ = !more;
}

// ---- when the server does not take it

bool Paging::refused(const Page& page) {
  if (page.kind != Page::Kind::next) {
    if (!ranges_possible_) return false;
    ranges_possible_ = false;
    largest_ = 0;
    forget_plans();
    asked_largest_ = true;
    return true;
  }
  if (mode_ != PagingMode::keyset) return false;
  // Only behind a single page it is known where the numbered ones go on.
  if (after_ > 0 && pages_by_id_ != 1) return false;
  mode_ = PagingMode::numbered;
  forget_plans();
  page_ = after_ > 0 ? 2 : 1;
  if (after_ == 0) setup_.has_id = false;  // it is the order that was refused
  return true;
}

bool Paging::make_smaller() {
  const int before = setup_.page_size.now();
  if (mode_ == PagingMode::single || !setup_.page_size.make_smaller()) return false;
  const int size = setup_.page_size.now();
  // Numbered pages begin at a whole number of the smaller ones.
  page_ = (page_ - 1) * (before / size) + 1;
  last_page_ = 0;
  width_ = std::max<std::int64_t>(size, width_ * size / before);
  print_.reset();
  forget_plans();
  return true;
}

std::string Paging::cursor() const {
  json stored = json::object();
  switch (mode_) {
    case PagingMode::forward_only:
    case PagingMode::keyset:
      stored["mode"] = mode_ == PagingMode::keyset ? "keyset" : "forward-only";
      if (!ended_) stored["pageId"] = after_;
      break;
    case PagingMode::numbered:
      stored["mode"] = "numbered";
      stored["pageSize"] = setup_.page_size.now();
      if (!ended_) stored["page"] = page_;
      break;
    case PagingMode::single: stored["mode"] = "single"; break;
  }
  if (ended_) stored["done"] = true;
  return stored.dump();
}

}  // namespace leat::connectwise
