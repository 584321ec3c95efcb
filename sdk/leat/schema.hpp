// A component's options, stated once: `options()` lists the members of the component that the configuration fills. From
// it come the JSON Schema that the host checks and documents, the defaults, and the loading.
//
//   struct Upper {
//     std::string from, to = "upper";
//     static auto options() {
//       return leat::options<Upper>()
//           .field("from", &Upper::from, "The member to read.", leat::required)
//           .field("to", &Upper::to, "The member to write.");
//     }
//   };
//
// Types: std::string, bool, integers, double, std::chrono::milliseconds ("30s"), Size ("64MiB"), File, Secret, Client,
// Chain, Json, std::vector<std::string>, std::map<std::string, std::string>, std::optional of these, and a struct with
// options() of its own.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/batch.hpp"
#include "leat/client.hpp"
#include "leat/context.hpp"
#include "leat/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  // A value that never reaches a log or an error; configured by reference only.
  class Secret {
   public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    const std::string& value() const { return value_; }
    explicit operator bool() const { return !value_.empty(); }

   private:
    std::string value_;
  };

  struct Size {
    std::uint64_t bytes = 0;
  };

  // A path; the host makes it absolute. "-" stays as it is.
  struct File {
    std::string path;
  };

  // Any JSON value, as text; empty when the option is absent.
  struct Json {
    std::string text;
  };

  // Marks on a field.
  struct Mark {
    bool required = false;
    std::string schema;  // further members of the field's schema: `, "minimum": 1`
  };
  inline const Mark required{true, {}};

  namespace detail {

  inline std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      const auto code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        (out += '\\') += c;
      } else if (code < 0x20) {
        constexpr char hex[] = "0123456789abcdef";
        ((out += "\\u00") += hex[code >> 4]) += hex[code & 15];
      } else {
        out += c;
      }
    }
    return out += '"';
  }

  // The shortest text that reads back as this number: JSON, whatever the locale.
  template <class T>
  std::string number_text(T value) {
    char text[64];
    return std::string(text, std::to_chars(text, text + sizeof(text), value).ptr);
  }

  template <class T>
  struct is_optional : std::false_type {};
  template <class T>
  struct is_optional<std::optional<T>> : std::true_type {};

  template <class T, class = void>
  struct has_options : std::false_type {};
  template <class T>
  struct has_options<T, std::void_t<decltype(T::options())>> : std::true_type {};

  // The schema members of a type, without braces: `"type": "string"`.
  template <class T>
  std::string schema_of() {
    if constexpr (is_optional<T>::value) {
      return schema_of<typename T::value_type>();
    } else if constexpr (std::is_same_v<T, bool>) {
      return R"("type": "boolean")";
    } else if constexpr (std::is_integral_v<T> && sizeof(T) < sizeof(std::int64_t)) {
      using Limits = std::numeric_limits<T>;  // a leat::range that follows takes their place
      return R"("type": "integer", "minimum": )" + number_text<std::int64_t>(Limits::min()) + R"(, "maximum": )" +
             number_text<std::int64_t>(Limits::max());
    } else if constexpr (std::is_integral_v<T>) {
      return std::is_unsigned_v<T> ? R"("type": "integer", "minimum": 0)" : R"("type": "integer")";
    } else if constexpr (std::is_floating_point_v<T>) {
      return R"("type": "number")";
    } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
      return R"("type": ["string", "number"], "x-leat": "duration")";
    } else if constexpr (std::is_same_v<T, Size>) {
      return R"("type": ["string", "integer"], "x-leat": "size")";
    } else if constexpr (std::is_same_v<T, File>) {
      return R"("type": "string", "x-leat": "file")";
    } else if constexpr (std::is_same_v<T, Secret>) {
      return R"("type": "string", "writeOnly": true)";
    } else if constexpr (std::is_same_v<T, Client>) {
      return R"("type": "string", "x-leat": "client")";
    } else if constexpr (std::is_same_v<T, Chain>) {
      return R"("type": "array", "items": {"type": "object"}, "x-leat": "transformers")";
    } else if constexpr (std::is_same_v<T, Json>) {
      return R"("type": ["object", "array", "string", "number", "boolean"], "additionalProperties": true)";
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      return R"("type": "array", "items": {"type": "string"})";
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
      return R"("type": "object", "additionalProperties": {"type": "string"})";
    } else if constexpr (has_options<T>::value) {
      return T::options().schema_members();
    } else {
      static_assert(std::is_same_v<T, std::string>, "no option has this type; see leat/schema.hpp");
      return R"("type": "string")";
    }
  }

  // The default as JSON text; empty for none.
  template <class T>
  std::string default_of(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::is_arithmetic_v<T>) {
      return number_text(value);
    } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
      const auto ms = value.count();
      return ms % 1000 == 0 ? json_quoted(std::to_string(ms / 1000) + "s") : json_quoted(std::to_string(ms) + "ms");
    } else if constexpr (std::is_same_v<T, Size>) {
      return std::to_string(value.bytes);
    } else if constexpr (std::is_same_v<T, Json>) {
      return value.text;
    } else if constexpr (std::is_same_v<T, std::string>) {
      return value.empty() ? std::string() : json_quoted(value);
    } else {
      return {};
    }
  }

  inline std::string text_of(Node node, const char* name) {
    const auto text = node.str();
    if (!text) throw invalid(std::string(name) + ": a string is expected");
    return std::string(*text);
  }

  template <class T>
  void load(T& out, Node node, const char* name, Context& context) {
    const auto expected = [&](const char* what) { return invalid(std::string(name) + ": " + what + " is expected"); };
    if constexpr (is_optional<T>::value) {
      load(out.emplace(), node, name, context);
    } else if constexpr (std::is_same_v<T, bool>) {
      const auto value = node.boolean();
      if (!value) throw expected("true or false");
      out = *value;
    } else if constexpr (std::is_unsigned_v<T>) {
      const auto value = node.u64();
      if (!value || *value > std::numeric_limits<T>::max()) throw expected("an integer in range");
      out = static_cast<T>(*value);
    } else if constexpr (std::is_integral_v<T>) {
      const auto value = node.i64();
      if (!value || *value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max())
        throw expected("an integer in range");
      out = static_cast<T>(*value);
    } else if constexpr (std::is_floating_point_v<T>) {
      const auto value = node.f64();
      if (!value) throw expected("a number");
      out = static_cast<T>(*value);
    } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
      const auto value = node.i64();
      if (!value || *value < 0) throw expected("a duration in milliseconds");
      out = std::chrono::milliseconds(*value);
    } else if constexpr (std::is_same_v<T, Size>) {
      const auto value = node.i64();
      if (!value || *value < 0) throw expected("a size in bytes");
      out.bytes = static_cast<std::uint64_t>(*value);
    } else if constexpr (std::is_same_v<T, File>) {
      out.path = text_of(node, name);
    } else if constexpr (std::is_same_v<T, Secret>) {
      const auto reference = node["$secret"].str();
      if (!reference || services().secret == nullptr) throw expected("a secret given by reference");
      leat_str value{nullptr, 0};
      check(context.result(services().secret->resolve(services().host, context.raw(), str(*reference), &value)));
      out = Secret(std::string(view(value)));
    } else if constexpr (std::is_same_v<T, Client>) {
      out = Client::open(text_of(node, name), context);
    } else if constexpr (std::is_same_v<T, Chain>) {
      const auto reference = node["$chain"].str();
      if (!reference) throw expected("a chain of transformers");
      out = Chain::open(*reference, context);
    } else if constexpr (std::is_same_v<T, Json>) {
      out.text = std::string(node.json());
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      if (node.type() != Type::array) throw expected("a list of strings");
      out.clear();
      for (const auto item : node) out.push_back(text_of(item.value, name));
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
      if (node.type() != Type::object) throw expected("an object of strings");
      out.clear();
      for (const auto item : node) out.emplace(item.key, text_of(item.value, name));
    } else if constexpr (has_options<T>::value) {
      T::options().load(out, node, context);
    } else {
      out = text_of(node, name);
    }
  }

  }  // namespace detail

  // Marks: leat::range(1, 1000), leat::one_of({"a", "b"}), leat::example("4"), leat::schema(R"("minLength": 1)").
  template <class T>
  Mark range(T least, T most) {
    return {false, R"(, "minimum": )" + detail::number_text(least) + R"(, "maximum": )" + detail::number_text(most)};
  }
  inline Mark one_of(std::initializer_list<std::string_view> values) {
    Mark mark{false, R"(, "enum": [)"};
    const char* separator = "";
    for (const auto value : values) {
      (mark.schema += separator) += detail::json_quoted(value);
      separator = ", ";
    }
    mark.schema += ']';
    return mark;
  }
  inline Mark example(std::string_view text) { return {false, R"(, "examples": [)" + detail::json_quoted(text) + "]"}; }
  // Replaces the type's own schema members: leat::schema(R"("type": ["boolean", "object"], ...)").
  struct SchemaText {
    std::string members;
  };
  inline SchemaText schema(std::string_view members) { return {std::string(members)}; }

  template <class T>
  class Options {
   public:
    template <class M, class... Marks>
    Options& field(const char* name, M T::*member, std::string_view help, const Marks&... marks) {
      Field field;
      field.name = name;
      std::string type = detail::schema_of<M>();
      std::string further;
      (apply(field, type, further, marks), ...);
      field.schema = type + R"(, "description": )" + detail::json_quoted(help) + further;
      if constexpr (!std::is_same_v<M, Secret> && !std::is_same_v<M, Client> && !std::is_same_v<M, Chain>) {
        const std::string text = field.required ? std::string() : detail::default_of(defaults().*member);
        if (!text.empty()) field.schema += R"(, "default": )" + text;
      }
      field.load = [name, member](T& out, Node node, Context& context) {
        detail::load(out.*member, node, name, context);
      };
      fields_.push_back(std::move(field));
      return *this;
    }

    // `"type": "object", "properties": {...}, ...`, without braces.
    std::string schema_members() const {
      std::string properties;
      std::string needed;
      for (const Field& field : fields_) {
        if (!properties.empty()) properties += ", ";
        properties += detail::json_quoted(field.name) + ": {" + field.schema + "}";
        if (!field.required) continue;
        if (!needed.empty()) needed += ", ";
        needed += detail::json_quoted(field.name);
      }
      return R"("type": "object", "properties": {)" + properties + R"(}, "required": [)" + needed +
             R"(], "additionalProperties": false)";
    }

    // Fills `out` from the object; absent and null members keep their defaults.
    void load(T& out, Node object, Context& context) const {
      for (const Field& field : fields_) {
        const Node node = object[field.name];
        if (node && !node.is_null()) {
          field.load(out, node, context);
        } else if (field.required) {
          throw invalid(std::string(field.name) + ": is required");
        }
      }
    }

   private:
    struct Field {
      const char* name = "";
      bool required = false;
      std::string schema;
      std::function<void(T&, Node, Context&)> load;
    };
    static const T& defaults() {
      static const T value{};
      return value;
    }
    static void apply(Field& field, std::string& /*type*/, std::string& further, const Mark& mark) {
      field.required = field.required || mark.required;
      further += mark.schema;
    }
    static void apply(Field& /*field*/, std::string& type, std::string& /*further*/, const SchemaText& text) {
      type = text.members;
    }

    std::vector<Field> fields_;
  };

  template <class T>
  Options<T> options() {
    return {};
  }

}  // namespace leat
