#include "host/check/refusing_records.hpp"

#include <type_traits>

#include "host/base/call.hpp"
#include "host/record/record.hpp"

namespace leat::host::check {
namespace {

// The functions that may refuse.
#define REFUSABLE(x)                                                                                               \
  x(create) x(clone) x(json) x(set_json) x(set_attr) x(as_str) x(as_i64) x(as_f64) x(as_bool) x(as_number)         \
      x(node_json) x(put) x(push) x(erase) x(erase_at) x(set_null) x(set_bool) x(set_i64) x(set_f64) x(set_number) \
          x(set_str) x(set_array) x(set_object) x(set_node_json) x(copy)

enum class Name : std::uint8_t {
#define ENTRY(function) function,
  REFUSABLE(ENTRY)
#undef ENTRY
};
constexpr const char* kNames[] = {
#define ENTRY(function) #function,
    REFUSABLE(ENTRY)
#undef ENTRY
};

std::uint64_t refused_number = 0;
std::uint64_t calls = 0;
const char* refused_name = "";

bool refuses(Name name) {
  if (++calls != refused_number) return false;
  refused_name = kNames[static_cast<std::size_t>(name)];
  return true;
}

// What a refusal looks like in the function's own terms; a context, when it has one, says why.
template <class R, class First, class... Rest>
R refusal(First first, Rest... /*rest*/) {
  if constexpr (std::is_pointer_v<R>) {
    return nullptr;
  } else if constexpr (std::is_same_v<First, leat_ctx*>) {
    return first == nullptr ? LEAT_INVALID : first->fail(LEAT_INVALID, 0, "refused by the check");
  } else {
    static_cast<void>(first);
    return LEAT_INVALID;
  }
}

template <auto member, Name name>
struct Refusing;

template <class R, class... A, R (*leat_record_api::*member)(A...), Name name>
struct Refusing<member, name> {
  static R call(A... arguments) {
    if (refuses(name)) {
      if constexpr (sizeof...(A) == 0) {
        return nullptr;
      } else {
        return refusal<R>(arguments...);
      }
    }
    return (record_api().*member)(arguments...);
  }
};

}  // namespace

void refuse_call(std::uint64_t number) {
  refused_number = number;
  calls = 0;
  refused_name = "";
}

std::uint64_t refusable_calls() { return calls; }
const char* refused_function() { return refused_name; }

const leat_record_api& refusing_records() {
  static const leat_record_api table = [] {
    leat_record_api made = record_api();
#define ENTRY(function) made.function = &Refusing<&leat_record_api::function, Name::function>::call;
    REFUSABLE(ENTRY)
#undef ENTRY
    return made;
  }();
  return table;
}

}  // namespace leat::host::check
