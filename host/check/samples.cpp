#include "host/check/samples.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "host/check/check.hpp"
#include "host/config/component.hpp"
#include "host/record/record.hpp"

namespace leat::host::check {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t count) { return count == 0 ? 0 : random() % count; }

std::string nested(std::size_t depth, std::string_view open, std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

Json odd_value(Random& random) {
  switch (below(random, 12)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random());
    case 3: return 1.7976931348623157e308;
    case 4: return -0.0;
    case 5: return "";
    case 6: return std::string(below(random, 5000), 'x');
    case 7: return "\xf0\x9f\x98\x80 \xc3\xa9 \"quoted\" \\ \n\t\x01";
    case 8: return Json::array();
    case 9: return Json::object();
    case 10: return Json::array({1, "two", nullptr, Json::object({{"three", 3}})});
    default: return std::string(1, static_cast<char>('a' + below(random, 26)));
  }
}

// One change somewhere in the value.
void change(Json& value, Random& random, int depth = 0) {
  if (value.is_structured() && !value.empty() && depth < 8 && random() % 4 != 0) {
    auto member = value.begin();
    std::advance(member, below(random, value.size()));
    return change(*member, random, depth + 1);
  }
  switch (below(random, 5)) {
    case 0:
      if (value.is_object()) {
        value[std::string(1 + below(random, 3), static_cast<char>('a' + below(random, 26)))] = odd_value(random);
        return;
      }
      break;
    case 1:
      if (value.is_array()) {
        value.push_back(odd_value(random));
        return;
      }
      break;
    case 2:
      if (value.is_object() && !value.empty()) {
        value.erase(value.begin().key());
        return;
      }
      break;
    case 3: value = Json::array({value, value}); return;
    default: break;
  }
  value = odd_value(random);
}

std::vector<std::string>& documents() {
  static std::vector<std::string> all = {
      R"({"id":1,"name":"Ina","status":{"id":4,"name":"New"},"company":{"id":7,"name":"Acme"},"tags":["a","b"]})",
      R"({"id":2,"name":"Jos\u00e9","status":{"id":5,"name":"Open"},"company":{"id":8,"name":"B\"ig"},"amount":12.50})",
      R"({"id":3,"name":"","status":{"id":4,"name":"New"},"company":null,"closedFlag":false,"tags":[]})",
      R"({"id":9007199254740993,"name":"long","status":{"name":"Closed"},"notes":[{"text":"one"},{"text":"two"}]})"};
  return all;
}

}  // namespace

const std::vector<std::string>& sample_documents() { return documents(); }

void use_documents(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (make_record(line)) lines.push_back(line);
  }
  if (lines.empty()) throw NotExercised(file.string() + " holds no line that is JSON");
  documents() = std::move(lines);
}

const std::vector<std::string>& edge_documents() {
  static const std::vector<std::string> documents = [] {
    std::vector<std::string> made = {
        "null",
        "true",
        "0",
        "-0.0",
        "\"\"",
        "[]",
        "{}",
        "\"text\"",
        "[1,2,3]",
        R"([[],[{}],null])",
        R"({"":0})",
        R"({"id":null,"name":null,"status":null})",
        R"({"id":[],"name":{},"status":"New","company":[{"id":1}]})",
        R"({"id":1e400,"name":123456789012345678901234567890,"x":0.1e-999})",
        R"({"a":1,"a":2,"a":{"a":3}})",
        R"({"name":"\ud83d\ude00\u0000\u0001\\\"\/","id":-9223372036854775808})",
        R"({"a.b":{"c d":[0]},"a":{"b":1},"$ref":"#","{{ id }}":"{{ name }}"})",
    };
    made.push_back(nested(200, R"({"a":)", "}"));
    made.push_back(nested(400, "[", "]"));
    made.push_back(fmt::format(R"({{"id":5,"name":"{}"}})", std::string(200'000, 'n')));
    std::string wide = "{\"id\":6";
    for (int i = 0; i < 2000; ++i) wide += fmt::format(",\"member{}\":{}", i, i);
    made.push_back(wide + "}");
    return made;
  }();
  return documents;
}

std::string sample_lines() {
  std::string lines;
  for (int i = 1; i <= 40; ++i) {
    lines +=
        fmt::format(R"({{"id":{},"name":"name {}","status":{{"name":"{}"}}}})", i, i, i % 3 == 0 ? "Closed" : "New");
    lines += '\n';
  }
  return lines;
}

const std::vector<std::string>& damaged_contents() {
  static const std::vector<std::string> contents = {"",
                                                    "\n\n\n",
                                                    "this is no JSON\n",
                                                    "{\"id\":1}\n{\"id\":2",
                                                    "{\"id\":1}\n{\"name\":\"\xc3\x28\xff\"}\n{\"id\":3}\n",
                                                    std::string("{\"id\":1}\0{\"id\":2}\n", 18),
                                                    "\xef\xbb\xbf{\"id\":1}\n",
                                                    nested(3000, "[", "]") + "\n",
                                                    "{\"id\":1e999999}\n",
                                                    "[{\"id\":1},{\"id\":2}]\n",
                                                    "\"" + std::string(300'000, 'x') + "\"\n",
                                                    "\x1f\x8b\x08\x00zip",
                                                    "\xff\xfe{\0\"\0"};
  return contents;
}

std::string mutated(Random& random) {
  const auto& samples = random() % 3 == 0 ? edge_documents() : sample_documents();
  Json value = Json::parse(samples[below(random, samples.size())], nullptr, false);
  if (value.is_discarded()) value = Json::object();  // what this library cannot hold: 1e400
  const std::size_t changes = 1 + below(random, 4);
  for (std::size_t i = 0; i < changes; ++i) change(value, random);
  return value.dump(-1, ' ', random() % 2 == 0, Json::error_handler_t::replace);
}

Batch make_batch(const std::vector<std::string>& documents) {
  Batch batch;
  batch.reserve(documents.size());
  for (const std::string& document : documents) {
    auto record = make_record(document);
    if (!record) throw std::logic_error("a document of the check is no record: " + record.error().message);
    batch.append(std::move(*record));
  }
  return batch;
}

Batch make_batch(std::size_t count) {
  std::vector<std::string> documents;
  documents.reserve(count);
  for (std::size_t i = 0; i < count; ++i) documents.push_back(sample_documents()[i % sample_documents().size()]);
  return make_batch(documents);
}

void write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace leat::host::check
