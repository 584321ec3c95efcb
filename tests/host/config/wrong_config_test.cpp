#include <doctest/doctest.h>

#include <string>

#include "host/config/components.hpp"

using namespace leat::test;

namespace {

struct Row {
  const char* name;
  const char* yaml;
  const char* first;  // line of the first problem
};

// A whole configuration around one piece, which begins on line 1.
std::string around(const std::string& piece, std::string_view without = "") {
  const std::pair<std::string_view, const char*> sections[] = {
      {"clients", "clients: {psa: {type: rest, base_uri: 'http://x', token: \"${TOKEN}\"}}\n"},
      {"incoming", "incoming: {in: {subscriber: {type: rest, client: psa, entity: e}}}\n"},
      {"outgoing", "outgoing: {out: {publisher: {type: file, path: a}}}\n"},
      {"routes", "routes: {r: {incoming: in, outgoing: out}}\n"}};
  std::string text = piece + "\n";
  for (const auto& section : sections) {
    if (section.first != without) text += section.second;
  }
  return text;
}

std::string first_line(const std::string& yaml) {
  const auto result = configure(yaml);
  return result.problems.empty() ? std::string("no problem") : to_line(result.problems.front());
}

}  // namespace

TEST_CASE("the configuration around the rows below is right by itself") {
  const auto result = configure(around(""));
  CHECK(lines(result.problems) == "");
  CHECK(result.config);
}

