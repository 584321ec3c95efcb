#include "plugins/connectwise/sandbox/engine/associations.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "plugins/connectwise/sandbox/text.hpp"

namespace leat::sandbox {

namespace {

constexpr std::string_view rows_pattern = "/service/boards/{}/items/{}/associations";

using Triple = std::tuple<Id, Id, Id>;  // type, subtype, item or 0

bool lists(const Json& record, const char* member, Id id) {
  const auto found = record.find(member);
  return found != record.end() && found->is_array() && std::find(found->begin(), found->end(), id) != found->end();
}

Triple triple_of(const Json& row) {
  return {reference_id(row, "type"), reference_id(row, "subType"), reference_id(row, "item")};
}

// Keeps the ids that are still there; false: all are.
bool drop_others(Json& record, const char* member, const std::vector<Id>& there) {
  Json left = Json::array();
  for (const Json& id : record.value(member, Json::array())) {
    if (std::find(there.begin(), there.end(), id.get<Id>()) != there.end()) left.push_back(id);
  }
  if (left == record.value(member, Json::array())) return false;
  record[member] = std::move(left);
  return true;
}

// What "all" and "none" stand for; the flags are not kept.
void apply_flags(Json& record, const char* member, const char* add_all, const char* remove_all,
                 const std::vector<Id>& all) {
  if (is_flag(record, remove_all)) record[member] = Json::array();
  if (is_flag(record, add_all)) record[member] = all;
  record.erase(add_all);
  record.erase(remove_all);
}

}  // namespace

ListPlace Associations::list(const std::string& board, const char* name) const {
  return store_.place(std::string("/service/boards/{}/") + name, {board});
}

ListPlace Associations::rows_of(const std::string& board, Id item) const {
  return store_.place(std::string(rows_pattern), {board, std::to_string(item)});
}

std::vector<Id> Associations::ids(const ListPlace& place) {
  const Collection& collection = store_.open(place);
  std::vector<Id> all;
  for (auto id = collection.next(0); id; id = collection.next(*id)) all.push_back(*id);
  return all;
}

std::vector<Id> Associations::subtypes_of(const std::string& board, Id type) {
  const ListPlace subtypes = list(board, "subtypes");
  std::vector<Id> found;
  for (const Id id : ids(subtypes)) {
    if (lists(store_.read(subtypes, id), "typeAssociationIds", type)) found.push_back(id);
  }
  return found;
}

bool Associations::depend_on(const ListPlace& place) {
  constexpr std::string_view children = "/service/boards/{}/";
  if (place.pattern == rows_pattern) return true;
  if (place.pattern.compare(0, children.size(), children) != 0) return false;
  const std::string_view name = std::string_view(place.pattern).substr(children.size());
  return name == "types" || name == "subtypes" || name == "items";
}

// A type that is gone takes its associations with it.
void Associations::refresh_subtypes(const std::string& board) {
  const std::vector<Id> types = ids(list(board, "types"));
  const ListPlace subtypes = list(board, "subtypes");
  for (const Id id : ids(subtypes)) {
    Json subtype = store_.read(subtypes, id);
    if (drop_others(subtype, "typeAssociationIds", types)) store_.open(subtypes).put(id, to_text(subtype));
  }
}

// Each item has one row for each type, with subtypes of that type.
void Associations::refresh_rows(const std::string& board) {
  const std::vector<Id> types = ids(list(board, "types"));
  const ListPlace boards = store_.place("/service/boards", {});
  for (const Id item : ids(list(board, "items"))) {
    const ListPlace rows = rows_of(board, item);
    for (const Id row : ids(rows)) {
      if (std::find(types.begin(), types.end(), row) == types.end()) store_.open(rows).erase(row);
    }
    for (const Id type : types) {
      if (Json row = store_.read(rows, type); !row.is_null()) {
        if (drop_others(row, "subTypeAssociationIds", subtypes_of(board, type)))
          store_.open(rows).put(type, to_text(row));
        continue;
      }
      store_.open(rows).put(
          type, to_text({{"id", type},
                         {"subTypeAssociationIds", Json::array()},
                         {"addAllSubTypesFlag", false},
                         {"removeAllSubTypesFlag", false},
                         {"item", references_.refer("ServiceItemReference", list(board, "items"), item)},
                         {"board", references_.refer("BoardReference", boards, to_integer(board).value_or(0))}}));
    }
  }
}

void Associations::refresh_list(const std::string& board) {
  const ListPlace associations = list(board, "typesubtypeitemassociations");
  std::map<Triple, Id> known;
  for (const Id id : ids(associations)) known[triple_of(store_.read(associations, id))] = id;
  const ListPlace types = list(board, "types");
  const ListPlace subtypes = list(board, "subtypes");
  const ListPlace items = list(board, "items");
  const Json board_reference =
      references_.refer("BoardReference", store_.place("/service/boards", {}), to_integer(board).value_or(0));
  const auto keep = [&](Id type, Id subtype, Id item) {
    const auto old = known.find({type, subtype, item});
    Json row = {{"id", old != known.end() ? old->second : store_.next_id(associations)},
                {"type", references_.refer("ServiceTypeReference", types, type)},
                {"subType", references_.refer("ServiceSubTypeReference", subtypes, subtype)}};
    if (item != 0) row["item"] = references_.refer("ServiceItemReference", items, item);
    row["board"] = board_reference;
    // Names may have changed.
    store_.open(associations).put(id_at(row), to_text(row));
    if (old != known.end()) known.erase(old);
  };
  for (const Id type : ids(types)) {
    for (const Id subtype : subtypes_of(board, type)) {
      keep(type, subtype, 0);
      for (const Id item : ids(items)) {
        if (lists(store_.read(rows_of(board, item), type), "subTypeAssociationIds", subtype)) keep(type, subtype, item);
      }
    }
  }
  for (const auto& [triple, id] : known) store_.open(associations).erase(id);
}

void Associations::refresh(const std::string& board) {
  refresh_subtypes(board);
  refresh_rows(board);
  refresh_list(board);
}

void Associations::complete(Writing& writing) {
  const std::string& board = writing.place.arguments.front();
  Json& record = writing.record;
  if (writing.place.pattern == rows_pattern) {
    record["board"] = {{"id", to_integer(board).value_or(0)}};
    record["item"] = {{"id", to_integer(writing.place.arguments.back()).value_or(0)}};
    apply_flags(record, "subTypeAssociationIds", "addAllSubTypesFlag", "removeAllSubTypesFlag",
                subtypes_of(board, id_at(record)));
  } else if (writing.schema().name == "BoardSubType") {
    apply_flags(record, "typeAssociationIds", "addAllTypesFlag", "removeAllTypesFlag", ids(list(board, "types")));
  }
}

void Associations::verify(Writing& writing) {
  const std::string& board = writing.place.arguments.front();
  const bool of_item = writing.place.pattern == rows_pattern;
  if (!of_item && writing.schema().name != "BoardSubType") return;
  const char* member = of_item ? "subTypeAssociationIds" : "typeAssociationIds";
  const Id type = id_at(writing.record);
  const std::vector<Id> there = of_item ? subtypes_of(board, type) : ids(list(board, "types"));
  const std::string where =
      of_item ? " not found for Service Type " + std::to_string(type) : " not found for Service Board " + board;
  for (const Json& id : writing.record.value(member, Json::array())) {
    if (std::find(there.begin(), there.end(), id.get<Id>()) != there.end()) continue;
    writing.refuse("NotFound", (of_item ? "Service SubType " : "Service Type ") + to_text(id) + where, member);
  }
}

void Associations::verify_ticket(Writing& writing) {
  const Json& record = writing.record;
  const std::string board = std::to_string(reference_id(record, "board"));
  const auto [type, subtype, item] = triple_of(record);
  if (type == 0 || subtype == 0) return;
  // Worded as what is recorded for a status of another board; the live system's words are not known (U).
  const std::string of_type = " not found for Service Type " + std::to_string(type);
  const Json subtype_record = store_.read(list(board, "subtypes"), subtype);
  if (subtype_record.is_null()) return;  // told of as a reference
  if (!lists(subtype_record, "typeAssociationIds", type)) {
    writing.refuse("NotFound", "Service SubType " + std::to_string(subtype) + of_type, "subType/id");
    return;
  }
  const Json row = item == 0 ? Json() : store_.read(rows_of(board, item), type);
  if (row.is_null() || lists(row, "subTypeAssociationIds", subtype)) return;
  writing.refuse("NotFound",
                 "Service Item " + std::to_string(item) + of_type + " and Service SubType " + std::to_string(subtype),
                 "item/id");
}

}  // namespace leat::sandbox
