// The children of a container: found in its text on first use, looked up by name, added and removed.
#include <algorithm>
#include <cstring>
#include <new>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "host/record/children.hpp"
#include "host/record/member.hpp"
#include "host/record/record.hpp"
#include "host/record/text.hpp"

namespace leat::host {
namespace {

// Up to here comparing all hashes is cheaper than keeping a table.
constexpr std::uint32_t linear_max = 64;

__extension__ using Wide = unsigned __int128;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class T>
std::uint64_t load(const char* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

// Seeded per process, so that nobody can send names that were chosen to collide.
std::uint32_t hash_of(std::string_view key) {
  static const std::uint64_t seed = [] {
    std::random_device random;
    return static_cast<std::uint64_t>(random()) << 32 | random();
  }();
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;
  const char* p = key.data();
  std::size_t left = key.size();
  std::uint64_t hash = seed ^ left;
  for (; left > 8; left -= 8, p += 8) hash = mix(hash ^ load<std::uint64_t>(p), odd ^ seed);
  std::uint64_t last = 0;
  if (left >= 4) {
    last = load<std::uint32_t>(p) << 32 | load<std::uint32_t>(p + left - 4);
  } else if (left > 0) {
    last = load<std::uint8_t>(p) << 16 | load<std::uint8_t>(p + left / 2) << 8 | load<std::uint8_t>(p + left - 1);
  }
  return static_cast<std::uint32_t>(mix(hash ^ last, odd));
}

// A table has at least twice as many slots as there are members. A slot holds an index + 1; 0 is free.
std::uint32_t slots_for(std::uint32_t members) { return std::bit_ceil(members * 2 + 1); }

using Member = leat_node::Member;

bool same_name(const Member& member, std::string_view key, std::uint32_t hash) {
  return member.hash == hash && member.name() == key;
}

// Of members with one name the last one stays.
void drop_duplicates(std::vector<Member>& members) {
  static thread_local std::vector<std::uint32_t> slots;
  const auto count = static_cast<std::uint32_t>(members.size());
  const std::uint32_t mask = slots_for(count) - 1;
  slots.assign(mask + 1, 0);
  bool any = false;
  for (std::uint32_t i = count; i-- > 0;) {
    Member& member = members[i];
    std::uint32_t slot = member.hash & mask;
    for (; slots[slot] != 0; slot = (slot + 1) & mask) {
      if (!same_name(members[slots[slot] - 1], member.name(), member.hash)) continue;
      member.key = nullptr;
      any = true;
      break;
    }
    if (slots[slot] == 0) slots[slot] = i + 1;
  }
  if (any) std::erase_if(members, [](const Member& member) { return member.key == nullptr; });
  if (slots.size() > 1U << 16) slots = {};  // one huge object is no reason to hold its memory for ever
}

}  // namespace
}  // namespace leat::host

using leat::host::drop_duplicates;

static_assert(std::is_trivially_destructible_v<leat_node> && std::is_trivially_copyable_v<leat_node::Member>,
              "the arena frees without destroying");

void leat_node::index() {
  if (indexed_ || !is_container()) return;
  static thread_local std::vector<std::uint32_t> commas;
  static thread_local std::vector<Member> found;
  found.clear();
  const std::size_t separators = leat::host::find_commas({text_, text_size_}, commas);
  const char* const end = text_ + text_size_ - 1;
  const char* p = text_ + 1;
  for (std::size_t i = 0; p < end; ++i) {
    const char* const behind = i < separators ? text_ + commas[i] : end;
    Member& member = found.emplace_back();
    member.raw = p;
    if (type_ == LEAT_OBJECT) {
      bool escaped = false;
      const char* const colon = leat::host::skip_string(p, escaped);
      std::string_view name(p + 1, static_cast<std::size_t>(colon - p - 2));
      if (escaped) {
        char* const plain = record_->allocate(name.size());
        name = {plain, leat::host::unescape(name, plain)};
      }
      member.key = name.data();
      member.key_size = static_cast<std::uint32_t>(name.size());
      member.hash = leat::host::hash_of(name);
      member.value_at = static_cast<std::uint32_t>(colon + 1 - p);
    }
    member.value_size = static_cast<std::uint32_t>(behind - p) - member.value_at;
    p = behind + 1;
  }
  if (type_ == LEAT_OBJECT && found.size() > 1) drop_duplicates(found);
  if (!found.empty()) {
    members_ = static_cast<Member*>(record_->arena_.allocate(found.size() * sizeof(Member), alignof(Member)));
    std::memcpy(members_, found.data(), found.size() * sizeof(Member));
  }
  count_ = capacity_ = static_cast<std::uint32_t>(found.size());
  indexed_ = true;
  if (found.size() > 1U << 14) {  // one huge container is no reason to hold its memory for ever
    found = {};
    commas = {};
  }
}

leat_node::Member* leat_node::find(std::string_view key) {
  index();
  const std::uint32_t hash = leat::host::hash_of(key);
  if (count_ <= leat::host::linear_max) {
    for (Member* member = members_; member != members_ + count_; ++member) {
      if (leat::host::same_name(*member, key, hash)) return member;
    }
    return nullptr;
  }
  if (!slotted_) fill_slots();
  for (std::uint32_t slot = hash & slot_mask_; slots_[slot] != 0; slot = (slot + 1) & slot_mask_) {
    Member& member = members_[slots_[slot] - 1];
    if (leat::host::same_name(member, key, hash)) return &member;
  }
  return nullptr;
}

void leat_node::fill_slots() {
  const std::uint32_t wanted = leat::host::slots_for(count_);
  if (slots_ == nullptr || wanted > slot_mask_ + 1) {
    // Room to grow: a table is made anew only when the members have doubled.
    slots_ = static_cast<std::uint32_t*>(
        record_->arena_.allocate(wanted * 2 * sizeof(std::uint32_t), alignof(std::uint32_t)));
    slot_mask_ = wanted * 2 - 1;
  }
  std::memset(slots_, 0, (std::size_t{slot_mask_} + 1) * sizeof(std::uint32_t));
  for (std::uint32_t i = 0; i < count_; ++i) take_slot(i);
  slotted_ = true;
}

void leat_node::take_slot(std::uint32_t i) {
  std::uint32_t slot = members_[i].hash & slot_mask_;
  while (slots_[slot] != 0) slot = (slot + 1) & slot_mask_;
  slots_[slot] = i + 1;
}

leat_node* leat_node::child(Member& member) {
  if (member.node == nullptr) {
    member.node = record_->make_node(*this);
    member.node->set_text({member.raw + member.value_at, member.value_size});
  }
  return member.node;
}

leat_node* leat_node::add(std::string_view key) {
  Member member;
  if (type_ == LEAT_OBJECT) {
    const std::string_view kept = record_->keep(key);
    member.key = kept.data();
    member.key_size = static_cast<std::uint32_t>(kept.size());
    member.hash = leat::host::hash_of(kept);
  }
  member.node = record_->make_node(*this);
  member.node->set_text("null");
  member.node->touched_ = true;
  if (count_ == capacity_) {
    const std::uint32_t more = std::max<std::uint32_t>(4, capacity_ * 2);
    auto* const moved = static_cast<Member*>(record_->arena_.allocate(more * sizeof(Member), alignof(Member)));
    if (count_ != 0) std::memcpy(moved, members_, count_ * sizeof(Member));
    members_ = moved;
    capacity_ = more;
  }
  members_[count_++] = member;
  if (slotted_ && leat::host::slots_for(count_) <= slot_mask_ + 1) {
    take_slot(count_ - 1);
  } else {
    slotted_ = false;
  }
  mark_stale();
  return member.node;
}

void leat_node::remove(Member* member) {
  std::move(member + 1, members_ + count_, member);
  --count_;
  slotted_ = false;
  mark_stale();
}
