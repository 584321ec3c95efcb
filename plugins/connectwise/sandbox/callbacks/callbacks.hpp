// Turns changes into callback events for the entries that are about them.
// Owner    store, settings and outbox outlive it.
// Threads  note() one at a time, as the store; keys from any thread.
// Source   address, body and key_url: guide C, clients C; a thinner entity for contacts, hrefs with a double slash: clients C; a
//          ticket's event for a new note or time entry: clients L.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "plugins/connectwise/sandbox/callbacks/outbox.hpp"
#include "plugins/connectwise/sandbox/engine/change.hpp"
#include "plugins/connectwise/sandbox/settings.hpp"

namespace leat::sandbox {

class Callbacks {
 public:
  Callbacks(Store& store, const Settings& settings, Outbox& outbox);

  void note(const Change& change);
  // The key that a key_url's id stands for.
  std::optional<std::string> signing_key(std::string_view id) const;
  // Events from now on are signed with another key, under another key_url; the old ones stay readable.
  void rotate_key();
  void set_codebase(const std::string& codebase);
  // The entry gets inactiveFlag.
  void disable(Id entry);

 private:
  std::string body(const Json& entry, std::string_view type, const Change& change, std::string_view key_id);

  Store& store_;
  const Settings& settings_;
  Outbox& outbox_;
  mutable std::mutex mutex_;                              // of the keys and the codebase
  std::map<std::string, std::string, std::less<>> keys_;  // by id
  std::string key_id_;
  std::string codebase_;
  std::uint64_t messages_ = 0;
};

}  // namespace leat::sandbox
