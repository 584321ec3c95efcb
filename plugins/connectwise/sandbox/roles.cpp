#include "plugins/connectwise/sandbox/roles.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<std::string_view, Right>, 4> right_names = {
    {{"inquire", Right::inquire}, {"add", Right::add}, {"edit", Right::edit}, {"delete", Right::remove}}};

struct Invalid {
  std::string message;
};

constexpr std::array<std::string_view, 3> level_names = {"None", "My", "All"};  // by Level

Level& level_of(Levels& levels, const Json& word, const std::string& where) {
  for (const auto& [name, right] : right_names) {
    if (word == name) return levels[static_cast<std::size_t>(right)];
  }
  throw Invalid{where + ": " + word.dump() + " is none of inquire, add, edit, delete"};
}

// ["inquire", "edit"]: at level All; {"inquire": "All", "edit": "My"}. What is not named is at None.
Levels parse_rights(const Json& rights, const std::string& where) {
  Levels levels{};
  if (rights.is_array()) {
    for (const Json& word : rights) level_of(levels, word, where) = Level::all;
    return levels;
  }
  if (!rights.is_object())
    throw Invalid{where + " must be a list of inquire, add, edit, delete, or an object with a level for each"};
  for (const auto& [word, value] : rights.items()) {
    Level& level = level_of(levels, word, where);
    const auto* const known = std::find(level_names.begin(), level_names.end(), value);
    if (known == level_names.end())
      throw Invalid{where + "." + word + ": " + value.dump() + " is none of None, My, All"};
    level = static_cast<Level>(known - level_names.begin());
  }
  return levels;
}

const Json& object(const Json& value, const std::string& where) {
  if (!value.is_object()) throw Invalid{where + " must be an object"};
  return value;
}

const std::string& text(const Json& value, const std::string& where) {
  if (!value.is_string()) throw Invalid{where + " must be a text"};
  return value.get_ref<const std::string&>();
}

std::shared_ptr<const Role> parse_role(const Json& json, const std::string& where) {
  auto role = std::make_shared<Role>();
  for (const auto& [name, value] : object(json, where).items()) {
    const std::string member = where + "." + name;
    if (name == "default") {
      role->fallback = parse_rights(value, member);
    } else if (name == "rights") {
      for (const auto& [what, rights] : object(value, member).items()) {
        role->rights[lower(what)] = parse_rights(rights, member + "." + what);
      }
    } else if (name == "visible") {
      for (const auto& [list, condition] : object(value, member).items()) {
        role->visible[lower(list)] = text(condition, member + "." + list);
      }
    } else {
      throw Invalid{where + " has no '" + name + "'; it takes default, rights, visible"};
    }
  }
  return role;
}

std::map<std::string, Member> parse(const Json& json) {
  std::map<std::string, std::shared_ptr<const Role>> roles;
  std::map<std::string, Member> members;
  for (const auto& [name, value] : object(json, "permissions").items()) {
    if (name == "roles") {
      for (const auto& [role, rights] : object(value, name).items()) roles[role] = parse_role(rights, "roles." + role);
    } else if (name != "members") {
      throw Invalid{"permissions have no '" + name + "'; they take roles, members"};
    }
  }
  const auto listed = json.find("members");
  if (listed == json.end()) return members;
  for (const auto& [name, value] : object(*listed, "members").items()) {
    Member& member = members[name];
    const std::string where = "members." + name;
    for (const auto& [key, content] : object(value, where).items()) {
      const std::string& word = text(content, where + "." + key);
      if (key == "publicKey") {
        member.public_key = word;
      } else if (key == "privateKey") {
        member.private_key = word;
      } else if (key == "role") {
        const auto role = roles.find(word);
        if (role == roles.end()) throw Invalid{where + ".role: no role '" + word + "' is defined"};
        member.role = role->second;
      } else {
        throw Invalid{where + " has no '" + key + "'; it takes publicKey, privateKey, role"};
      }
    }
    if (member.role == nullptr) member.role = std::make_shared<Role>();
  }
  return members;
}

}  // namespace

Level Role::level(Right right, std::string_view tag, std::string_view pattern) const {
  Levels granted = fallback;
  const auto by_tag = rights.find(lower(tag));
  if (by_tag != rights.end()) {
    granted = by_tag->second;
  } else {
    std::size_t longest = 0;
    for (const auto& [path, given] : rights) {
      const bool covers =
          pattern.substr(0, path.size()) == path && (pattern.size() == path.size() || pattern[path.size()] == '/');
      if (!covers || path.size() < longest) continue;
      longest = path.size();
      granted = given;
    }
  }
  return granted[static_cast<std::size_t>(right)];
}

std::string_view Role::visible_in(std::string_view pattern) const {
  const auto found = visible.find(std::string(pattern));
  return found == visible.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::map<std::string, Member>> parse_members(std::string_view json) {
  try {
    return parse(Json::parse(json));
  } catch (const Json::exception& error) {
    return Error{ErrorKind::invalid, std::string("permissions are not JSON: ") + error.what()};
  } catch (const Invalid& invalid) {
    return Error{ErrorKind::invalid, invalid.message};
  }
}

}  // namespace leat::sandbox
