// What an answer of the server means, as an error kind and one line for a person.
// Threads  any; pure.
// Source   the vendor's guide and observed traffic; README.md lists each rule with its confidence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "leat/http.hpp"
#include "leat/result.hpp"

namespace leat::connectwise {

// A call as far as its failure matters.
struct Sent {
  std::string_view method;  // "GET"
  bool repeatable = false;  // a GET, or a POST that only reads: no answer then means "not done"
};

// Success, or why not:
//   invalid      400, 405, 409, 413, 414, 415, 422, and the 500s that are known to complain about the request
//   denied       401, 403, redirects, and what says that base_uri, company, clientId or API version are wrong
//   not_found    404 of a record
//   busy         408, 429, 503; of repeatable calls also every other 5xx
//   uncertain    of other calls: 5xx, and a 2xx whose body is not what the API sends
//   unreachable  of repeatable calls: such a 2xx
Result<Done> classify(const Sent& sent, const AnswerView& answer);

// The same for an answer of a repeatable call that is kept.
Result<Done> classify(std::string_view method, const Answer& answer);

// Whether the server refused a call for what it holds before it did any of it: a 400, 413 or 422, or a 500 of the reading of
// its body. `error` as classify made it and a client gave it.
bool refuses_content(const Error& error);

// Whether an answer is what a server gives to requests for a codebase that it no longer has: "Cannot route", a 404 that is
// not of a record. Any such request was not done.
bool says_stale_codebase(int status, std::string_view body);

// Milliseconds of a Retry-After value (seconds or an HTTP date: RFC 9110, 10.2.3) at `now_ms` since 1970; 0: not
// understood.
std::uint64_t retry_after_ms(std::string_view value, std::int64_t now_ms);

}  // namespace leat::connectwise
