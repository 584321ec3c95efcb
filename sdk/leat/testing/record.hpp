// The test kit's records: "leat.record/1" with what it says and what the host does. Slower than the host's and
// stricter: a handle that is used after its life is noticed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/abi.h"
#include "leat/testing/json.hpp"

namespace leat __attribute__((visibility("hidden"))) {
  namespace testing {
  namespace detail {

  inline std::string_view view(leat_str text) {
    return {text.ptr == nullptr ? "" : text.ptr, text.ptr == nullptr ? 0 : text.len};
  }
  inline leat_str str(std::string_view text) { return {text.data(), text.size()}; }

  // What a component did that its contract forbids, until the kit asks. Threads: any.
  class Problems {
   public:
    static Problems& all() {
      static Problems one;
      return one;
    }
    void add(std::string problem) {
      const std::lock_guard lock(mutex_);
      problems_.push_back(std::move(problem));
    }
    std::vector<std::string> take() {
      const std::lock_guard lock(mutex_);
      return std::exchange(problems_, {});
    }

   private:
    std::mutex mutex_;
    std::vector<std::string> problems_;
  };

  struct Record;

  struct Node {
    struct Member {
      std::string key;
      std::string_view raw_key;  // as it came; empty: made by put
      Node* node;
    };
    Record* record = nullptr;
    Node* parent = nullptr;
    int level = 0;
    std::int32_t type = LEAT_NULL;
    std::string_view raw = "null";  // its text, unless stale
    bool stale = false;
    bool dead = false;  // its handle's life is over
    std::string string;
    std::vector<Member> members;

    bool container() const { return type == LEAT_ARRAY || type == LEAT_OBJECT; }
    Member* find(std::string_view key) {
      for (Member& member : members) {
        if (member.key == key) return &member;
      }
      return nullptr;
    }
    void write(std::string& out) const {
      if (!stale) {
        out += raw;
      } else if (type == LEAT_STRING) {
        out += json_quoted(string);
      } else {
        const bool object = type == LEAT_OBJECT;
        out += object ? '{' : '[';
        for (const Member& member : members) {
          if (&member != &members.front()) out += ',';
          if (object) out += (member.raw_key.empty() ? json_quoted(member.key) : std::string(member.raw_key)) + ':';
          member.node->write(out);
        }
        out += object ? '}' : ']';
      }
    }
  };

  struct Record {
    std::deque<std::string> texts;  // what nodes point into; never moves
    std::deque<Node> nodes;
    std::map<std::string, std::string, std::less<>> attributes;
    Node* root = nullptr;
    bool batched = false;

    Record() { root = make(nullptr); }
    Node* make(Node* parent) {
      Node& node = nodes.emplace_back();
      node.record = this;
      node.parent = parent;
      node.level = parent == nullptr ? 0 : parent->level + 1;
      return &node;
    }
    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
    std::string_view written(const Node& node) {
      std::string text;
      node.write(text);
      return keep(std::move(text));
    }
    // The value of `node` is accepted, compact text that was kept.
    void assign(Node& node, std::string_view text) {
      for (Node::Member& member : node.members) end_life(*member.node);
      std::size_t at = 0;
      read(node, text, at);
    }
    static void end_life(Node& node) {
      node.dead = true;
      for (Node::Member& member : node.members) end_life(*member.node);
    }
    static void changed(Node* container) {
      for (; container != nullptr; container = container->parent) container->stale = true;
    }

   private:
    static std::size_t string_end(std::string_view text, std::size_t at) {
      for (++at; text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
      return at + 1;
    }
    void read(Node& node, std::string_view text, std::size_t& at) {
      const std::size_t from = at;
      node.stale = false;
      node.members.clear();
      node.string.clear();
      const char first = text[at];
      if (first == '{' || first == '[') {
        const bool object = first == '{';
        node.type = object ? LEAT_OBJECT : LEAT_ARRAY;
        for (++at; text[at] != '}' && text[at] != ']'; at += text[at] == ',' ? 1 : 0) {
          Node::Member member{{}, {}, nullptr};
          if (object) {
            const std::size_t end = string_end(text, at);
            member.raw_key = text.substr(at, end - at);
            member.key = unquoted(member.raw_key);
            at = end + 1;
            for (auto known = node.members.begin(); known != node.members.end(); ++known) {
              if (known->key != member.key) continue;
              node.members.erase(known);  // of duplicates the last one counts, at its own place
              break;
            }
          }
          member.node = make(&node);
          read(*member.node, text, at);
          node.members.push_back(std::move(member));
        }
        ++at;
      } else if (first == '"') {
        at = string_end(text, at);
        node.type = LEAT_STRING;
        node.string = unquoted(text.substr(from, at - from));
      } else {
        node.type = first == 'n' ? LEAT_NULL : first == 't' || first == 'f' ? LEAT_BOOL : LEAT_NUMBER;
        at = std::min(text.find_first_of(",]}", at), text.size());
      }
      node.raw = text.substr(from, at - from);
    }
  };

  inline Record* of(leat_rec* record) { return reinterpret_cast<Record*>(record); }
  inline const Record* of(const leat_rec* record) { return reinterpret_cast<const Record*>(record); }
  inline leat_rec* raw(Record* record) { return reinterpret_cast<leat_rec*>(record); }
  inline leat_node* raw(Node* node) { return reinterpret_cast<leat_node*>(node); }
  // The node of a handle; its misuse is noted.
  inline Node* of(leat_node* handle) {
    Node* node = reinterpret_cast<Node*>(handle);
    if (node != nullptr && node->dead) {
      Problems::all().add(
          "a node was used after its life: it or an ancestor was set or erased, or the array it was in changed in "
          "length");
    }
    return node;
  }

  // Replaces the value of a node by accepted text.
  inline leat_kind replace(Node& node, std::string text) {
    Record& record = *node.record;
    record.assign(node, record.keep(std::move(text)));
    Record::changed(node.parent);
    return LEAT_OK;
  }
  // The same for text that may be none; gives what is wrong with it.
  inline std::optional<std::string> replace_json(Node& node, std::string_view text) {
    std::string compact;
    Scanner scanner(text);
    if (!scanner.document(depth_max - node.level, compact)) return "not JSON: " + scanner.mistake();
    replace(node, std::move(compact));
    return std::nullopt;
  }
  // Handles of elements end when their array changes in length: the elements get new ones.
  inline void renew_elements(Node& array) {
    for (Node::Member& member : array.members) {
      Node* fresh = array.record->make(&array);
      Node& old = *member.node;
      fresh->type = old.type;
      fresh->raw = old.raw;
      fresh->stale = old.stale;
      fresh->string = old.string;
      fresh->members = std::move(old.members);
      for (Node::Member& child : fresh->members) child.node->parent = fresh;
      old.members.clear();
      old.dead = true;
      member.node = fresh;
    }
  }

  }  // namespace detail
  }  // namespace testing
}  // namespace leat
