// Seeded tickets with their notes and time entries. A ticket is a function of its id: its text is put together on
// demand from pieces made at start, so that 100,000 of them need no memory and a page costs little more than copying
// it.
// Owner    the book outlives it.
// Threads  constant once made: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/connectwise/sandbox/collection.hpp"
#include "plugins/connectwise/sandbox/seed/book.hpp"

namespace leat::sandbox {

class TicketSeeds {
 public:
  TicketSeeds(const Book& book, Id count);

  // Of "/service/tickets", "/time/entries", and "/service/tickets/7/notes". Nothing for other paths.
  std::optional<Seeds> find(std::string_view path) const;
  // Greater than each id of the seeds.
  Id note_id_end() const { return (count_ + 1) * notes_per_ticket; }

  void write_ticket(Id id, std::string& out) const;
  void write_note(Id id, std::string& out) const;
  void write_time_entry(Id id, std::string& out) const;

 private:
  static constexpr Id notes_per_ticket = 10;  // room in the ids

  // What the pieces of one ticket are chosen by.
  struct Choice;
  Choice choose(Id id) const;

  struct Company {
    std::string ticket_part;  // company to country
    std::string reference;    // "company":{...}
    std::string agreement;    // "agreement":{...},"agreementType":"..."
  };
  struct Contact {
    std::string ticket_part;  // contact to contactEmailAddress
    std::string reference;
    std::string name;
  };
  struct Member {
    std::string reference;  // {...}
    std::string identifier;
  };

  Id count_;
  std::string url_;
  std::vector<Company> companies_;
  std::vector<Contact> contacts_;  // three for each company
  std::vector<Member> members_;
  std::vector<std::string> statuses_;  // "board":{...},"status":{...}: seven for each of two boards
  std::vector<std::string> status_names_;
  std::vector<std::vector<std::string>> types_;  // by board: "type":{...},"subType":{...},"item":{...},"team":{...}
  std::vector<std::string> priorities_;          // "priority":{...}
  std::vector<std::string> sources_;             // "source":{...}
  std::string work_;                             // "workRole":{...},"workType":{...}
  std::string place_;                            // "location":{...},"department":{...}
  std::string sla_;                              // "sla":{...}
  std::vector<std::string> custom_fields_;       // text before each value
};

}  // namespace leat::sandbox
