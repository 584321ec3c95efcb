// The operations on places of a record: remove, move, copy.
// Threads  parallel: configured once, constant afterwards.
// Errors   configure throws Failure (invalid) for a wrong path; a record in which a place cannot be made, or that lacks
// a
//          required source, is rejected.
#pragma once

#include <string>
#include <vector>

#include "leat/path.hpp"
#include "leat/record.hpp"
#include "leat/schema.hpp"

namespace leat::transform {

// Removes the values at `paths`; what is not there stays away.
class Remove {
 public:
  static constexpr bool parallel = true;
  static Options<Remove> options();
  void configure(Context& context);
  void operator()(Record record) const;
  void constants(Record known, Context& context) const;

  std::vector<std::string> paths;

 private:
  std::vector<Path> parsed_;
};

// Takes the value at `from` to `to`; a move removes it at `from`.
template <bool moves>
class Transfer {
 public:
  static constexpr bool parallel = true;
  static Options<Transfer> options();
  void configure(Context& context);
  void operator()(Record record) const;
  void constants(Record known, Context& context) const;

  std::string from;
  std::string to;
  bool required = false;

 private:
  Path from_;
  Path to_;
};

using Move = Transfer<true>;
using Copy = Transfer<false>;

extern template class Transfer<true>;
extern template class Transfer<false>;

}  // namespace leat::transform
