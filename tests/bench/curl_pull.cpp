// The peer of the pull benchmark: libcurl fetches the same pages, one after the other over one kept connection, and
// writes the bodies to a file. Usage: curl_pull BASE_URI PAGES PAGE_SIZE OUT, credentials in CURL_USER and
// CURL_CLIENT_ID.
#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

std::size_t write_to_file(char* data, std::size_t size, std::size_t count, void* user) {
  return std::fwrite(data, size, count, static_cast<std::FILE*>(user));
}

int fail(const char* what) {
  std::fprintf(stderr, "curl_pull: %s\n", what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return fail("usage: curl_pull BASE_URI PAGES PAGE_SIZE OUT");
  const char* user = std::getenv("CURL_USER");
  const char* client_id = std::getenv("CURL_CLIENT_ID");
  if (user == nullptr || client_id == nullptr) return fail("CURL_USER and CURL_CLIENT_ID are not set");

  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(argv[4], "wb"), &std::fclose);
  if (out == nullptr) return fail("cannot write the output");
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
      curl_slist_append(nullptr, (std::string("clientId: ") + client_id).c_str()), &curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_USERPWD, user);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_BUFFERSIZE, 512L * 1024L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &write_to_file);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, out.get());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_off_t bytes = 0;
  for (int page = 1, pages = std::atoi(argv[2]); page <= pages; ++page) {
    const std::string url =
        std::string(argv[1]) + "/service/tickets?page=" + std::to_string(page) + "&pageSize=" + argv[3];
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    if (curl_easy_perform(curl.get()) != CURLE_OK) return fail("a transfer failed");
    curl_off_t body = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_SIZE_DOWNLOAD_T, &body);
    bytes += body;
  }
  std::printf("%lld\n", static_cast<long long>(bytes));
  return 0;
}
