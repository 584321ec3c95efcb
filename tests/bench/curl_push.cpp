// The peer of the push benchmark: libcurl posts the same bodies over the same number of kept connections, each as soon
// as the one before it was answered, and does nothing with the answers. It shows what the server can take. Usage:
// curl_push BASE_URI CONNECTIONS FILE, one "PATH BODY" a line; credentials in CURL_USER and CURL_CLIENT_ID.
#include <curl/curl.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Post {
  std::string url;
  std::string body;
};

int fail(const char* what) {
  std::fprintf(stderr, "curl_push: %s\n", what);
  return 1;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// One connection: takes the next one until there is none.
void work(const std::vector<Post>& posts, std::atomic<std::size_t>& next, const char* user, curl_slist* headers,
          std::atomic<bool>& failed) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_USERPWD, user);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &ignore);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  for (std::size_t i = next++; i < posts.size() && !failed; i = next++) {
    curl_easy_setopt(curl.get(), CURLOPT_URL, posts[i].url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(posts[i].body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, posts[i].body.c_str());
    if (curl_easy_perform(curl.get()) != CURLE_OK) failed = true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return fail("usage: curl_push BASE_URI CONNECTIONS FILE");
  const char* user = std::getenv("CURL_USER");
  const char* client_id = std::getenv("CURL_CLIENT_ID");
  if (user == nullptr || client_id == nullptr) return fail("CURL_USER and CURL_CLIENT_ID are not set");

  std::vector<Post> posts;
  std::ifstream file(argv[3]);
  for (std::string line; std::getline(file, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) return fail("a line is not PATH BODY");
    posts.push_back({argv[1] + line.substr(0, space), line.substr(space + 1)});
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_slist* lines = curl_slist_append(nullptr, (std::string("clientId: ") + client_id).c_str());
  lines = curl_slist_append(lines, "Accept: application/json");
  lines = curl_slist_append(lines, "Content-Type: application/json; charset=utf-8");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(lines, &curl_slist_free_all);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  {
    std::vector<std::jthread> connections;
    for (int i = 0; i < std::atoi(argv[2]); ++i) {
      connections.emplace_back([&] { work(posts, next, user, headers.get(), failed); });
    }
  }
  if (failed) return fail("a transfer failed");
  std::printf("%zu\n", posts.size());
  return 0;
}
