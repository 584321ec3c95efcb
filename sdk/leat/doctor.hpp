// What a component found when it looked whether the far side is ready for it:
// `void doctor(Record known, Findings&, Context&)`. See leat_component.doctor in abi.h.
// Lifetime  the call.
// Threads   the thread of the call.
#pragma once

#include <string_view>

#include "leat/record.hpp"

namespace leat __attribute__((visibility("hidden"))) {

  class Findings {
   public:
    explicit Findings(Record out) : out_(out) { out_.root().set_array(); }

    // check: one word or two for what was looked at ("permission"). advice: what a person does about it.
    void ok(std::string_view check, std::string_view message) { add("ok", check, message, {}); }
    void warning(std::string_view check, std::string_view message, std::string_view advice = {}) {
      add("warning", check, message, advice);
    }
    void error(std::string_view check, std::string_view message, std::string_view advice = {}) {
      add("error", check, message, advice);
    }

   private:
    void add(std::string_view status, std::string_view check, std::string_view message, std::string_view advice) {
      Node finding = out_.root().push();
      finding.set_object();
      finding.put("check").set(check);
      finding.put("status").set(status);
      finding.put("message").set(message);
      if (!advice.empty()) finding.put("advice").set(advice);
    }
    Record out_;
  };

}  // namespace leat
