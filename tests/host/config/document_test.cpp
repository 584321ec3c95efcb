#include "host/config/document.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "host/config/components.hpp"
#include "host/config/temp_folder.hpp"

using namespace leat::test;
using Type = Node::Type;

namespace {

Document parse(const std::string& yaml) { return parse_document(yaml, "leat.yaml", sample_environment()); }

// The value of `a: <yaml>`.
Node value(const std::string& yaml) {
  const Document document = parse("a: " + yaml + "\n");
  CAPTURE(yaml);
  REQUIRE(lines(document.problems) == "");
  const NodeMember* member = document.root.find("a");
  REQUIRE(member != nullptr);
  return member->value;
}

// Texts only, for what they look like as a whole: {a=[1,b]}.
std::string shape(const Node& node) {
  std::string text;
  if (node.type == Type::array) {
    for (const Node& item : node.items) text += (text.empty() ? "" : ",") + shape(item);
    return "[" + text + "]";
  }
  if (node.type == Type::object) {
    for (const NodeMember& member : node.members)
      text += (text.empty() ? "" : ",") + member.name + "=" + shape(member.value);
    return "{" + text + "}";
  }
  return node.type == Type::null ? "null" : node.text;
}

}  // namespace

TEST_CASE("plain scalars follow the core schema and quoted ones are texts") {
  const std::pair<const char*, Type> rows[] = {
      {"1", Type::integer},         {"-17", Type::integer},   {"+3", Type::integer},      {"007", Type::integer},
      {"0x1F", Type::integer},      {"0o17", Type::integer},  {"0x", Type::string},       {"0b1", Type::string},
      {"1.5", Type::number},        {".5", Type::number},     {"5.", Type::number},       {"1e3", Type::number},
      {"-1.5E-3", Type::number},    {".inf", Type::number},   {"-.INF", Type::number},    {".nan", Type::number},
      {"1e", Type::string},         {"1.2.3", Type::string},  {".", Type::string},        {"--", Type::string},
      {"true", Type::boolean},      {"FALSE", Type::boolean}, {"tRue", Type::string},     {"yes", Type::string},
      {"off", Type::string},        {"null", Type::null},     {"~", Type::null},          {"", Type::null},
      {"nul", Type::string},        {"'1'", Type::string},    {"\"true\"", Type::string}, {"!!str 1", Type::string},
      {"2024-01-01", Type::string}, {"12:30", Type::string},  {"1_000", Type::string},    {"|\n  1", Type::string},
  };
  for (const auto& row : rows) {
    CHECK_MESSAGE(value(row.first).type == row.second, row.first);
  }
}

TEST_CASE("texts are read as YAML says") {
  const std::pair<const char*, const char*> rows[] = {
      {"plain text # comment", "plain text"},
      {"x#y", "x#y"},
      {"two\n  lines", "two lines"},
      {"'it''s'", "it's"},
      {R"("tab\t\"\u00e4\x41\/\U0001F600")", "tab\t\"äA/😀"},
      {"|\n  one\n  two\n", "one\ntwo\n"},
      {"|-\n  one\n\n  two\n", "one\n\ntwo"},
      {">\n  one\n  two\n", "one two\n"},
      {"*/5", nullptr},
      {"\"*/5 * * * *\"", "*/5 * * * *"},
      {"äöü 中", "äöü 中"},
  };
  for (const auto& [yaml, text] : rows) {
    if (text == nullptr) {
      CHECK_FALSE(parse(std::string("a: ") + yaml + "\n").problems.empty());
    } else {
      CHECK(value(yaml).text == text);
    }
  }
}

TEST_CASE("every value and every name knows its line and column, counted in characters") {
  const Document document = parse("\xef\xbb\xbfroutes:\r\n  ä: {b: [1, 'x']}\r\n  c:\r\n    - d\r\n  e:\r\n");
  REQUIRE(lines(document.problems) == "");
  const Node& routes = document.root.find("routes")->value;
  const auto at = [](const Position& p) { return std::to_string(p.line) + ":" + std::to_string(p.column); };
  CHECK(at(document.root.find("routes")->position) == "1:1");
  CHECK(at(routes.position) == "2:3");
  CHECK(at(routes.find("ä")->value.position) == "2:6");
  const Node& list = routes.find("ä")->value.find("b")->value;
  CHECK(at(routes.find("ä")->value.find("b")->position) == "2:7");
  CHECK(at(list.items[0].position) == "2:11");
  CHECK(at(list.items[1].position) == "2:14");
  CHECK(at(routes.find("c")->value.items[0].position) == "4:7");
  CHECK(at(routes.find("e")->value.position) == "5:3");
}

