// The matrix transformer in C++: see README.md.
#include <cstdint>
#include <leat/sdk.hpp>
#include <string>

namespace {

struct Edit {
  std::int64_t step = 1;

  static auto options() { return leat::options<Edit>().field("step", &Edit::step, "What the rank grows by."); }

  void process(leat::Batch& batch, leat::Context&) const {
    const std::size_t count = batch.size();
    for (std::size_t i = 0; i < count; ++i) {
      const auto record = batch.at(i);
      if (!record) continue;
      try {
        if ((*record)["spam"].boolean().value_or(false)) {
          batch.drop(i);
          continue;
        }
        edit(record->root());
        if ((*record)["split"].boolean().value_or(false)) batch.append(second_part(record->root()));
      } catch (const leat::Failure& failure) {
        batch.reject(i, failure.error());
      }
    }
  }

 private:
  void edit(leat::Node ticket) const {
    const auto company = ticket["company"]["name"].str();
    if (!company) throw leat::invalid("company.name: a string is expected");
    leat::Node origin = ticket.put("origin");
    origin.set_object();
    origin.set("company", *company);
    origin.set("number", std::int64_t{9007199254740993});

    leat::Node status = ticket["status"];
    std::string name(status["name"].str().value_or(""));
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    status.set("name", name);
    leat::Node rank = status["code"]["rank"];
    rank.set(rank.i64().value_or(0) + step);
    ticket["tags"].push().set("seen");
    ticket.erase("severity");
  }

  static leat::NewRecord second_part(leat::Node ticket) {
    leat::NewRecord part("{}");
    part.set("id", ticket["id"]);
    part.set("part", 2);
    return part;
  }
};

}  // namespace

LEAT_PLUGIN("matrix", "1.0.0", "", leat::transformer<Edit>("matrix", "Matrix", "Edits a ticket."));
