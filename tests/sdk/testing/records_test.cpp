// The kit's records do what the host's do: the same cases run over both tables.
#include <leat/testing.hpp>

#include "record_contract.hpp"

namespace {

struct KitTable {
  static const leat_record_api& api() { return leat::testing::detail::record_api(); }
  class Call {
   public:
    leat_ctx* raw() { return leat::testing::detail::raw(&call_); }
    std::string message() const { return call_.message; }

   private:
    leat::testing::Clock clock_;
    leat::testing::detail::Call call_{clock_, "test"};
  };
};

}  // namespace

LEAT_RECORD_CONTRACT(KitTable)

TEST_CASE("a handle that is used after its life is noticed") {
  using leat::testing::detail::Problems;
  const leat_record_api& api = KitTable::api();
  struct Row {
    const char* name;
    void (*misuse)(leat_node* root);
  };
  static const auto key = [](const char* name) { return leat::test::text(name); };
  const Row rows[] = {
      {"of an erased member",
       [](leat_node* root) {
         leat_node* a = KitTable::api().get(root, key("a"));
         KitTable::api().erase(root, key("a"));
         KitTable::api().set_null(a);
       }},
      {"inside of what was set",
       [](leat_node* root) {
         leat_node* x = KitTable::api().get(KitTable::api().get(root, key("a")), key("x"));
         KitTable::api().set_null(KitTable::api().get(root, key("a")));
         leat_str out{};
         KitTable::api().as_str(x, &out);
       }},
      {"of an element whose array grew",
       [](leat_node* root) {
         leat_node* list = KitTable::api().get(root, key("b"));
         leat_node* first = KitTable::api().at(list, 0, nullptr);
         KitTable::api().push(list);
         KitTable::api().set_i64(first, 2);
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const leat::test::Held<KitTable> held(R"({"a":{"x":"y"},"b":[1]})");
    Problems::all().take();
    CHECK(api.get(held.root(), key("a")) != nullptr);
    row.misuse(held.root());
    CHECK(Problems::all().take().size() == 1);
  }
}
