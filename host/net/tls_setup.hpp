// What TLS connections of a transport share: trusted certificates, the client's own certificate, the oldest version.
// Loaded once, so that a wrong file is found when the transport opens and not at the first request.
// Threads  any, once loaded.
#pragma once

#include <memory>
#include <string>

#include "leat/result.hpp"

struct ssl_ctx_st;

namespace leat::host {

class TlsSetup {
 public:
  struct Files {
    std::string ca_file;
    std::string client_certificate;
    std::string client_key;
    bool insecure = false;
  };
  // invalid names the option and what OpenSSL said.
  static Result<std::shared_ptr<const TlsSetup>> load(const Files& files);
  ~TlsSetup();
  TlsSetup(const TlsSetup&) = delete;
  TlsSetup& operator=(const TlsSetup&) = delete;

  bool insecure() const { return insecure_; }
  // Prepares the context of one connection. When its certificate is refused, why_refused (which outlives the handshake)
  // gets the reason.
  void apply(ssl_ctx_st* context, std::string* why_refused) const;

 private:
  TlsSetup() = default;
  bool insecure_ = false;
  bool own_store_ = false;
  bool own_certificate_ = false;
  ssl_ctx_st* model_ = nullptr;
};

}  // namespace leat::host
