// The peer of the pull benchmark: libcurl fetches the same pages in the same way, forward-only, one after the other
// over one kept connection, and writes the bodies to a file as they come. Usage: curl_pull BASE_URI PAGE_SIZE OUT,
// credentials in CURL_USER and CURL_CLIENT_ID. Prints pages and bytes.
#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::size_t write_to_file(char* data, std::size_t size, std::size_t count, void* user) {
  return std::fwrite(data, size, count, static_cast<std::FILE*>(user));
}

int fail(const char* what) {
  std::fprintf(stderr, "curl_pull: %s\n", what);
  return 1;
}

// "&pageId=1000" of the Link header's URL; empty at the end.
std::string next_page(CURL* curl) {
  curl_header* header = nullptr;
  if (curl_easy_header(curl, "Link", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return {};
  const std::string_view link = header->value;
  const std::size_t at = link.find("pageId=");
  return at == link.npos ? std::string() : "&" + std::string(link.substr(at, link.find_first_of("&>", at) - at));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return fail("usage: curl_pull BASE_URI PAGE_SIZE OUT");
  const char* user = std::getenv("CURL_USER");
  const char* client_id = std::getenv("CURL_CLIENT_ID");
  if (user == nullptr || client_id == nullptr) return fail("CURL_USER and CURL_CLIENT_ID are not set");

  constexpr std::size_t buffer_size = 512U << 10U;
  std::vector<char> buffer(buffer_size);  // outlives the file
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(argv[3], "wb"), &std::fclose);
  if (out == nullptr) return fail("cannot write the output");
  std::setvbuf(out.get(), buffer.data(), _IOFBF, buffer.size());
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  curl_slist* lines = curl_slist_append(nullptr, (std::string("clientId: ") + client_id).c_str());
  lines = curl_slist_append(lines, "Accept: application/json");
  lines = curl_slist_append(lines, "pagination-type: forward-only");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(lines, &curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_USERPWD, user);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_BUFFERSIZE, static_cast<long>(buffer_size));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &write_to_file);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, out.get());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);

  const std::string first = std::string(argv[1]) + "/service/tickets?pageSize=" + argv[2];
  curl_off_t bytes = 0;
  int pages = 0;
  for (std::string next; pages == 0 || !next.empty(); next = next_page(curl.get())) {
    curl_easy_setopt(curl.get(), CURLOPT_URL, (first + next).c_str());
    if (curl_easy_perform(curl.get()) != CURLE_OK) return fail("a transfer failed");
    curl_off_t body = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_SIZE_DOWNLOAD_T, &body);
    bytes += body;
    ++pages;
  }
  if (std::fflush(out.get()) != 0) return fail("cannot write the output");
  std::printf("%d %lld\n", pages, static_cast<long long>(bytes));
  return 0;
}
