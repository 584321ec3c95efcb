// Tickets for benchmarks: the shape and size (about 3 KB) of a service ticket as a PSA sends it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace leat::bench {

inline nlohmann::ordered_json reference(int id, const std::string& name) {
  return {{"id", id},
          {"name", name},
          {"_info", {{"self_href", "https://psa.example/v4_6_release/apis/3.0/entities/" + std::to_string(id)}}}};
}

inline nlohmann::ordered_json ticket(int i) {
  using Json = nlohmann::ordered_json;
  Json fields = Json::array();
  for (int k = 0; k < 8; ++k) {
    fields.push_back({{"id", k},
                      {"caption", "Field " + std::to_string(k)},
                      {"type", "Text"},
                      {"entryMethod", "EntryField"},
                      {"numberOfDecimals", 0},
                      {"value", "value " + std::to_string(i * k)}});
  }
  Json ticket = {{"id", i},
                 {"summary", "Printer " + std::to_string(i) + " on the second floor does not print"},
                 {"recordType", "ServiceTicket"}};
  for (const char* member : {"board", "status", "workRole", "workType", "company", "site", "contact", "type", "subType",
                             "team", "priority", "serviceLocation", "source", "sla", "currency"}) {
    ticket[member] = reference(i % 97 + 1, std::string("A ") + member);
  }
  for (const char* member : {"siteName", "addressLine1", "city", "stateIdentifier", "zip", "contactName", "severity",
                             "impact", "billTime", "billExpenses", "billProducts", "slaStatus"}) {
    ticket[member] = std::string("some ") + member;
  }
  for (const char* member : {"allowAllClientsPortalView", "customerUpdatedFlag", "automaticEmailContactFlag",
                             "automaticEmailResourceFlag", "closedFlag", "approved", "isInSla", "hasChildTicket"}) {
    ticket[member] = i % 2 == 0;
  }
  for (const char* member : {"actualHours", "estimatedExpenseCost", "estimatedTimeCost"}) ticket[member] = i / 4.0;
  ticket["initialDescription"] = "She said \"PC LOAD LETTER\".\nPlease help: caf\xC3\xA9, room " + std::to_string(i);
  ticket["customFields"] = std::move(fields);
  ticket["_info"] = {{"lastUpdated", "2024-06-03T18:11:22Z"}, {"updatedBy", "integrator"}};
  return ticket;
}

}  // namespace leat::bench
