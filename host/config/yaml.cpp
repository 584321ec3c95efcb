#include "host/config/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "host/config/scalar.hpp"
#include "host/config/source.hpp"

namespace leat::host {

namespace {

// What a configuration may grow to when its aliases and ${...} are copied out.
constexpr std::size_t kNodesMax = 100'000;
constexpr std::size_t kBytesMax = 64U << 20U;
constexpr std::size_t kMembersMax = 10'000;  // of one map

constexpr std::string_view kPlain = "?";  // yaml-cpp's tag of a plain scalar; "!" of a quoted one
constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

struct Size {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

// An array or object whose end has not come yet.
struct Open {
  Node node;
  YAML::anchor_t anchor = 0;
  Size before;
  std::optional<NodeMember> pending;  // its name has come, its value not yet
  bool pending_merge = false;         // that name is <<
  std::map<std::string, Position, std::less<>> names;
  std::vector<Node> merges;
};

struct Anchored {
  Node node;
  Size size;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, const std::function<Expanded(std::string_view)>& expand, Problems& problems)
      : source_(source), expand_(expand), problems_(problems) {}

  std::optional<Node> take_root() { return std::move(root_); }
  const std::optional<YAML::Mark>& last_scalar() const { return last_scalar_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw YAML::ParserException(mark, "text behind the end of the configuration; check the indentation");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (expects_name()) throw YAML::ParserException(mark, "a name is missing before the colon");
    Node node;
    node.position = at(mark);
    // The parser gives a value that is not there the position of whatever comes next.
    const char first = source_.text()[std::min(offset(mark), source_.text().size() - 1)];
    const bool written = first == '~' || first == 'n' || first == 'N';
    if (!written && !open_.empty() && open_.back().pending) node.position = open_.back().pending->position;
    complete(std::move(node), anchor, mark, {1, 0});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    last_scalar_ = mark;
    const bool plain = tag == kPlain || tag.empty();
    Node node;
    node.position = at(mark);
    node.type = plain ? plain_type(value) : Node::Type::string;
    node.text = value;
    check_tag(tag, "str", node.position);
    if (expects_name()) {
      if (anchor != 0) anchors_[anchor] = {node, {1, value.size()}};
      open_name(node.text, node.position, plain && value == "<<");
      return;
    }
    expand(node, plain);
    const std::size_t bytes = node.text.size();
    complete(std::move(node), anchor, mark, {1, bytes});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw YAML::ParserException(mark, "an alias inside the very value that it stands for");
    if (expects_name()) {
      if (is_container(found->second.node)) throw YAML::ParserException(mark, "a name must be a text");
      open_name(found->second.node.text, at(mark), false);
      return;
    }
    spend(mark, found->second.size);
    attach(found->second.node, mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(tag, "seq", at(mark));
    open_container(mark, Node::Type::array, anchor);
  }
  void OnSequenceEnd() override { close_container(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(tag, "map", at(mark));
    open_container(mark, Node::Type::object, anchor);
  }
  void OnMapEnd() override {
    merge_members(open_.back());
    close_container();
  }

 private:
  static bool is_container(const Node& node) {
    return node.type == Node::Type::array || node.type == Node::Type::object;
  }

  std::size_t offset(const YAML::Mark& mark) const {
    return source_.offset(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
  }
  Position at(const YAML::Mark& mark) const { return source_.position_of(offset(mark)); }

  bool expects_name() const {
    return !open_.empty() && open_.back().node.type == Node::Type::object && !open_.back().pending;
  }

  void problem(const Position& position, std::string message) {
    problems_.push_back({Severity::error, position, path(), std::move(message)});
  }

  // Of the value that is being read.
  std::string path() const {
    std::string path;
    for (const Open& open : open_) {
      if (open.node.type == Node::Type::array) {
        path = item_path(path, open.node.items.size());
      } else if (open.pending) {
        path = member_path(path, open.pending->name);
      }
    }
    return path;
  }

  void check_tag(const std::string& tag, std::string_view allowed, const Position& position) {
    if (tag.empty() || tag == kPlain || tag == "!") return;
    if (std::string_view(tag).starts_with(kTagPrefix) && std::string_view(tag).substr(kTagPrefix.size()) == allowed) {
      return;
    }
    problem(position, fmt::format("the tag {} has no meaning here; remove it", tag));
  }

  void expand(Node& node, bool plain) {
    if (node.text.find("${") == std::string::npos) return;
    Expanded expanded = expand_(node.text);
    node.text = std::move(expanded.text);
    node.referenced = expanded.referenced;
    node.unresolved = !expanded.errors.empty();
    // An empty value is an empty text: whoever wants null writes it.
    if (plain && !node.text.empty()) node.type = plain_type(node.text);
    for (std::string& error : expanded.errors) problem(node.position, std::move(error));
  }

  void spend(const YAML::Mark& mark, Size size) {
    used_.nodes += size.nodes;
    used_.bytes += size.bytes;
    if (used_.nodes > kNodesMax || used_.bytes > kBytesMax) {
      throw YAML::ParserException(
          mark, fmt::format("the configuration grows beyond {} values or {} MiB here", kNodesMax, kBytesMax >> 20U));
    }
  }

  void open_name(const std::string& name, const Position& position, bool merge) {
    Open& open = open_.back();
    if (!merge) {
      const auto [first, fresh] = open.names.emplace(name, position);
      if (!fresh) {
        problem(position, fmt::format("\"{}\" is given twice; the first is at line {}", name, first->second.line));
      }
    }
    open.pending = NodeMember{name, position, {}};
    open.pending_merge = merge;
  }

  void open_container(const YAML::Mark& mark, Node::Type type, YAML::anchor_t anchor) {
    if (expects_name()) throw YAML::ParserException(mark, "a name must be a text");
    Open open;
    open.before = used_;
    open.anchor = anchor;
    open.node.type = type;
    open.node.position = at(mark);
    spend(mark, {1, 0});
    last_container_ = mark;
    open_.push_back(std::move(open));
  }

  void close_container() {
    Open open = std::move(open_.back());
    open_.pop_back();
    if (open.anchor != 0) {
      anchors_[open.anchor] = {open.node, {used_.nodes - open.before.nodes, used_.bytes - open.before.bytes}};
    }
    attach(std::move(open.node), last_container_);
  }

  void complete(Node node, YAML::anchor_t anchor, const YAML::Mark& mark, Size size) {
    spend(mark, size);
    if (anchor != 0) anchors_[anchor] = {node, size};
    attach(std::move(node), mark);
  }

  void attach(Node node, const YAML::Mark& mark) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& open = open_.back();
    if (open.node.type == Node::Type::array) {
      open.node.items.push_back(std::move(node));
      return;
    }
    if (open.pending_merge) {
      add_merge(open, std::move(node), mark);
    } else {
      open.pending->value = std::move(node);
      open.node.members.push_back(*std::move(open.pending));
    }
    open.pending.reset();
  }

  static void add_merge(Open& open, Node node, const YAML::Mark& mark) {
    const auto add = [&](Node source) {
      if (source.type != Node::Type::object) {
        throw YAML::ParserException(mark, "<< takes a map, or a list of maps, to copy members from");
      }
      open.merges.push_back(std::move(source));
    };
    if (node.type != Node::Type::array) return add(std::move(node));
    for (Node& item : node.items) add(std::move(item));
  }

  // Own members win over merged ones, earlier sources over later ones: yaml.org/type/merge.html.
  void merge_members(Open& open) const {
    for (Node& source : open.merges) {
      for (NodeMember& member : source.members) {
        if (open.names.emplace(member.name, member.position).second) open.node.members.push_back(std::move(member));
      }
    }
    if (open.node.members.size() > kMembersMax) {
      throw YAML::ParserException(last_container_, fmt::format("a map with more than {} members", kMembersMax));
    }
  }

  const Source& source_;
  const std::function<Expanded(std::string_view)>& expand_;
  Problems& problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::optional<Node> root_;
  std::optional<YAML::Mark> last_scalar_;
  YAML::Mark last_container_;
  Size used_;
  int documents_ = 0;
};

// Where a tab stands in the indentation of the line.
std::optional<std::size_t> find_indenting_tab(std::string_view line) {
  const auto tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
  return tab == std::string_view::npos ? std::nullopt : std::optional(tab);
}

// The parser's words, where they say little, in ours.
std::string explain(const std::string& parsers, const Source& source, const YAML::Mark& mark) {
  static const std::array<std::pair<std::string_view, const char*>, 8> kWords = {{
      {"illegal map value", "\": \" where no value can begin; check the indentation, or put the text in quotes"},
      {"end of map not found", "this line does not fit the map above it; check the indentation and the colon"},
      {"end of sequence not found", "this line does not fit the list above it; check the indentation"},
      {"end of map flow not found", "the { of this map has no }; put texts with { } or , in quotes"},
      {"end of sequence flow not found", "the [ of this list has no ]; put texts with [ ] or , in quotes"},
      {"unknown token", "no text can begin with this character; put it in quotes"},
      {"illegal EOF in scalar", "a text in quotes does not end"},
      {"illegal block entry", "no list item can begin here; check the indentation"},
  }};
  const auto line = source.line(static_cast<std::size_t>(mark.line));
  const auto column = std::min(static_cast<std::size_t>(mark.column), line.size());
  if (column > 0 && line.substr(column - 1, 2) == "${") return "inside { } or [ ] a text with ${...} must be in quotes";
  const auto* const found =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& words) { return words.first == parsers; });
  return found != kWords.end() ? found->second : parsers;
}

// yaml-cpp takes the end of the file as the end of a text in double quotes. True when that of the last scalar is there.
bool last_quote_ends(const Source& source, std::size_t at) {
  const std::string& text = source.text();
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {  // an anchor or a tag before it
    at = std::min(text.find_first_of(" \n", at), text.size());
    at = std::min(text.find_first_not_of(" \n", at), text.size());
  }
  if (at >= text.size() || text[at] != '"') return true;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return true;
  }
  return false;
}

}  // namespace

