// Every function of "leat.record/1", called as a plugin calls it.
#include <doctest/doctest.h>

#include <new>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "host/base/call.hpp"
#include "host/base/thunk.hpp"
#include "host/record/record.hpp"
#include "record_contract.hpp"

namespace {

struct HostTable {
  static const leat_record_api& api() { return leat::host::record_api(); }
  class Call {
   public:
    leat_ctx* raw() { return &ctx_; }
    std::string message() const { return ctx_.last().message; }

   private:
    leat::host::SystemClock clock_;
    leat_ctx ctx_{clock_, std::stop_token(), "test"};
  };
};

}  // namespace

LEAT_RECORD_CONTRACT(HostTable)

TEST_CASE("no exception leaves the table") {
  leat::host::SystemClock clock;
  leat_ctx ctx(clock, std::stop_token(), "test");
  CHECK(leat::host::thunk(&ctx, []() -> leat_kind { throw std::bad_alloc(); }) == LEAT_BROKEN);
  CHECK(ctx.failure(LEAT_BROKEN).message == "the host is out of memory");
  CHECK(leat::host::thunk(&ctx, []() -> leat_kind { throw std::runtime_error("why"); }) == LEAT_BROKEN);
  CHECK(ctx.failure(LEAT_BROKEN).message == "why");
  CHECK(leat::host::thunk(&ctx, []() -> leat_kind { throw 7; }) == LEAT_BROKEN);
  CHECK(leat::host::thunk(nullptr, []() -> leat_kind { throw 7; }) == LEAT_BROKEN);
  CHECK(leat::host::thunk_or_null([]() -> leat_rec* { throw std::bad_alloc(); }) == nullptr);
}