TEST_CASE("JSON is read as JSON") {
  const char* const text = "{\n\t\"a\":1,\"b\":[true,null,\"x\\/\\u00e4\\ud83d\\ude00\\\\ud83d\"],\n\t\"c\":{}\n}\n";
  const Document document = parse_document(text, "leat.json", sample_environment());
  CHECK(lines(document.problems) == "");
  CHECK(shape(document.root) == "{a=1,b=[true,null,x/ä😀\\ud83d],c={}}");
}

TEST_CASE("aliases and merge keys are copies; own members win, earlier sources over later ones") {
  const Document document = parse(
      "x-base: &base {a: 1, b: 2}\n"
      "x-more: &more {b: 3, c: 4}\n"
      "p: {<<: *base, b: own}\n"
      "q: {<<: [*more, *base]}\n"
      "r: &text hello\n"
      "s: [*text, *base]\n"
      "*text : named\n"
      "t: {\"<<\": quoted}\n");
  CHECK(lines(document.problems) == "");
  CHECK(shape(document.root) ==
        "{x-base={a=1,b=2},x-more={b=3,c=4},p={b=own,a=1},q={b=3,c=4,a=1},r=hello,s=[hello,{a=1,b=2}],hello=named,"
        "t={<<=quoted}}");
}

TEST_CASE("aliases of aliases do not grow without end") {
  std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) yaml += (k == 0 ? "" : ", ") + before;
    yaml += "]\n";
  }
  const Document document = parse(yaml);
  REQUIRE(document.problems.size() == 1);
  CHECK(document.problems[0].message == "the configuration grows beyond 100000 values or 64 MiB here");
  CHECK(document.problems[0].position.line == 5);
  CHECK_FALSE(document.complete);
}

TEST_CASE("deep nesting ends in a problem and not on the stack") {
  for (const char* piece : {"[", "{a: ", "- ", "? "}) {
    std::string yaml = "a: \n  ";
    for (int i = 0; i < 20'000; ++i) yaml += piece;
    CHECK_FALSE(parse(yaml).problems.empty());
  }
}

TEST_CASE("a very wide map ends in a problem") {
  std::string yaml;
  for (int i = 0; i < 10'001; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  const Document document = parse(yaml);
  REQUIRE(document.problems.size() == 1);
  CHECK(document.problems[0].message == "a map with more than 10000 members");
}

TEST_CASE("${NAME} stands for the environment variable") {
  struct Row {
    const char* yaml;
    Type type;
    const char* text;
    bool referenced;
  };
  const Row rows[] = {
      {"${WORD}", Type::string, "word", true},
      {"a ${WORD}-${COUNT} b", Type::string, "a word-7 b", true},
      {"${COUNT}", Type::integer, "7", true},
      {"'${COUNT}'", Type::string, "7", true},
      {"1${COUNT}", Type::integer, "17", true},
      {"${EMPTY}", Type::string, "", true},
      {"$${WORD}", Type::string, "${WORD}", false},
      {"$$${WORD}", Type::string, "$${WORD}", false},
      {"$WORD $ {WORD} $", Type::string, "$WORD $ {WORD} $", false},
      {"\"{{ ${WORD} }}\"", Type::string, "{{ word }}", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.yaml);
    const Node node = value(row.yaml);
    CHECK(node.type == row.type);
    CHECK(node.text == row.text);
    CHECK(node.referenced == row.referenced);
  }
}

TEST_CASE("what a reference stands for is not looked at again") {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "A") return "${B} and ${file:/etc/hostname}";
    return std::nullopt;
  };
  const Document document = parse_document("a: ${A}\n", "leat.yaml", environment);
  CHECK(document.problems.empty());
  CHECK(document.root.find("a")->value.text == "${B} and ${file:/etc/hostname}");
}

