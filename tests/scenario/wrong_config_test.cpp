// Wrong configurations as a person meets them: `leat check` with the real plugins, and what it says first.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "scenario/story.hpp"

using namespace leat::test;

namespace {

// A right configuration, whose section of that name is `yaml`; without a name `yaml` is all of it.
std::string with(const std::string& section, const std::string& yaml) {
  if (section.empty()) return yaml;
  const std::pair<const char*, const char*> sections[] = {
      {"clients",
       "clients:\n  psa: { type: connectwise, base_uri: \"https://cw.test/v4_6_release/apis/3.0\", client_id: "
       "\"${CW_CLIENT_ID}\", company_id: acme, public_key: \"${CW_PUBLIC_KEY}\", private_key: \"${CW_PRIVATE_KEY}\" "
       "}\n"},
      {"incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tickets } }\n"},
      {"outgoing", "outgoing:\n  archive: { publisher: { type: file, path: tickets.ndjson } }\n"},
      {"routes", "routes:\n  archive: { incoming: tickets, outgoing: archive }\n"}};
  std::string text;
  for (const auto& [name, right] : sections) text += section == name ? yaml : right;
  return text;
}

// What stderr says behind "error: ", with paths from the story's folder on.
std::vector<std::string> errors(const Story& story, const Exit& checked) {
  std::vector<std::string> lines;
  const std::string folder = story.folder().path().string() + "/";
  for (std::size_t at = 0; (at = checked.err.find("error: ", at)) != std::string::npos; at += 7) {
    std::string line = checked.err.substr(at + 7, checked.err.find('\n', at) - at - 7);
    for (std::size_t place = 0; (place = line.find(folder)) != std::string::npos;) line.erase(place, folder.size());
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("check finds each kind of mistake, with its place and what to do, and run does nothing then") {
  struct Row {
    const char* what;
    const char* section;
    const char* yaml;
    const char* first;
  };
  const Row rows[] = {
      {"unknown section", "routes", "routes:\n  archive: { incoming: tickets, outgoing: archive }\nroute: {}\n",
       "leat.yaml:9:1: unknown option \"route\"; did you mean \"routes\"?"},
      {"tab", "", "routes:\n	r: {}\n", "leat.yaml:2:1: a tab in the indentation; YAML takes spaces only"},
      {"open quote", "outgoing", "outgoing:\n  archive: { publisher: { type: file, path: \"tickets.ndjson } }\n",
       "leat.yaml:9:1: the { of this map has no }; put texts with { } or , in quotes"},
      {"section twice", "outgoing",
       "outgoing:\n  archive: { publisher: { type: file, path: tickets.ndjson } }\nroutes:\n  archive: { incoming: "
       "tickets, outgoing: archive }\n",
       "leat.yaml:9:1: \"routes\" is given twice; the first is at line 7"},
      {"unknown client option", "clients",
       "clients:\n  psa: { type: connectwise, base_url: \"https://x\", base_uri: \"https://x\", client_id: "
       "\"${CW_CLIENT_ID}\", company_id: a, public_key: \"${CW_PUBLIC_KEY}\", private_key: \"${CW_PRIVATE_KEY}\" }\n",
       "leat.yaml:2:29: clients.psa: unknown option \"base_url\"; did you mean \"base_uri\"?"},
      {"client option missing", "clients",
       "clients:\n  psa: { type: connectwise, base_uri: \"https://x\", client_id: \"${CW_CLIENT_ID}\", public_key: "
       "\"${CW_PUBLIC_KEY}\", private_key: \"${CW_PRIVATE_KEY}\" }\n",
       "leat.yaml:2:8: clients.psa: the option \"company_id\" is missing"},
      {"base_uri no URL", "clients",
       "clients:\n  psa: { type: connectwise, base_uri: cw.test, client_id: \"${CW_CLIENT_ID}\", company_id: a, "
       "public_key: \"${CW_PUBLIC_KEY}\", private_key: \"${CW_PRIVATE_KEY}\" }\n",
       "leat.yaml:2:8: clients.psa: base_uri must be an address such as "
       "https://api-na.myconnectwise.net/v4_6_release/apis/3.0, without user, query or fragment"},
      {"secret in the file", "clients",
       "clients:\n  psa: { type: connectwise, base_uri: \"https://x\", client_id: \"${CW_CLIENT_ID}\", company_id: a, "
       "public_key: abcdefgh, private_key: \"${CW_PRIVATE_KEY}\" }\n",
       "leat.yaml:2:109: clients.psa.public_key: a secret does not belong in the configuration; name where it is: "
       "${NAME} for an environment variable, ${file:PATH} for a file"},
      {"variable not set", "clients",
       "clients:\n  psa: { type: connectwise, base_uri: \"https://x\", client_id: \"${CW_CLIENT_ID}\", company_id: a, "
       "public_key: \"${CW_PUBLIC_KEI}\", private_key: \"${CW_PRIVATE_KEY}\" }\n",
       "leat.yaml:2:109: clients.psa.public_key: the environment variable CW_PUBLIC_KEI is not set"},
      {"secret file missing", "clients",
       "clients:\n  psa: { type: connectwise, base_uri: \"https://x\", client_id: \"${CW_CLIENT_ID}\", company_id: a, "
       "public_key: \"${file:key.txt}\", private_key: \"${CW_PRIVATE_KEY}\" }\n",
       "leat.yaml:2:109: clients.psa.public_key: cannot read the file key.txt: No such file or directory"},
      {"type unknown", "clients",
       "clients:\n  psa: { type: conectwise, base_uri: \"https://cw.test/v4_6_release/apis/3.0\", client_id: "
       "\"${CW_CLIENT_ID}\", company_id: acme, public_key: \"${CW_PUBLIC_KEY}\", private_key: \"${CW_PRIVATE_KEY}\" "
       "}\n",
       "leat.yaml:2:16: clients.psa.type: there is no client type \"conectwise\"; did you mean \"connectwise\"?"},
      {"client unknown", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: pas, entity: GET /service/tickets } }\n",
       "leat.yaml:4:55: incoming.tickets.subscriber.client: there is no client \"pas\"; did you mean \"psa\"?"},
      {"entity unknown", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tikets } }\n",
       "leat.yaml:4:26: incoming.tickets.subscriber: entity \"GET /service/tikets\" is not in the catalog of 3062 "
       "operations; near to it: GET /service/tickets (getServiceTickets)"},
      {"entity not readable", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: POST /service/tickets } }\n",
       "leat.yaml:4:26: incoming.tickets.subscriber: entity: POST /service/tickets writes; a subscriber needs a GET, "
       "or the POST of a search"},
      {"query unknown", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, "
       "parameters: { query: { condition: \"id = 1\" } } } }\n",
       "leat.yaml:4:26: incoming.tickets.subscriber: parameters: query.condition is not a parameter of GET "
       "/service/tickets (did you mean conditions?)"},
      {"path missing", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: \"GET "
       "/company/addressFormats/{id}\" } }\n",
       "leat.yaml:4:26: incoming.tickets.subscriber: parameters: path.id is missing: GET /company/addressFormats/{id} "
       "needs it"},
      {"path not needed", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, "
       "parameters: { path: { id: 4 } } } }\n",
       "leat.yaml:4:26: incoming.tickets.subscriber: parameters: path.id is not a parameter of GET /service/tickets; "
       "it has none"},
      {"page_size too large", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, "
       "pagination: { page_size: 5000 } } }\n",
       "leat.yaml:4:115: incoming.tickets.subscriber.pagination.page_size: 5000: the most is 1000"},
      {"pagination wrong type", "incoming",
       "incoming:\n  tickets: { subscriber: { type: connectwise, client: psa, entity: GET /service/tickets, "
       "pagination: 5 } }\n",
       "leat.yaml:4:102: incoming.tickets.subscriber.pagination: expected a boolean or an object, found 5"},
      {"schedule", "incoming",
       "incoming:\n  tickets:\n    schedule: every 5 parsecs\n    subscriber: { type: connectwise, client: psa, "
       "entity: GET /service/tickets }\n",
       "leat.yaml:5:15: incoming.tickets.schedule: expected five fields (minute, hour, day of month, month, day of "
       "week), 'every 5m' or '@hourly'; found 3 of five (at offset 15)"},
      {"cron", "incoming",
       "incoming:\n  tickets:\n    schedule: \"61 * * * *\"\n    subscriber: { type: connectwise, client: psa, entity: "
       "GET /service/tickets }\n",
       "leat.yaml:5:15: incoming.tickets.schedule: minute: '61' is not within 0-59 (at offset 0)"},
      {"publisher missing", "outgoing", "outgoing:\n  archive: {}\n",
       "leat.yaml:6:12: outgoing.archive: the option \"publisher\" is missing"},
      {"publisher wrong kind", "outgoing", "outgoing:\n  archive: { publisher: { type: map, fields: {} } }\n",
       "leat.yaml:6:33: outgoing.archive.publisher.type: there is no publisher type \"map\"; known: \"connectwise\", "
       "\"file\""},
      {"file format unknown", "outgoing",
       "outgoing:\n  archive: { publisher: { type: file, path: tickets.ndjson, format: xml } }\n",
       "leat.yaml:6:69: outgoing.archive.publisher.format: unknown value \"xml\"; known: \"ndjson\", \"json\", "
       "\"csv\""},
      {"file unknown ending", "outgoing", "outgoing:\n  archive: { publisher: { type: file, path: tickets.dat } }\n",
       "leat.yaml:6:25: outgoing.archive.publisher: format: set it to ndjson, json or csv; the name tickets.dat ends "
       "in none of .ndjson, .jsonl, .json, .csv"},
      {"filter expression", "routes",
       "routes:\n  archive:\n    incoming: tickets\n    transformers: [{ type: filter, when: closedFlag == false }]\n  "
       "  outgoing: archive\n",
       "leat.yaml:10:20: routes.archive.transformers[0]: when: write \"=\" instead of \"==\" at offset 11 of "
       "\"closedFlag == false\""},
      {"map template", "routes",
       "routes:\n  archive:\n    incoming: tickets\n    transformers:\n      - { type: map, fields: { a: \"{{ id\" } "
       "}\n    outgoing: archive\n",
       "leat.yaml:11:9: routes.archive.transformers[0]: fields.a: expected an operator or \"}}\", found the end at "
       "offset 5 of \"{{ id\""},
      {"map function", "routes",
       "routes:\n  archive:\n    incoming: tickets\n    transformers:\n      - { type: map, fields: { a: \"{{ "
       "uper(summary) }}\" } }\n    outgoing: archive\n",
       "leat.yaml:11:9: routes.archive.transformers[0]: fields.a: there is no function \"uper\" (known: join, length, "
       "lower, now, number, record, replace, string, trim, truncate, upper, xref) at offset 3 of \"{{ uper(summary) "
       "}}\""},
      {"transformer unknown", "routes",
       "routes:\n  archive: { incoming: tickets, outgoing: archive, transformers: [{ type: mapp }] }\n",
       "leat.yaml:8:75: routes.archive.transformers[0].type: there is no transformer type \"mapp\"; did you mean "
       "\"map\"?"},
      {"incoming unknown", "routes", "routes:\n  archive: { incoming: ticket, outgoing: archive }\n",
       "leat.yaml:8:24: routes.archive.incoming: there is no incoming \"ticket\"; did you mean \"tickets\"?"},
      {"outgoing missing", "routes", "routes:\n  archive: { incoming: tickets }\n",
       "leat.yaml:8:12: routes.archive: the option \"outgoing\" is missing"},
      {"deduplicate without key", "routes",
       "routes:\n  archive: { incoming: tickets, outgoing: archive, deduplicate: {} }\n",
       "leat.yaml:8:52: routes.archive.deduplicate: needs the option \"key\" beside it: it compares a record with the "
       "last one of its key"},
      {"replayable with key", "routes",
       "routes:\n  archive: { incoming: tickets, outgoing: archive, key: id, durability: replayable }\n",
       "leat.yaml:8:52: routes.archive.key: the order of a key needs `durability: durable`; take away the key, or "
       "replayable"},
      {"concurrency", "routes", "routes:\n  archive: { incoming: tickets, outgoing: archive, concurrency: many }\n",
       "leat.yaml:8:65: routes.archive.concurrency: expected an integer, found \"many\""},
      {"duration", "routes",
       "routes:\n  archive: { incoming: tickets, outgoing: archive, retry: { max_age: 5 minutes } }\n",
       "leat.yaml:8:70: routes.archive.retry.max_age: expected a duration such as 250ms, 30s, 5m, 2h, 7d, or a number "
       "of seconds, found \"5 minutes\""},
      {"empty", "", "", "leat.yaml: the configuration is empty; it needs the sections incoming, outgoing and routes"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Story story(with(row.section, row.yaml));
    const Exit checked = story.leat({"check", story.config()});
    CAPTURE(checked.err);
    CHECK(checked.code == 2);
    CHECK(checked.out.empty());
    const auto found = errors(story, checked);
    REQUIRE_FALSE(found.empty());
    CHECK(found.front() == row.first);
    CHECK(story.leat({"run", "--once", story.config()}).code == 2);
    CHECK(story.folder().read("tickets.ndjson").empty());
  }
}

