// Records: one JSON document behind the host's accessors, and batches of them.
// Ownership  Record and Node are views of what a batch or a NewRecord holds; copying them copies the view.
// Lifetime   a Node: see "leat.record/1" in abi.h. Text views: until their node changes.
// Errors     reading gives nothing when a value is absent or of another type; writing throws Failure (invalid).
// Threads    one user at a time.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/context.hpp"
#include "leat/host.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  enum class Type : std::int32_t {
    missing = LEAT_MISSING,
    null = LEAT_NULL,
    boolean = LEAT_BOOL,
    number = LEAT_NUMBER,
    string = LEAT_STRING,
    array = LEAT_ARRAY,
    object = LEAT_OBJECT,
  };

  class Node {
   public:
    class Iterator;
    struct Item;

    Node() = default;
    explicit Node(leat_node* raw) : raw_(raw) {}

    // Reading. Missing members read as missing nodes, so look-ups chain: record["company"]["name"].str().
    Node operator[](std::string_view key) const { return Node(api().get(raw_, leat::str(key))); }
    Node operator[](const char* key) const { return (*this)[std::string_view(key)]; }
    template <class Index, std::enable_if_t<std::is_integral_v<Index> && !std::is_same_v<Index, bool>, int> = 0>
    Node operator[](Index index) const {
      if constexpr (std::is_signed_v<Index>) {
        if (index < 0) return Node();
      }
      return Node(api().at(raw_, static_cast<std::size_t>(index), nullptr));
    }

    Type type() const { return static_cast<Type>(api().type(raw_)); }
    explicit operator bool() const { return raw_ != nullptr; }
    bool is_null() const { return type() == Type::null; }
    std::size_t size() const { return api().size(raw_); }

    std::optional<std::string_view> str() const {
      leat_str out{nullptr, 0};
      if (api().as_str(raw_, &out) != LEAT_OK) return std::nullopt;
      return view(out);
    }
    std::optional<std::int64_t> i64() const {
      std::int64_t out = 0;
      if (api().as_i64(raw_, &out) != LEAT_OK) return std::nullopt;
      return out;
    }
    // Of a whole number from 0 on; also where i64 is too small.
    std::optional<std::uint64_t> u64() const {
      const auto text = number();
      std::uint64_t out = 0;
      if (!text) return std::nullopt;
      const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
      if (error == std::errc() && end == text->data() + text->size()) return out;
      const auto whole = i64();  // 1e3, 1.0
      return whole && *whole >= 0 ? std::optional<std::uint64_t>(*whole) : std::nullopt;
    }
    std::optional<double> f64() const {
      double out = 0;
      if (api().as_f64(raw_, &out) != LEAT_OK) return std::nullopt;
      return out;
    }
    std::optional<bool> boolean() const {
      std::int32_t out = 0;
      if (api().as_bool(raw_, &out) != LEAT_OK) return std::nullopt;
      return out != 0;
    }
    // A number's own text: "9007199254740993", "1.10".
    std::optional<std::string_view> number() const {
      leat_str out{nullptr, 0};
      if (api().as_number(raw_, &out) != LEAT_OK) return std::nullopt;
      return view(out);
    }
    // A string as it is, anything else as its JSON text: for ids that may be either. Empty for a missing node.
    std::string_view text() const {
      const auto string = str();
      return string ? *string : json();
    }
    // The subtree as JSON text; empty for a missing node.
    std::string_view json() const {
      leat_str out{nullptr, 0};
      if (raw_ == nullptr || api().node_json(nullptr, raw_, &out) != LEAT_OK) return {};
      return view(out);
    }

    // Members or elements in order: for (auto [key, value] : node).
    Iterator begin() const;
    Iterator end() const;

    // Writing.
    Node put(std::string_view key) { return made(api().put(raw_, leat::str(key)), "only an object has members"); }
    Node push() { return made(api().push(raw_), "only an array has elements"); }
    bool erase(std::string_view key) { return api().erase(raw_, leat::str(key)) == LEAT_OK; }
    bool erase(std::size_t index) { return api().erase_at(raw_, index) == LEAT_OK; }

    void set(std::nullptr_t) { must(api().set_null(raw_)); }
    void set(bool value) { must(api().set_bool(raw_, value ? 1 : 0)); }
    template <class T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
    void set(T value) {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(std::int64_t)) {
        set_number(std::to_string(value));
      } else {
        must(api().set_i64(raw_, static_cast<std::int64_t>(value)));
      }
    }
    void set(double value) { must(api().set_f64(raw_, value)); }
    void set(std::string_view value) { must(api().set_str(raw_, leat::str(value))); }
    void set(const char* value) { set(std::string_view(value)); }
    void set(const std::string& value) { set(std::string_view(value)); }
    void set(Node value) { must(api().copy(raw_, value.raw_)); }
    // "12.50" as written.
    void set_number(std::string_view text) { must(api().set_number(raw_, leat::str(text))); }
    void set_array() { must(api().set_array(raw_)); }
    void set_object() { must(api().set_object(raw_)); }
    void set_json(std::string_view text) {
      if (api().set_node_json(nullptr, raw_, leat::str(text)) != LEAT_OK) throw invalid("not a JSON document");
    }
    // The member `key`, made when absent: record.set("greeting", "Hello").
    template <class T>
    void set(std::string_view key, T&& value) {
      put(key).set(std::forward<T>(value));
    }

    leat_node* raw() const { return raw_; }

   private:
    static const leat_record_api& api() { return *services().record; }
    static void must(leat_kind kind) {
      if (kind != LEAT_OK) throw invalid("the value cannot be set here: not valid UTF-8, not finite, or no such node");
    }
    static Node made(leat_node* node, const char* message) {
      if (node == nullptr) throw invalid(message);
      return Node(node);
    }

    leat_node* raw_ = nullptr;
  };

  struct Node::Item {
    std::string_view key;  // of members; empty for elements
    Node value;
  };

  class Node::Iterator {
   public:
    Iterator(Node node, std::size_t index) : node_(node), index_(index) {}
    Item operator*() const {
      leat_str key{nullptr, 0};
      leat_node* value = services().record->at(node_.raw(), index_, &key);
      return {view(key), Node(value)};
    }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    Node node_;
    std::size_t index_;
  };

  inline Node::Iterator Node::begin() const { return {*this, 0}; }
  inline Node::Iterator Node::end() const { return {*this, size()}; }

  class NewRecord;

  // A record of a batch, as its root node and its attributes.
  class Record {
   public:
    explicit Record(leat_rec* raw) : raw_(raw) {}

    Node root() const { return Node(services().record->root(raw_)); }
    Node operator[](std::string_view key) const { return root()[key]; }
    Node operator[](const char* key) const { return root()[key]; }
    template <class T>
    void set(std::string_view key, T&& value) {
      root().set(key, std::forward<T>(value));
    }
    bool erase(std::string_view key) { return root().erase(key); }

    // The document as compact text; until the record changes.
    std::string_view json() const {
      leat_str out{nullptr, 0};
      if (services().record->json(nullptr, raw_, &out) != LEAT_OK) throw failure(ErrorKind::broken, "no memory");
      return view(out);
    }
    void set_json(std::string_view text, Context& context) {
      check(context.result(services().record->set_json(context.raw(), raw_, str(text))));
    }
    std::optional<std::string_view> attribute(std::string_view key) const {
      leat_str out{nullptr, 0};
      if (services().record->attr(raw_, str(key), &out) != LEAT_OK) return std::nullopt;
      return view(out);
    }
    void set_attribute(std::string_view key, std::string_view value) {
      if (services().record->set_attr(raw_, str(key), str(value)) != LEAT_OK) throw invalid("not a valid attribute");
    }
    // All of them, in the order of their names; copies.
    std::vector<std::pair<std::string, std::string>> attributes() const {
      std::vector<std::pair<std::string, std::string>> all;
      leat_str key{nullptr, 0};
      leat_str value{nullptr, 0};
      while (services().record->attr_at(raw_, all.size(), &key, &value) == LEAT_OK)
        all.emplace_back(view(key), view(value));
      return all;
    }
    // A copy of one's own: document and attributes.
    NewRecord clone() const;

    leat_rec* raw() const { return raw_; }

   protected:
    leat_rec* raw_;
  };

  // A record of one's own, until it is given to a batch.
  class NewRecord : public Record {
   public:
    NewRecord() : Record(services().record->create()) { must_exist(); }
    explicit NewRecord(std::string_view json) : NewRecord() {
      if (services().record->set_json(nullptr, raw_, str(json)) != LEAT_OK) throw invalid("not a JSON document");
    }
    NewRecord(NewRecord&& other) noexcept : Record(std::exchange(other.raw_, nullptr)) {}
    NewRecord& operator=(NewRecord&& other) noexcept {
      std::swap(raw_, other.raw_);
      return *this;
    }
    ~NewRecord() { services().record->release(raw_); }

    leat_rec* release() { return std::exchange(raw_, nullptr); }

   private:
    friend class Record;
    explicit NewRecord(leat_rec* raw) : Record(raw) { must_exist(); }
    void must_exist() const {
      if (raw_ == nullptr) throw failure(ErrorKind::broken, "no memory for a record");
    }
  };

  inline NewRecord Record::clone() const { return NewRecord(services().record->clone(raw_)); }

}  // namespace leat
