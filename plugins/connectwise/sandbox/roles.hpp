// What an API member may do: rights per tag of the reference or per path, and which records it sees.
// Threads  constant once parsed.
// Source   the key's member has a security role with inquire, add, edit and delete levels (guide, L) of None, My or All
//          (document, C); a missing right is 403 `Security` (clients, C), a record that the role does not see is 404 (clients, C).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "leat/result.hpp"

namespace leat::sandbox {

enum class Right : std::uint8_t { inquire, add, edit, remove };
// Of nothing, of the member's own records, of all.
enum class Level : std::uint8_t { none, my, all };
// By Right.
using Levels = std::array<Level, 4>;

struct Role {
  Levels fallback = {Level::all, Level::all, Level::all, Level::all};  // of what is not named
  std::map<std::string, Levels> rights;        // by tag or path, lower case; a path: with what lies below it
  std::map<std::string, std::string> visible;  // by list path, lower case: a condition

  // A tag counts before paths, a longer path before a shorter one. `pattern`: "/service/tickets/{}/notes".
  Level level(Right right, std::string_view tag, std::string_view pattern) const;
  // The condition of a list; empty: all records.
  std::string_view visible_in(std::string_view pattern) const;
};

// An API member's own keys and role; empty keys are those of the sandbox's options.
struct Member {
  std::string public_key;
  std::string private_key;
  std::shared_ptr<const Role> role;
};

// {"roles": {"reader": {"default": ["inquire"], "rights": {"Tickets": {"inquire": "All", "edit": "My"}}, "visible":
// {"/service/tickets": "board/id = 1"}}}, "members": {"sandboxApi": {"role": "reader"}, "jdoe": {"publicKey": "..", "privateKey": "..", "role": ".."}}}
// invalid: not JSON, an unknown word, a role that is not defined; the message names the place.
Result<std::map<std::string, Member>> parse_members(std::string_view json);

}  // namespace leat::sandbox