TEST_CASE("a file that is no configuration says where and what to do") {
  const Row rows[] = {
      {"empty", "", "leat.yaml: the configuration is empty; it needs the sections incoming, outgoing and routes"},
      {"comments only", "# nothing\n\n",
       "leat.yaml: the configuration is empty; it needs the sections incoming, outgoing and routes"},
      {"a list", "- a\n- b\n",
       "leat.yaml:1:1: a configuration is a map of sections: clients, incoming, outgoing, routes"},
      {"a text", "hello\n", "leat.yaml:1:1: a configuration is a map of sections: clients, incoming, outgoing, routes"},
      {"tab", "routes:\n\tr: 1\n", "leat.yaml:2:1: a tab in the indentation; YAML takes spaces only"},
      {"tab later", "routes:\n  r: 1\n\tq: 1\n", "leat.yaml:3:1: a tab in the indentation; YAML takes spaces only"},
      {"bad indentation", "routes:\n    a: {}\n  b: {}\n",
       "leat.yaml:3:3: this line does not fit the map above it; check the indentation and the colon"},
      {"colon in a text", "a: b: c\n",
       "leat.yaml:1:5: \": \" where no value can begin; check the indentation, or put the text in quotes"},
      {"open quote", "a: \"x\nb: 3\n", "leat.yaml:1:4: a text in quotes does not end"},
      {"open quote behind an anchor", "a: &x \"x\n", "leat.yaml:1:4: a text in quotes does not end"},
      {"open single quote", "a: 'x", "leat.yaml:1:6: a text in quotes does not end"},
      {"open map", "a: {b: 1\nc: 2\n", "leat.yaml:2:2: the { of this map has no }; put texts with { } or , in quotes"},
      {"reference in a flow map", "a: {b: ${X}}\n",
       "leat.yaml:1:9: inside { } or [ ] a text with ${...} must be in quotes"},
      {"two documents", "a: 1\n---\nb: 1\n",
       "leat.yaml:2:1: text behind the end of the configuration; check the indentation"},
      {"not UTF-8", "a: 1\nb: \xc3\xa4\xff\n",
       "leat.yaml:2:5: this is not UTF-8 text; save the file with the encoding UTF-8"},
      {"UTF-16",
       "\xff\xfe"
       "a\n",
       "leat.yaml:1:1: this is not UTF-8 text; save the file with the encoding UTF-8"},
      {"control character", "a: x\x01\n", "leat.yaml:1:5: a control character; remove it"},
      {"unknown alias", "a: *b\n", "leat.yaml:1:4: the referenced anchor is not defined"},
      {"alias of itself", "a: &a [*a]\n", "leat.yaml:1:8: an alias inside the very value that it stands for"},
      {"merge of a text", "a: {<<: 1}\n", "leat.yaml:1:9: << takes a map, or a list of maps, to copy members from"},
      {"map as a name", "? {a: b}\n: c\n", "leat.yaml:1:3: a name must be a text"},
      {"no name", ": c\n", "leat.yaml:1:1: a name is missing before the colon"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto result = configure(row.yaml);
    CHECK_FALSE(result.config);
    REQUIRE(result.problems.size() == 1);
    CHECK(to_line(result.problems.front()) == row.first);
  }
}

TEST_CASE("a wrong configuration names the place, the mistake and what was probably meant") {
  const Row rows[] = {
      // sections and names
      {"unknown section", "route: {}", "leat.yaml:1:1: unknown option \"route\"; did you mean \"routes\"?"},
      {"section twice", "log: {}\nlog: {}", "leat.yaml:2:1: \"log\" is given twice; the first is at line 1"},
      {"option twice", "log:\n  level: info\n  level: warn",
       "leat.yaml:3:3: log: \"level\" is given twice; the first is at line 2"},
      {"section of the wrong type", "log: loud", "leat.yaml:1:6: log: expected an object, found \"loud\""},
      {"unknown option", "log: {levle: info}", "leat.yaml:1:7: log: unknown option \"levle\"; did you mean \"level\"?"},
      {"unknown option, nothing near", "log: {colour: red}",
       "leat.yaml:1:7: log: unknown option \"colour\"; known: \"level\", \"format\""},
      {"unknown value", "log: {level: warning}",
       "leat.yaml:1:14: log.level: unknown value \"warning\"; known: \"trace\", \"debug\", \"info\", \"warn\", "
       "\"error\""},
      {"unknown value, another case", "log: {level: INFO}",
       "leat.yaml:1:14: log.level: unknown value \"INFO\"; did you mean \"info\"?"},
      {"tag", "log: !special {}", "leat.yaml:1:6: log: the tag !special has no meaning here; remove it"},
      // types and units
      {"number for a text", "store: {path: 12}", "leat.yaml:1:15: store.path: expected the path of a file, found 12"},
      {"text for a boolean", "store: {keep_payload: yes}",
       "leat.yaml:1:23: store.keep_payload: expected a boolean, found \"yes\""},
      {"no duration", "store: {keep_finished: 5 minutes}",
       "leat.yaml:1:24: store.keep_finished: expected a duration such as 250ms, 30s, 5m, 2h, 7d, or a number of "
       "seconds, found \"5 minutes\""},
      {"negative duration", "store: {keep_finished: -5}",
       "leat.yaml:1:24: store.keep_finished: expected a duration such as 250ms, 30s, 5m, 2h, 7d, or a number of "
       "seconds, found -5"},
      {"an isolation that is none", "plugins: {libraries: {a.b: {isolation: prozess}}}",
       "leat.yaml:1:40: plugins.libraries[\"a.b\"].isolation: unknown value \"prozess\"; did you mean \"process\"?"},
      {"text for an array", "plugins: {folders: here}",
       "leat.yaml:1:20: plugins.folders: expected an array, found \"here\""},
      // references
      {"variable not set", "store: {path: \"${UNSET}/x\"}",
       "leat.yaml:1:15: store.path: the environment variable UNSET is not set"},
      {"reference without end", "store: {path: \"${WORD\"}",
       "leat.yaml:1:15: store.path: a ${ without its }; write $${ for the characters themselves"},
      {"reference to nothing", "store: {path: \"${a b}\"}",
       "leat.yaml:1:15: store.path: ${a b} is neither ${NAME} nor ${file:PATH}; write $${ for the characters "
       "themselves"},
      {"a file named by a variable", "store: {path: \"${file:none/${TOKEN}}\"}",
       "leat.yaml:1:15: store.path: cannot read the file none/${TOKEN}: No such file or directory"},
      {"value behind a reference is wrong", "log: {level: \"${TOKEN}\"}",
       "leat.yaml:1:14: log.level: unknown value the value of a ${...}; known: \"trace\", \"debug\", \"info\", "
       "\"warn\", "
       "\"error\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(first_line(around(row.yaml)) == row.first);
    CHECK_FALSE(configure(around(row.yaml)).config);
  }
}

TEST_CASE("a wrong client, incoming, outgoing or route names the place and the mistake") {
  struct SectionRow {
    const char* name;
    const char* section;
    const char* yaml;
    const char* first;
  };
  const SectionRow rows[] = {
      // clients and secrets
      {"type missing", "clients", "clients: {psa: {base_uri: x}}",
       "leat.yaml:1:16: clients.psa: the option \"type\" is missing: which client is it?"},
      {"type unknown", "clients", "clients: {psa: {type: rst}}",
       "leat.yaml:1:23: clients.psa.type: there is no client type \"rst\"; did you mean \"rest\"?"},
      {"required option missing", "clients", "clients:\n  psa: {type: rest, token: \"${TOKEN}\"}",
       "leat.yaml:2:8: clients.psa: the option \"base_uri\" is missing"},
      {"text is empty", "clients", "clients:\n  psa: {type: rest, base_uri: '', token: \"${TOKEN}\"}",
       "leat.yaml:2:31: clients.psa.base_uri: the text is empty"},
      {"secret in the file", "clients", "clients:\n  psa:\n    type: rest\n    base_uri: x\n    token: abcdef",
       "leat.yaml:5:12: clients.psa.token: a secret does not belong in the configuration; name where it is: ${NAME} "
       "for "
       "an environment variable, ${file:PATH} for a file"},
      {"secret too short", "clients", "clients: {psa: {type: rest, base_uri: x, token: \"${SHORT}\"}}",
       "leat.yaml:1:49: clients.psa.token: a secret has at least 4 bytes, this one has 3"},
      {"secret empty", "clients", "clients: {psa: {type: rest, base_uri: x, token: \"${EMPTY}\"}}",
       "leat.yaml:1:49: clients.psa.token: what the secret refers to is empty: set the variable, or fill the file"},
      {"duration out of bounds", "clients",
       "clients: {psa: {type: rest, base_uri: x, timeout: 1h, token: \"${TOKEN}\"}}",
       "leat.yaml:1:51: clients.psa.timeout: \"1h\": the most is 600000"},
      {"no size", "clients", "clients: {psa: {type: rest, base_uri: x, body_max: 12XB, token: \"${TOKEN}\"}}",
       "leat.yaml:1:52: clients.psa.body_max: expected a size such as 64MiB, 10MB, 512kB, or a number of bytes, found "
       "\"12XB\""},
      {"name with a dot", "", "clients: {a.b: {type: rest, base_uri: x, token: \"${TOKEN}\"}}\nincoming: {}",
       "leat.yaml:1:11: clients[\"a.b\"]: a name has letters, digits, '-' and '_' only, and at most 100 of them"},
      // incoming
      {"subscriber missing", "incoming", "incoming:\n  in: {schedule: every 5m}",
       "leat.yaml:2:7: incoming.in: the option \"subscriber\" is missing"},
      {"client unknown", "incoming", "incoming: {in: {subscriber: {type: rest, client: pas, entity: e}}}",
       "leat.yaml:1:50: incoming.in.subscriber.client: there is no client \"pas\"; did you mean \"psa\"?"},
      {"no schedule", "incoming",
       "incoming:\n  in:\n    schedule: hourly\n    subscriber: {type: rest, client: psa, entity: e}",
       "leat.yaml:3:15: incoming.in.schedule: not a schedule"},
      {"too small", "incoming", "incoming: {in: {page_max: 0, subscriber: {type: rest, client: psa, entity: e}}}",
       "leat.yaml:1:27: incoming.in.page_max: 0: the least is 1"},
      {"too large in an inner object", "incoming",
       "incoming: {in: {subscriber: {type: rest, client: psa, entity: e, pagination: {page_size: 5000}}}}",
       "leat.yaml:1:90: incoming.in.subscriber.pagination.page_size: 5000: the most is 1000"},
      {"none of two types", "incoming",
       "incoming: {in: {subscriber: {type: rest, client: psa, entity: e, pagination: 5}}}",
       "leat.yaml:1:78: incoming.in.subscriber.pagination: expected a boolean or an object, found 5"},
      {"number for a text", "incoming", "incoming: {in: {subscriber: {type: rest, client: psa, entity: 1.10}}}",
       "leat.yaml:1:63: incoming.in.subscriber.entity: expected a string, found 1.10; put it in quotes"},
      {"number beyond 64 bits", "incoming",
       "incoming: {in: {subscriber: {type: rest, client: psa, entity: e, parameters: {id: 123456789012345678901}}}}",
       "leat.yaml:1:83: incoming.in.subscriber.parameters.id: the number does not fit in 64 bits; put it in quotes to "
       "keep "
       "it as text"},
      {"transformer in an option", "incoming",
       "incoming: {in: {subscriber: {type: rest, client: psa, entity: e, request_transformers: [{type: mop}]}}}",
       "leat.yaml:1:96: incoming.in.subscriber.request_transformers[0].type: there is no transformer type \"mop\"; did "
       "you "
       "mean \"map\"?"},
      {"option of an inner transformer", "incoming",
       "incoming: {in: {transformers: [{type: each, transformers: [{type: map, field: 1}]}], "
       "subscriber: {type: rest, client: psa, entity: e}}}",
       "leat.yaml:1:60: incoming.in.transformers[0].transformers[0]: the option \"fields\" is missing"},
      // outgoing
      {"transformers no array", "outgoing",
       "outgoing: {out: {transformers: {type: map}, publisher: {type: file, path: a}}}",
       "leat.yaml:1:32: outgoing.out.transformers: expected an array of transformers, found an object"},
      {"choice", "outgoing", "outgoing: {out: {publisher: {type: rest, client: psa, method: post}}}",
       "leat.yaml:1:63: outgoing.out.publisher.method: unknown value \"post\"; did you mean \"POST\"?"},
      {"text too long in an array", "outgoing",
       "outgoing: {out: {publisher: {type: file, path: a, columns: [ab, abcdefghi]}}}",
       "leat.yaml:1:65: outgoing.out.publisher.columns[1]: \"abcdefghi\": its greatest number of characters is 8"},
      {"decimal too large", "outgoing", "outgoing: {out: {publisher: {type: file, path: a, ratio: 1.75}}}",
       "leat.yaml:1:58: outgoing.out.publisher.ratio: 1.75: the most is 1.5"},
      {"publisher no object", "outgoing", "outgoing: {out: {publisher: file}}",
       "leat.yaml:1:29: outgoing.out.publisher: expected a publisher {type: ..., ...}, found \"file\""},
      // routes
      {"incoming unknown", "routes", "routes: {r: {incoming: inn, outgoing: out}}",
       "leat.yaml:1:24: routes.r.incoming: there is no incoming \"inn\"; did you mean \"in\"?"},
      {"outgoing unknown", "routes", "routes:\n  r:\n    incoming: in\n    outgoing: archive",
       "leat.yaml:4:15: routes.r.outgoing: there is no outgoing \"archive\"; known: \"out\""},
      {"neither incoming nor after", "routes", "routes: {r: {outgoing: out}}",
       "leat.yaml:1:10: routes.r: the option \"incoming\" is missing (or \"after\", for a route that goes on from "
       "another one)"},
      {"incoming and after", "routes",
       "routes: {q: {incoming: in, outgoing: out}, r: {incoming: in, after: q, outgoing: out}}",
       "leat.yaml:1:62: routes.r.after: a route has an incoming, or goes on after another route; take away one of the "
       "two"},
      {"after unknown", "routes", "routes:\n  first: {incoming: in, outgoing: out}\n  r: {after: frist, outgoing: out}",
       "leat.yaml:3:14: routes.r.after: there is no route \"frist\"; did you mean \"first\"?"},
      {"after a replayable route", "routes",
       "routes:\n  q: {incoming: in, outgoing: out, durability: replayable}\n  r: {after: q, outgoing: out}",
       "leat.yaml:3:14: routes.r.after: route \"q\" is replayable and keeps no tasks to go on from; it needs "
       "`durability: durable`"},
      {"replayable after another", "routes",
       "routes:\n  q: {incoming: in, outgoing: out}\n  r: {after: q, outgoing: out, durability: replayable}",
       "leat.yaml:3:7: routes.r.after: needs `durability: durable`: its tasks are stored together with the end of "
       "those "
       "they go on from"},
      {"after itself", "routes", "routes:\n  q: {incoming: in, outgoing: out}\n  r: {after: r, outgoing: out}",
       "leat.yaml:3:14: routes.r.after: a circle that no record ever enters: r after r"},
      {"a circle", "routes",
       "routes:\n  q: {incoming: in, outgoing: out}\n  a: {after: b, outgoing: out}\n  b: {after: c, outgoing: out}\n"
       "  c: {after: b, outgoing: out}",
       "leat.yaml:4:14: routes.b.after: a circle that no record ever enters: b after c after b"},
      {"xref without a set", "outgoing", "outgoing: {out: {publisher: {type: file, path: a}, xref: {source: id}}}",
       "leat.yaml:1:58: outgoing.out.xref: the option \"set\" is missing"},
      {"xref of no path", "outgoing",
       "outgoing: {out: {publisher: {type: file, path: a}, xref: {set: s, source: 'a..b'}}}",
       "leat.yaml:1:75: outgoing.out.xref.source: not a path such as company.id or items[0].name: expected a "
       "member's name at offset 2"},
      {"xref by a key that is not there", "outgoing",
       "outgoing: {out: {publisher: {type: file, path: a}, xref: {set: s}}}",
       "leat.yaml:4:38: routes.r.outgoing: its xref has no source and takes the task's key, which this route does not "
       "have; give the xref a source, or the route a key"},
      {"outgoing missing", "routes", "routes:\n  r: {incoming: in}",
       "leat.yaml:2:6: routes.r: the option \"outgoing\" is missing"},
      {"no route but a text", "routes", "routes: {r: in}",
       "leat.yaml:1:13: routes.r: expected an object, found \"in\""},
      {"key no path", "routes", "routes: {r: {incoming: in, outgoing: out, key: company..id}}",
       "leat.yaml:1:48: routes.r.key: not a path such as company.id or items[0].name: expected a member's name at "
       "offset 8"},
      {"key of a replayable route", "routes",
       "routes: {r: {incoming: in, outgoing: out, key: id, durability: replayable}}",
       "leat.yaml:1:43: routes.r.key: the order of a key needs `durability: durable`; take away the key, or "
       "replayable"},
      {"deduplicate without key", "routes", "routes: {r: {incoming: in, outgoing: out, deduplicate: {}}}",
       "leat.yaml:1:43: routes.r.deduplicate: needs the option \"key\" beside it: it compares a record with the last "
       "one "
       "of its key"},
      {"deduplicate by no path", "routes",
       "routes: {r: {incoming: in, outgoing: out, key: id, deduplicate: {fields: [a, 'b[']}}}",
       "leat.yaml:1:78: routes.r.deduplicate.fields[1]: not a path such as company.id or items[0].name: expected an "
       "index or "
       "a \"key\" at offset 2"},
      {"backoff shrinks", "routes",
       "routes: {r: {incoming: in, outgoing: out, retry: {backoff_first: 1m, backoff_max: 5s}}}",
       "leat.yaml:1:66: routes.r.retry.backoff_first: is longer than backoff_max"},
      {"concurrency no integer", "routes", "routes: {r: {incoming: in, outgoing: out, concurrency: many}}",
       "leat.yaml:1:56: routes.r.concurrency: expected an integer, found \"many\""},
      {"concurrency a fraction", "routes", "routes: {r: {incoming: in, outgoing: out, concurrency: 1.5}}",
       "leat.yaml:1:56: routes.r.concurrency: expected an integer, found 1.5"},
      {"option without value", "routes", "routes: {r: {incoming: , outgoing: out}}",
       "leat.yaml:1:14: routes.r.incoming: expected a string, found nothing"},
  };
  for (const SectionRow& row : rows) {
    CAPTURE(row.name);
    CHECK(first_line(around(row.yaml, row.section)) == row.first);
    CHECK_FALSE(configure(around(row.yaml, row.section)).config);
  }
}

TEST_CASE("all problems come at once, in the order of the lines") {
  const auto result = configure(
      "clients:\n"
      "  psa: {type: rest, base_uri: x, token: \"${UNSET}\", tokn: 1}\n"
      "incoming:\n"
      "  in: {subscriber: {type: rest, client: pas, entity: e}}\n"
      "outgoing:\n"
      "  out: {publisher: {type: fil, path: a}}\n"
      "routes:\n"
      "  r: {incoming: in, outgoing: ot, key: '['}\n"
      "log: {level: loud}\n");
  CHECK_FALSE(result.config);
  CHECK(
      lines(result.problems) ==
      "leat.yaml:2:41: clients.psa.token: the environment variable UNSET is not set\n"
      "leat.yaml:2:53: clients.psa: unknown option \"tokn\"; did you mean \"token\"?\n"
      "leat.yaml:4:41: incoming.in.subscriber.client: there is no client \"pas\"; did you mean \"psa\"?\n"
      "leat.yaml:6:3: outgoing.out: no route uses it\n"
      "leat.yaml:6:27: outgoing.out.publisher.type: there is no publisher type \"fil\"; did you mean \"file\"?\n"
      "leat.yaml:8:31: routes.r.outgoing: there is no outgoing \"ot\"; did you mean \"out\"?\n"
      "leat.yaml:8:40: routes.r.key: not a path such as company.id or items[0].name: expected an index or a \"key\" at "
      "offset 1\n"
      "leat.yaml:9:14: log.level: unknown value \"loud\"; known: \"trace\", \"debug\", \"info\", \"warn\", "
      "\"error\"\n");
}

TEST_CASE("no value that came from ${...} shows in a problem") {
  const char* const places[] = {
      "log: {level: \"${TOKEN}\"}",
      "store: {keep_finished: \"${TOKEN}\"}",
      "store: {keep_payload: \"${TOKEN}\"}",
      "log: \"${TOKEN}\"",
      "incoming: {in: {schedule: \"${TOKEN}\", subscriber: {type: rest, client: psa, entity: e}}}",
      "incoming: {in: {subscriber: {type: rest, client: \"${TOKEN}\", entity: e}}}",
      "incoming: {in: {subscriber: {type: \"${TOKEN}\", client: psa, entity: e}}}",
      "outgoing: {out: {publisher: {type: file, path: a, columns: [\"${TOKEN}\"]}}}",
      "outgoing: {out: {publisher: \"${TOKEN}\"}}",
      "routes: {r: {incoming: \"${TOKEN}\", outgoing: out}}",
      "routes: {r: {incoming: in, outgoing: out, key: \"${TOKEN}[\"}}",
      "routes: {r: {incoming: in, outgoing: out, max_pending: {bytes: \"${TOKEN}\"}}}",
  };
  for (const char* piece : places) {
    CAPTURE(piece);
    const std::string text(piece);
    const auto result = configure(around(text, text.substr(0, text.find(':'))));
    CHECK(has_errors(result.problems));
    CHECK(lines(result.problems).find("s3cret") == std::string::npos);
  }
}

TEST_CASE("what is not used and what does nothing is a warning, not an error") {
  const auto result = configure(
      "outgoing:\n  a: {publisher: {type: file, path: a}}\n"
      "clients:\n  psa: {type: rest, base_uri: x, token: \"${TOKEN}\"}\n"
      "incoming:\n  b: {subscriber: {type: rest, client: psa, entity: e}}\n");
  CHECK(result.config);
  CHECK(lines(result.problems) ==
        "leat.yaml: routes: there are no routes: nothing will be delivered\n"
        "leat.yaml:2:3: outgoing.a: no route uses it\n"
        "leat.yaml:6:3: incoming.b: no route uses it\n");
}
