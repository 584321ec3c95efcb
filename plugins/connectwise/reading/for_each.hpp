// Children of many parents: for each record of one source the list, object or file of another, with values of the parent
// in its path. Several parents' children are asked for at the same time; their order stays that of the parents.
// A parent that is gone (404) is passed by and counted. A child record gets the path values of its parent in a member.
// State    JSON: {"parents": where the reader of the parents stood before the page that is worked on,
//                 "done": id of the last parent of it whose children were all given on, or "skip": how many of it, where
//                 parents do not come by id, "child": {"of": path values of the next one, "paging": where its list
//                 goes on}, "request": {path, query} of the children, if transformers shaped it}
// Memory   a page of parents, one that is on its way, and a page of children for each request in flight.
// Threads  one call at a time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "leat/component.hpp"
#include "plugins/connectwise/reading/list_reader.hpp"
#include "plugins/connectwise/reading/source.hpp"
#include "plugins/connectwise/reading/track.hpp"

namespace leat::connectwise {

// A value inside a record: "id", "company/id".
Node value_at(const Record& record, std::string_view path);

struct ForEachSetup {
  std::map<std::string, std::string> path;  // path parameter of the children -> where its value is in the parent
  std::string member = "parent";            // of the child record; empty: none
};

class ForEach {
 public:
  // Sources, client and transformers outlive it.
  ForEach(const Source& parents, const Source& children, const leat::Client& client, const Chain& no_transformers,
          const Chain& child_transformers, std::optional<IncrementalSetup> incremental, ForEachSetup setup);

  void open(const nlohmann::json& state);
  // Appends children, about as many as asked for; true: those were the last ones.
  Result<bool> poll(Batch& out, const Poll& poll, Context& context);
  nlohmann::json state() const;
  void close();

 private:
  struct Parent {
    std::shared_ptr<const nlohmann::json> page;  // the parents' state before its page
    std::optional<std::int64_t> id;              // where parents come in the order of their ids
    std::size_t index = 0;                       // on its page
    nlohmann::json path;
  };
  struct Family {
    Parent parent;
    Track children;
    bool begun = false;  // some of its children were given on
  };

  Result<Done> read_parents(Context& context);
  Result<bool> open_families(Context& context);
  Result<Done> add_family(Parent parent, Context& context);
  bool was_done(const Parent& parent) const;
  Result<std::size_t> next(Batch& out, Context& context);
  void mark(Batch& out, std::size_t begin, const nlohmann::json& path) const;
  void ask_ahead(Context& context);

  const Source& children_;
  const leat::Client& client_;
  const Chain& child_transformers_;
  ForEachSetup setup_;
  ListReader parents_;

  std::string child_input_;  // {path, query} of the children, without the parent's values
  nlohmann::json resume_;    // "done", "skip" and "child" of the state it was opened with, until they are used
  bool parents_ended_ = false;
  std::deque<Parent> waiting_;
  std::deque<Family> open_;
  std::optional<Parent> last_done_;
};

}  // namespace leat::connectwise
