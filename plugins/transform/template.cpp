#include "template.hpp"

#include "functions.hpp"
#include "json_text.hpp"
#include "leat/path.hpp"

namespace leat::transform {
namespace {

constexpr std::string_view kOpen = "{{";

std::string place_of(const std::string& where, PathSegment segment) {
  const std::string step = path_text({std::move(segment)});
  if (where.empty() || step.front() == '[') return where + step;
  return where + '.' + step;
}

}  // namespace

Template Template::parse(Node value, const std::string& where, std::vector<std::string>& problems) {
  Template out;
  out.where_ = where;
  const Type type = value.type();
  if (type == Type::string) {
    out.parse_text(value.str().value_or(""), problems);
  } else if (type == Type::object || type == Type::array) {
    out.kind_ = type == Type::object ? Kind::object : Kind::array;
    bool constant = true;
    std::size_t index = 0;
    for (const auto item : value) {
      const std::string place =
          type == Type::object ? place_of(where, std::string(item.key)) : place_of(where, index++);
      if (item.key.find(kOpen) != std::string_view::npos) {
        problems.push_back(place + ": the name of a member cannot hold an expression");
      }
      Template child = parse(item.value, place, problems);
      constant = constant && child.kind_ == Kind::constant;
      std::string key;
      if (type == Type::object) {
        append_json_string(item.key, key);
        key += ':';
      }
      out.children_.emplace_back(std::move(key), std::move(child));
    }
    if (constant) out.kind_ = Kind::constant;
  }
  if (out.kind_ == Kind::constant) {
    out.constant_ = std::string(value.json());
    out.children_.clear();
  }
  return out;
}

void Template::parse_text(std::string_view text, std::vector<std::string>& problems) {
  std::size_t begin = 0;
  for (std::size_t open = text.find(kOpen); open != std::string_view::npos; open = text.find(kOpen, begin)) {
    std::size_t at = open + kOpen.size();
    auto expression = Expression::parse_placeholder(text, at);
    if (!expression) {
      problems.push_back(where_ + ": " + expression.error().message + " of \"" + std::string(text) + '"');
      return;
    }
    Piece piece;
    append_json_escaped(text.substr(begin, open - begin), piece.before);
    piece.placeholder.push_back(std::move(*expression));
    pieces_.push_back(std::move(piece));
    begin = at;
  }
  if (pieces_.empty()) return;
  const std::string_view rest = text.substr(begin);
  kind_ = pieces_.size() == 1 && pieces_[0].before.empty() && rest.empty() ? Kind::value : Kind::text;
  Piece last;
  append_json_escaped(rest, last.before);
  if (kind_ == Kind::text) pieces_.push_back(std::move(last));
}

bool Template::write(Scope& scope, std::string& out) const {
  switch (kind_) {
    case Kind::constant: out += constant_; return true;
    case Kind::object:
    case Kind::array: write_children(scope, out); return true;
    case Kind::value:
    case Kind::text: break;
  }
  try {
    if (kind_ == Kind::value) return write_value(scope, out);
    write_text(scope, out);
    return true;
  } catch (const Failure& failure) {
    throw leat::failure(failure.error().kind, where_ + ": " + failure.error().message);
  }
}

bool Template::write_value(Scope& scope, std::string& out) const {
  const Value value = pieces_[0].placeholder[0].evaluate(scope);
  if (value.type == Type::missing) return false;
  if (value.node) {
    out += value.node.json();
  } else if (value.type == Type::string) {
    append_json_string(value.made, out);
  } else if (value.type == Type::null) {
    out += "null";
  } else {
    append_text(value, out);
  }
  return true;
}

void Template::write_text(Scope& scope, std::string& out) const {
  out += '"';
  for (const Piece& piece : pieces_) {
    out += piece.before;
    if (piece.placeholder.empty()) continue;
    const Value value = piece.placeholder[0].evaluate(scope);
    if (value.type == Type::string) {
      append_json_escaped(value.text(), out);
    } else if (value.type == Type::array || value.type == Type::object) {
      append_json_escaped(value.node.json(), out);
    } else {
      append_text(value, out);
    }
  }
  out += '"';
}

bool Template::write_constant(std::string& out) const {
  if (kind_ == Kind::constant) {
    out += constant_;
    return true;
  }
  if (kind_ != Kind::object) return false;
  out += '{';
  bool first = true;
  for (const auto& [key, child] : children_) {
    const std::size_t before = out.size();
    if (!first) out += ',';
    out += key;
    if (child.write_constant(out)) {
      first = false;
    } else {
      out.resize(before);
    }
  }
  out += '}';
  return true;
}

void Template::write_children(Scope& scope, std::string& out) const {
  out += kind_ == Kind::object ? '{' : '[';
  bool first = true;
  for (const auto& [key, child] : children_) {
    const std::size_t before = out.size();
    if (!first) out += ',';
    out += key;
    if (child.write(scope, out)) {
      first = false;
    } else {
      out.resize(before);
    }
  }
  out += kind_ == Kind::object ? '}' : ']';
}

void throw_problems(const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  std::string line;
  for (const std::string& problem : problems) {
    if (!line.empty()) line += "; ";
    line += problem;
  }
  throw invalid(line);
}

}  // namespace leat::transform
