// Records of other lists, for names that lead through a reference into what it refers to: contact/company/id.
// Owner    the records behind it outlive what uses it.
// Threads  as the records.
// Source   references over several levels: guide C.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::sandbox {

class Lookup {
 public:
  virtual ~Lookup() = default;
  // What references of a schema ("CompanyReference") point to; nullptr: not known.
  virtual const connectwise::Schema* target(std::string_view reference) const = 0;
  // Appends the record's text. False: it is not there.
  virtual bool read(std::string_view reference, std::int64_t id, std::string& out) const = 0;
};

}  // namespace leat::sandbox
