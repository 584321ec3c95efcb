#include "host/net/tls_setup.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <utility>

namespace leat::host {

namespace {

// The first reason in OpenSSL's queue, which is emptied.
std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

Error bad_file(std::string_view option, std::string_view path) {
  return {ErrorKind::invalid,
          fmt::format("option {}: '{}' is no usable PEM file ({})", option, path, openssl_reason())};
}

// Never asks on the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

int verify(X509_STORE_CTX* chain, void* user) {
  const int good = X509_verify_cert(chain);
  if (good != 1) {
    const int code = X509_STORE_CTX_get_error(chain);
    // Our chain checks pass and the library's host name check fails: it says no more than that.
    const bool name = code == X509_V_ERR_UNSPECIFIED || code == X509_V_OK || code == X509_V_ERR_HOSTNAME_MISMATCH;
    *static_cast<std::string*>(user) = name ? "it is for another host name" : X509_verify_cert_error_string(code);
  }
  return good;
}

}  // namespace

Result<std::shared_ptr<const TlsSetup>> TlsSetup::load(const Files& files) {
  ERR_clear_error();
  std::shared_ptr<TlsSetup> setup(new TlsSetup);
  setup->insecure_ = files.insecure;
  setup->model_ = SSL_CTX_new(TLS_client_method());
  if (setup->model_ == nullptr) return Error{ErrorKind::broken, "OpenSSL cannot start: " + openssl_reason()};
  SSL_CTX_set_default_passwd_cb(setup->model_, &no_password);
  if (!files.ca_file.empty()) {
    if (SSL_CTX_load_verify_file(setup->model_, files.ca_file.c_str()) != 1) return bad_file("ca_file", files.ca_file);
    setup->own_store_ = true;
  }
  if (!files.client_certificate.empty()) {
    if (SSL_CTX_use_certificate_chain_file(setup->model_, files.client_certificate.c_str()) != 1) {
      return bad_file("client_certificate", files.client_certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(setup->model_, files.client_key.c_str(), SSL_FILETYPE_PEM) != 1) {
      return bad_file("client_key", files.client_key);
    }
    setup->own_certificate_ = true;
  }
  return std::shared_ptr<const TlsSetup>(std::move(setup));
}

TlsSetup::~TlsSetup() { SSL_CTX_free(model_); }

void TlsSetup::apply(ssl_ctx_st* context, std::string* why_refused) const {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (own_store_) SSL_CTX_set1_cert_store(context, SSL_CTX_get_cert_store(model_));
  if (own_certificate_) {
    SSL_CTX_use_certificate(context, SSL_CTX_get0_certificate(model_));
    SSL_CTX_use_PrivateKey(context, SSL_CTX_get0_privatekey(model_));
    STACK_OF(X509)* chain = nullptr;
    if (SSL_CTX_get0_chain_certs(model_, &chain) == 1 && chain != nullptr) SSL_CTX_set1_chain(context, chain);
  }
  if (!insecure_) SSL_CTX_set_cert_verify_callback(context, &verify, why_refused);
}

}  // namespace leat::host