YamlResult parse_yaml(std::string_view text, const std::string& file,
                      const std::function<Expanded(std::string_view)>& expand) {
  YamlResult result;
  const Source source(text, file);
  if (!source.check(result.problems)) return result;
  const auto fail = [&](const Position& position, std::string message) {
    result.problems.push_back({Severity::error, position, "", std::move(message)});
    return std::move(result);
  };
  TreeBuilder builder(source, expand, result.problems);
  try {
    std::istringstream in(source.text());
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& e) {
    const auto line = static_cast<std::size_t>(std::max(e.mark.line, 0));
    const auto column = static_cast<std::size_t>(std::max(e.mark.column, 0));
    if (const auto tab = find_indenting_tab(source.line(line))) {
      return fail(source.position(line, *tab), "a tab in the indentation; YAML takes spaces only");
    }
    return fail(source.position(line, column), explain(e.msg, source, e.mark));
  } catch (const std::exception& e) {
    return fail({file, 0, 0}, fmt::format("cannot be read as YAML: {}", e.what()));
  }
  if (const auto& last = builder.last_scalar()) {
    const auto at = source.offset(static_cast<std::size_t>(last->line), static_cast<std::size_t>(last->column));
    if (!last_quote_ends(source, at)) return fail(source.position_of(at), "a text in quotes does not end");
  }
  result.root = builder.take_root();
  if (!result.root) result.root = Node{Node::Type::null, {}, {}, {}, {file, 0, 0}, false, false};
  return result;
}

}  // namespace leat::host
