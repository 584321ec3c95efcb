// An operation and what a configuration or a record says - {path, query, payload} - made into a request.
// Threads  one user of the record at a time; pure.
// Errors   invalid, naming the member, before anything is sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// Adds name=value, encoded by url_part, to a URL that may have a query already.
void append_query(std::string& url, std::string_view name, std::string_view value);

// The server's limit: about 2,000 characters for everything. The vendor's guide; other clients stop at 1,950.
constexpr std::size_t url_length_max = 1950;

struct PreparedRequest {
  std::string url;             // path and query: "/company/addressFormats/4?fields=id"
  std::string body;            // empty: none
  std::string content_type{};  // of the body; empty: JSON
  bool repeatable = false;     // sent twice it leaves what sent once leaves
};

struct RequestRules {
  bool check_payload = true;                        // false: what seems wrong with it is sent as well
  std::vector<std::string_view> further_members{};  // of the input beside path, query and payload; not sent
  bool check_length = true;                         // false: the URL is cut into several later
};

// `input` is an object with members path, query and payload; absent and null ones count as empty. Values of path and
// query are text, numbers or booleans; of `fields` and `orderBy` also lists of text. A null in query leaves the
// parameter out.
Result<PreparedRequest> prepare_request(const Catalog& catalog, const Operation& operation, leat::Node input,
                                        const RequestRules& rules = {});

// Path and query alone; a payload is not looked at.
Result<std::string> request_url(const Operation& operation, leat::Node input, const RequestRules& rules = {});

// Whether it leaves, sent twice, what it leaves sent once, whatever it carries: GET, PUT and DELETE (RFC 9110, 9.2.2), and
// POSTs that only read. Of a PATCH the payload decides (PreparedRequest).
bool is_repeatable(Method method);
bool is_repeatable(const Operation& operation);

// "GET /company/addressFormats/{id}".
std::string name_of(const Operation& operation);

}  // namespace leat::connectwise
