// Where and as whom requests go at this moment: the codebase the server runs, and the keys of the member that requests
// are made as. Both change under a running program: a cloud system is upgraded, a token ends after hours.
// Owner    HttpClient.
// Threads  configure once; everything else any. access may block for a request of its own, which only one thread makes
//          while the others wait; the doubts never block.
// Source   Developer Guide: GET /login/companyinfo/{company} without keys; POST /system/members/{identifier}/tokens with
//          x-cw-usertype: member, keys for about four hours. Clients: after an upgrade the old codebase is answered with 404 or
//          "Cannot route", and must be asked for again.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "leat/http_client.hpp"
#include "plugins/connectwise/client/address.hpp"

namespace leat::connectwise {

// What companyinfo says.
struct CompanyInfo {
  std::string codebase;  // "v2025_1/"
  std::string version;   // "v2025.1"; empty when it does not say
  bool cloud = false;
};

// denied: the server does not know the company, or gives a codebase that cannot be one.
Result<CompanyInfo> read_company_info(const Answer& answer, std::string_view company);

struct SessionSettings {
  Address address;
  std::string company;
  std::string authorization;  // of the configured keys
  std::string client_id;
  std::string accept;
  std::string impersonate;        // a member's identifier; empty: requests are made as the API member
  std::string transport_options;  // of requests that are made here: they log nothing, since answers hold keys
};

class Session {
 public:
  struct Access {
    std::string base;           // "https://api-na.myconnectwise.net/v2025_1/apis/3.0"
    std::string authorization;  // "Basic ..."
  };

  void configure(SessionSettings settings) { settings_ = std::move(settings); }
  const SessionSettings& settings() const { return settings_; }

  // Asks for codebase and token where they are not known, in doubt, or about to end. As errors of the server's answers;
  // denied: the company is not known there, or may not be impersonated.
  Result<Access> access(Context& context);

  // An answer to a request at `url` says that the server has no such codebase. True: it is asked for again at the next
  // access, or was since the request was made, so the request may be tried again. False: that was done a moment ago, or
  // the URL is not below the codebase's address (the key that callbacks are signed with); the answer stands.
  bool doubt_codebase(std::string_view url);
  // The same for keys that are not accepted: true when they were a token's, which then is made anew, once.
  bool doubt_token(std::string_view authorization);
  // For doctor. Both ask the server each time.
  Result<CompanyInfo> company_info(Context& context);
  Result<Answer> send(const Request& request, Context& context);

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Known {
    std::string base;         // empty: not known
    std::string former_base;  // before the last change; empty: there was none
    std::string token_authorization;
    std::chrono::milliseconds token_ends{0};  // of the wall clock; 0: no token
    bool codebase_doubted = false;
    bool token_doubted = false;
    // When the last doubt was settled: for a while the next one is not raised, because it would change nothing.
    std::optional<Instant> codebase_asked;
    std::optional<Instant> token_renewed;
  };

  std::string base() const;  // under mutex_
  std::optional<Access> ready(std::chrono::milliseconds now) const;
  Result<Done> find_codebase(Context& context);
  Result<Done> make_token(Context& context);

  SessionSettings settings_;
  std::mutex asking_;  // held across requests
  Transport transport_;
  mutable std::mutex mutex_;
  Known known_;
};

}  // namespace leat::connectwise
