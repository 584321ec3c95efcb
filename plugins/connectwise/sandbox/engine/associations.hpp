// Which subtypes a service board offers for a type, and which items for both.
// Kept in the subtypes (typeAssociationIds) and, for each item and type, in items/{id}/associations (subTypeAssociationIds);
// typeSubTypeItemAssociations is the list of what follows from them.
// Threads  as the store.
// Source   members: document C. A subtype is associated by a PATCH of typeAssociationIds, and a row without an item stands for
//          type and subtype: clients L. That the id of an item's association is the type's: U.
#pragma once

#include <string>

#include "plugins/connectwise/sandbox/engine/rules.hpp"

namespace leat::sandbox {

class Associations {
 public:
  explicit Associations(Store& store) : store_(store), references_(store) {}

  // Whether a change in the list changes what is associated.
  static bool depend_on(const ListPlace& place);
  // Makes the dependent lists of a board agree with what was changed.
  void refresh(const std::string& board);

  // Members that the path gives, and what "all" stands for.
  void complete(Writing& writing);
  // Ids that are not there.
  void verify(Writing& writing);
  // A ticket's subtype and item are among those of its type; references are resolved.
  void verify_ticket(Writing& writing);

 private:
  ListPlace list(const std::string& board, const char* name) const;
  ListPlace rows_of(const std::string& board, Id item) const;
  std::vector<Id> ids(const ListPlace& place);
  // The subtypes that are associated with the type.
  std::vector<Id> subtypes_of(const std::string& board, Id type);
  void refresh_subtypes(const std::string& board);
  void refresh_rows(const std::string& board);
  void refresh_list(const std::string& board);

  Store& store_;
  References references_;
};

}  // namespace leat::sandbox
