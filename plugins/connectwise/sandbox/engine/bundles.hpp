// POST /system/bundles: several reads in one request, each with a result of its own.
// Threads  as the store.
// Source   request and reply: document C; reads only, in practice: guide C; what resourceType may be: U (here: the callback types,
//          and the name of an entity, such as "serviceNote").
#pragma once

#include <functional>

#include "plugins/connectwise/sandbox/engine/call.hpp"

namespace leat::sandbox {

class Bundles {
 public:
  // Serves a GET of a path below the API's prefix as the caller may; Refusal as ever.
  using Read = std::function<Response(const Request& request, std::string_view path, const Caller& caller)>;

  Bundles(Store& store, Read read) : store_(store), read_(std::move(read)) {}

  Response answer(const Call& call);

 private:
  Json result_of(const Json& request, const Caller& caller, bool count_only);
  // The path that a request means; empty: no entity has that name.
  std::string path_of(const std::string& resource, const Json& request) const;

  Store& store_;
  Read read_;
};

}  // namespace leat::sandbox
