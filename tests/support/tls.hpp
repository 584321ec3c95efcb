// TLS for the test server, with certificates made on the spot: an authority of its own, and one signed by it.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>

#include "support/http_server.hpp"

namespace leat::test {

struct Certificate {
  std::shared_ptr<X509> x509;
  std::shared_ptr<EVP_PKEY> key;

  std::string pem() const {
    return text(x509.get(), [](BIO* out, X509* each) { PEM_write_bio_X509(out, each); });
  }
  std::string key_pem() const {
    return text(key.get(), [](BIO* out, EVP_PKEY* each) {
      PEM_write_bio_PrivateKey(out, each, nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

 private:
  template <class T, class Write>
  static std::string text(T* thing, Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    write(out.get(), thing);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

// alternative: subjectAltName, "IP:127.0.0.1"; empty for an authority. issuer: nullptr for one that signs itself.
// days: how long it stays valid; negative for one that is over.
inline Certificate make_certificate(const std::string& name, const std::string& alternative,
                                    const Certificate* issuer = nullptr, int days = 1) {
  Certificate made;
  made.key = {EVP_EC_gen("P-256"), &EVP_PKEY_free};
  made.x509 = {X509_new(), &X509_free};
  static long serial = 1;
  X509* x509 = made.x509.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
  X509_gmtime_adj(X509_getm_notBefore(x509), -2L * 86400);
  X509_gmtime_adj(X509_getm_notAfter(x509), 86400L * days);
  X509_set_pubkey(x509, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  const Certificate& signer = issuer == nullptr ? made : *issuer;
  X509_set_issuer_name(x509, X509_get_subject_name(signer.x509.get()));
  const auto extend = [&](int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, signer.x509.get(), x509, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (extension == nullptr) throw std::runtime_error("certificate extension " + value);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
  };
  if (alternative.empty()) {
    extend(NID_basic_constraints, "critical,CA:TRUE");
  } else {
    extend(NID_subject_alt_name, alternative);
  }
  if (X509_sign(x509, signer.key.get(), EVP_sha256()) == 0) throw std::runtime_error("certificate cannot be signed");
  return made;
}

class TlsStream final : public Stream {
 public:
  TlsStream(int socket, SSL_CTX* context) : Stream(socket), ssl_(SSL_new(context)) { SSL_set_fd(ssl_, socket); }
  ~TlsStream() override { SSL_free(ssl_); }
  bool accept() { return SSL_accept(ssl_) == 1; }
  std::size_t read(char* to, std::size_t size) override {
    const int got = SSL_read(ssl_, to, static_cast<int>(size));
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  bool write(std::string_view bytes) override {
    return bytes.empty() || SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 private:
  SSL* ssl_;
};

// client_authority: who must have signed the client's certificate; nullptr when the client needs none.
inline HttpServer::Wrap tls_server(const Certificate& certificate, const Certificate* client_authority = nullptr) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a closed socket without MSG_NOSIGNAL
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), certificate.x509.get());
  SSL_CTX_use_PrivateKey(context.get(), certificate.key.get());
  if (client_authority != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), client_authority->x509.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return [context](int socket) -> std::unique_ptr<Stream> {
    auto stream = std::make_unique<TlsStream>(socket, context.get());
    if (!stream->accept()) return nullptr;
    return stream;
  };
}

}  // namespace leat::test