TEST_CASE("a right configuration is said to be right, though nobody listens at its server") {
  const Story story(with("none", ""));
  const Exit checked = story.leat({"check", story.config()});
  CAPTURE(checked.err);
  CHECK(checked.code == 0);
  CHECK(checked.out == "ok: 1 route, 1 incoming, 1 outgoing, 1 client\n");
}

TEST_CASE("all mistakes come at once, and as JSON for programs") {
  const Story story(R"(
incoming: { a: { subscriber: { type: file, path: a.ndjson, formt: csv } } }
outgoing: { b: { publisher: { type: file, path: b.ndjson } } }
routes: { r: { incoming: a, outgoing: bb, concurrency: 0 } }
)");
  const Exit checked = story.leat({"check", "--json", story.config()});
  CHECK(checked.code == 2);
  const Json problems = Json::parse(checked.out);
  std::vector<std::string> found;
  for (const Json& problem : problems) {
    found.push_back(problem["severity"].get<std::string>() + " " + problem["line"].dump() + ":" +
                    problem["column"].dump() + " " + problem["path"].get<std::string>());
  }
  CHECK(found == std::vector<std::string>{"error 2:60 incoming.a.subscriber", "warning 3:13 outgoing.b",
                                          "error 4:39 routes.r.outgoing", "error 4:56 routes.r.concurrency"});
}

TEST_CASE("a file that is not there, one that is no text, and a folder without any") {
  const Story story("");
  const std::string folder = story.folder().path().string();
  const Exit none = story.leat({"check", folder + "/none.yaml"});
  CHECK(none.code == 2);
  CHECK(none.err.find("none.yaml: cannot be read: No such file or directory") != std::string::npos);
  story.folder().write("bytes.yaml", "a: \xff\n");
  CHECK(story.leat({"check", folder + "/bytes.yaml"}).err.find("bytes.yaml:1:4: this is not UTF-8 text") !=
        std::string::npos);
  story.folder().write("empty/readme.txt", "nothing");
  CHECK(story.leat({"check", folder + "/empty"}).code == 2);
}
