// How a publisher finds the record that another one means: conditions made from it.
//   match: externalXRef                       one member of the payload, or a list of them: [identifier, company/id]
//   match: { conditions: 'externalXRef = {payload.externalXRef} and closedFlag = false' }
//   match: { childConditions: 'communicationItems/value = {payload.communicationItems[0].value}' }
//   match: { xref: tickets, source: match.key }   the id that the host keeps for a source, with conditions or alone
// Threads  constant after parse.
// Source   grammar of conditions: texts in quotes, where a backslash escapes a quote and a backslash, numbers bare,
//          timestamps in [ ], True and False (the guide C; the escape L).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/path.hpp"
#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

// `text` as a literal of a condition: "O'Neill \"Bob\"". invalid: control characters, which the grammar cannot hold.
Result<std::string> quoted_literal(std::string_view text);

class Match {
 public:
  // From the option's value. invalid: neither names nor templates, an unknown name, a template that cannot be read.
  static Result<Match> parse(const Catalog& catalog, leat::Node option, const Schema& schema);

  // The query of a look-up: ("conditions", "externalXRef = \"K-1\""). `record` is {path, query, payload, match}: what
  // only the look-up needs may stand in its `match`. `given`, here and below: the record before its names became ids, where
  // there were some; a value is looked for there first. invalid: a value is missing, so that it would find every record,
  // or it is no text, number or boolean.
  Result<std::vector<std::pair<std::string, std::string>>> query(leat::Node record, leat::Node given = {}) const;

  // Whether a record found has the same members to the letter: the server compares texts without their case. Always so
  // for templates.
  bool exact(leat::Node record, leat::Node found, leat::Node given = {}) const;

  // Whether the server is asked: only then it is known that a record is not there.
  bool asks() const { return !members_.empty() || !templates_.empty(); }
  // A look-up that finds nothing, to see whether the server takes the conditions; empty: only records can tell.
  std::vector<std::pair<std::string, std::string>> trial() const;
  // The source whose id the host may know in a set of cross-references; an empty set: not configured. invalid: the
  // record has no source.
  const std::string& xref_set() const { return xref_set_; }
  Result<std::string> xref_source(leat::Node record, leat::Node given = {}) const;

 private:
  struct Piece {
    std::string text;  // before the value
    Path path{};       // in the record; empty: only text
    std::string source{};
    enum class As : unsigned char { literal, in_quotes, in_brackets } as = As::literal;
    char quote = '\0';
  };
  struct Template {
    std::string parameter;
    std::vector<Piece> pieces{};
  };
  struct Member {
    std::string name;  // "company/id"
    Path path;         // payload.company.id
    ValueType type = ValueType::string;
    bool is_time = false;
  };

  Result<Done> add_member(const Catalog& catalog, std::string_view name, const Schema& schema);
  Result<Done> add_option(std::string_view name, std::string_view text);
  Result<Done> add_template(std::string_view parameter, std::string_view text);
  Result<std::string> member_condition(const Member& member, leat::Node record, leat::Node given) const;

  std::vector<Member> members_;
  std::vector<Template> templates_;
  std::string xref_set_;  // empty: not used
  Path xref_source_;
};

}  // namespace leat::connectwise