TEST_CASE("${file:PATH} stands for the file's content without a last line end") {
  const TempFolder folder;
  folder.write("key", "from a file\n");
  folder.write("windows", "two\r\nlines\r\n");
  folder.write("two-ends", "x\n\n");
  folder.write("word-7", "named by variables\n");
  folder.write("binary", std::string("a\0b", 3));
  folder.write("latin", "\xe4\n");
  folder.write("large", std::string((1U << 20U) + 1, 'x'));
  std::filesystem::create_directory(folder.path() / "sub");
  const auto text_of = [&](const std::string& yaml) {
    const auto document = parse_document("a: " + yaml, folder.path() / "leat.yaml", sample_environment());
    if (document.problems.empty()) return document.root.find("a")->value.text;
    return document.problems.front().path + ": " + document.problems.front().message;
  };
  const std::string at = folder.path().string();
  const std::pair<std::string, std::string> rows[] = {
      {"${file:key}", "from a file"},
      {"${file:" + at + "/key}", "from a file"},
      {"${file:sub/../windows}", "two\r\nlines"},
      {"<${file:two-ends}>", "<x\n>"},
      {"${file:${WORD}-${COUNT}}", "named by variables"},
      {"${file:none}", "a: cannot read the file " + at + "/none: No such file or directory"},
      {"${file:sub}", "a: cannot read the file " + at + "/sub: it is a folder"},
      {"${file:key/x}", "a: cannot read the file " + at + "/key/x: Not a directory"},
      {"${file:binary}", "a: the file " + at + "/binary does not hold UTF-8 text"},
      {"${file:latin}", "a: the file " + at + "/latin does not hold UTF-8 text"},
      {"${file:large}", "a: cannot read the file " + at + "/large: it is larger than 1024 KiB"},
      {"${file:}", "a: ${file:} names no file"},
      {"${file:${UNSET}/key}", "a: the environment variable UNSET is not set"},
  };
  for (const auto& [yaml, text] : rows) CHECK(text_of(yaml) == text);
}

TEST_CASE("the files of a folder are one configuration") {
  const TempFolder folder;
  folder.write("20-routes.yaml", "routes: {r: {incoming: in, outgoing: out}}\n");
  folder.write("10-in.yml",
               "x-a: &a psa\nincoming: {in: {subscriber: {type: rest, client: *a, entity: e}}}\nlog: {level: debug}\n");
  folder.write("clients.json", R"({"clients": {"psa": {"type": "rest", "base_uri": "x", "token": "${TOKEN}"}}})");
  folder.write("out.yaml", "x-a: 1\noutgoing: {out: {publisher: {type: file, path: a}}}\nlog: {format: json}\n");
  folder.write("off.yaml", "# routes: {q: {}}\n");
  folder.write(".hidden.yaml", "nonsense");
  folder.write("README.md", "nonsense");
  Secrets secrets;
  const auto result = configure(load_document(folder.path(), sample_environment()), secrets);
  CHECK(lines(result.problems) == "");
  REQUIRE(result.config);
  CHECK(result.config->routes.size() == 1);
  CHECK(result.config->log.level == Level::debug);
  CHECK(result.config->log.format == Log::Format::json);
  CHECK(result.config->store.path == folder.path() / "leat.db");
}

TEST_CASE("a name that two files of a folder give is a problem that names both places") {
  const TempFolder folder;
  folder.write("a.yaml", "clients:\n  psa: {}\nlog: {level: info}\nstore: 1\n");
  folder.write("b.yaml", "\nclients:\n  other: {}\n  psa: {}\nlog: {level: info}\nstore: {}\n");
  const std::string at = folder.path().string();
  CHECK(lines(load_document(folder.path(), sample_environment()).problems) ==
        at + "/b.yaml:4:3: clients.psa: \"psa\" is given twice; the first is at " + at + "/a.yaml:2\n" + at +
            "/b.yaml:5:7: log.level: \"level\" is given twice; the first is at " + at + "/a.yaml:3\n" + at +
            "/b.yaml:6:1: store: \"store\" is given twice and is not a map that could be merged; the first is at " +
            at + "/a.yaml:4\n");
}

TEST_CASE("what cannot be read is a problem") {
  const TempFolder folder;
  std::filesystem::create_directory(folder.path() / "empty");
  std::filesystem::create_directory(folder.path() / "folder.yaml");
  folder.write("large.yaml", std::string((4U << 20U) + 1, '#'));
  const std::string at = folder.path().string();
  const auto problem = [&](const std::string& name) {
    const auto document = load_document(folder.path() / name, sample_environment());
    CHECK_FALSE(document.complete);
    return lines(document.problems);
  };
  CHECK(problem("none.yaml") == at + "/none.yaml: cannot be read: No such file or directory\n");
  CHECK(problem("empty") == at + "/empty: there is no *.yaml, *.yml or *.json file in this folder\n");
  CHECK(problem("large.yaml") == at + "/large.yaml: cannot be read: it is larger than 4096 KiB\n");
  CHECK(lines(load_document(folder.path(), sample_environment()).problems)
            .find("folder.yaml: cannot be read: it is a folder") != std::string::npos);
}

TEST_CASE("a file that is not YAML stops the check of names that it may have given") {
  const TempFolder folder;
  folder.write("a.yaml", "routes: {r: {incoming: in, outgoing: out}}\n");
  folder.write("b.yaml", "incoming: [\n");
  Secrets secrets;
  const auto result = configure(load_document(folder.path(), sample_environment()), secrets);
  CHECK_FALSE(result.config);
  CHECK(result.problems.size() == 1);
}
