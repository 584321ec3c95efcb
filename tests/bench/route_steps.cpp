// The transformers of route_bench: "edit" changes a ticket as a step of a route would, "pass" does nothing.
#include <cstddef>
#include <leat/sdk.hpp>
#include <string>

namespace {

struct Edit {
  std::size_t step = 0;  // of the route, 0 to 4

  static auto options() { return leat::options<Edit>().field("step", &Edit::step, "Its place.", leat::range(0, 4)); }

  void operator()(leat::Record record) const {
    constexpr const char* removed[] = {"severity", "impact", "billTime", "billExpenses", "billProducts"};
    constexpr const char* added[] = {"step0", "step1", "step2", "step3", "step4"};
    leat::Node ticket = record.root();
    leat::Node company = ticket["company"];
    const auto name = company["name"].str();
    if (!name) throw leat::invalid("company.name is missing");
    std::string upper(*name);
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    company.set("name", upper);
    company["id"].set(company["id"].i64().value_or(0) + 1);
    ticket["customFields"][step]["value"].set("changed");
    ticket.set(added[step], "done");
    ticket.erase(removed[step]);
  }
};

struct Pass {
  void process(leat::Batch&, leat::Context&) const {}
};

struct Look {
  void operator()(leat::Record) const {}
};

}  // namespace

LEAT_PLUGIN("leat.bench", "1.0.0", "Leat", leat::transformer<Edit>("edit", "Edit", "Changes a ticket."),
            leat::transformer<Pass>("pass", "Pass", "Leaves a batch alone."),
            leat::transformer<Look>("look", "Look", "Visits each record and leaves it alone."));
