#include "plugins/connectwise/sandbox/roles.hpp"

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

std::uint8_t parse_rights(const Json& list, const std::string& where) {
  if (!list.is_array()) throw Invalid{where + " must be a list of inquire, add, edit, delete"};
  std::uint8_t rights = 0;
  for (const Json& word : list) {
    bool known = false;
    for (const auto& [name, right] : right_names) {
      if (word != name) continue;
      rights |= static_cast<std::uint8_t>(right);
      known = true;
    }
    if (!known) throw Invalid{where + ": " + word.dump() + " is none of inquire, add, edit, delete"};
  }
  return rights;
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

bool Role::allows(Right right, std::string_view tag, std::string_view pattern) const {
  std::uint8_t granted = fallback;
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
  return (granted & static_cast<std::uint8_t>(right)) != 0;
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
