// A configuration as it was written: YAML (JSON is YAML), one file or a folder, as a tree that knows where each part
// stands.
//
//   ${NAME}       the environment variable; unset: a problem
//   ${file:PATH}  the file's content without a last line end; PATH may hold ${NAME} and is relative to the file it
//                 stands in
//   $${           the two characters ${
//
// Plain scalars follow the core schema of YAML 1.2 (`yes` and dates are strings, 0x1F is 31), also once a ${...} is
// replaced; quoted ones are strings. A name twice in one map is a problem. Aliases and merge keys (`<<`) are copies.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/problem.hpp"
#include "host/config/references.hpp"

namespace leat::host {

struct NodeMember;

struct Node {
  enum class Type { null, boolean, integer, number, string, array, object };

  Type type = Type::null;
  std::string text;                 // of a scalar, ${...} replaced
  std::vector<Node> items;          // of an array
  std::vector<NodeMember> members;  // of an object, in the order of the file
  Position position;
  bool referenced = false;  // its text came in part from ${...}: it never shows in a message
  bool unresolved = false;  // a ${...} in it failed, which is a problem already: its text means nothing

  const NodeMember* find(std::string_view name) const;  // nullptr: none, or not an object
};

struct NodeMember {
  std::string name;
  Position position;  // of the name
  Node value;
};

struct Document {
  Node root;                     // an object
  std::filesystem::path folder;  // absolute; what relative paths start from
  Problems problems;
  bool complete = true;  // false: a file could not be read or is not YAML, so that names may seem to be missing
};

// where: a file, or a folder whose *.yaml, *.yml and *.json are merged in the order of their names: sections come
// together, a name that two files give is a problem that names both places. Names in messages start as `where` does.
Document load_document(const std::filesystem::path& where, const Environment& environment);

// As if `text` were the content of `file`, which need not exist.
Document parse_document(std::string_view text, const std::filesystem::path& file, const Environment& environment);

}  // namespace leat::host
