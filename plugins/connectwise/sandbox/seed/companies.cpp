// Companies with their sites and contacts.
#include <array>

#include "plugins/connectwise/sandbox/engine/custom_fields.hpp"
#include "plugins/connectwise/sandbox/seed/book.hpp"
#include "plugins/connectwise/sandbox/seed/mix.hpp"

namespace leat::sandbox {

namespace {

constexpr Id company_count = 40;
constexpr std::array<const char*, 20> first_words = {
    "North", "Harbor",  "Cedar", "Summit", "River",  "Granite", "Lakeside", "Bright",  "Copper", "Silver",
    "Union", "Pioneer", "Maple", "Falcon", "Orchid", "Delta",   "Beacon",   "Prairie", "Atlas",  "Quartz"};
constexpr std::array<const char*, 8> second_words = {"Dental",      "Logistics", "Legal",  "Foods",
                                                     "Engineering", "Pharmacy",  "Motors", "Textiles"};
constexpr std::array<const char*, 12> given_names = {"Ina",      "Omar",  "Lena", "Carl",      "Priya", "Hugo",
                                                     "Zo\u00eb", "Tariq", "Emma", "Jos\u00e9", "Mei",   "Ruth"};
constexpr std::array<const char*, 12> family_names = {"Frost", "Haddad",      "M\u00fcller", "Novak",
                                                      "Shah",  "Lopez",       "O'Neil",      "Okafor",
                                                      "Berg",  "Garc\u00eda", "Tan",         "Weiss"};
constexpr std::array<const char*, 4> cities = {"Tampa", "Orlando", "Miami", "Jacksonville"};

template <std::size_t count>
const char* pick(const std::array<const char*, count>& words, std::uint64_t number) {
  return words[number % count];
}

Json communication(const Book& book, Id id, Id contact, const char* kind, Id type, const std::string& value) {
  return {{"id", id},
          {"contactId", contact},
          {"type", book.refer("CommunicationTypeReference", type)},
          {"value", value},
          {"defaultFlag", true},
          {"mobileGuid", guid(static_cast<std::uint64_t>(id) + 700'000)},
          {"communicationType", kind}};
}

// As the contact itself shows an item: without the members that tie it to the contact.
Json within(Json item) {
  item.erase("contactId");
  item.erase("mobileGuid");
  return item;
}

void add_site(Book& book, Id company, const std::string& path, const char* name, bool primary) {
  const std::uint64_t seed = mix(static_cast<std::uint64_t>(company) * 2 + (primary ? 1 : 0));
  book.add(path + "/sites",
           {{"name", name},
            {"addressLine1", std::to_string(100 + seed % 800) + " Bay Street"},
            {"city", pick(cities, seed / 7)},
            {"stateReference", {{"id", 9}, {"identifier", "FL"}, {"name", "Florida"}}},
            {"zip", std::to_string(33'000 + seed % 900)},
            {"country", book.refer("CountryReference", 1)},
            {"phoneNumber", "813555" + std::to_string(1000 + seed % 9000)},
            {"primaryAddressFlag", primary},
            {"defaultShippingFlag", primary},
            {"defaultBillingFlag", primary},
            {"defaultMailingFlag", primary},
            {"inactiveFlag", false},
            {"billSeparateFlag", false},
            {"mobileGuid", guid(seed)},
            {"customFields", Json::array()}},
           company * 2 - 1);
}

void add_contact(Book& book, Id company, const Json& company_reference, const std::string& domain, Id number) {
  const std::uint64_t seed = mix(static_cast<std::uint64_t>(number) + 5000);
  const std::string first = pick(given_names, static_cast<std::uint64_t>(number) * 5 + seed % 3);
  const std::string last = pick(family_names, seed / 16);
  const std::string mail = "contact" + std::to_string(number) + "@" + domain;
  const std::string phone = "813555" + std::to_string(1000 + seed % 9000);
  const std::string sites = "/company/companies/" + std::to_string(company) + "/sites";
  Json fields = empty_custom_fields("Contact");
  fields[0]["value"] = seed % 3 == 0 ? "German" : "English";
  fields[1]["value"] = seed % 10 == 0;
  const Json mail_item = communication(book, number * 2 - 1, number, "Email", 1, mail);
  const Json phone_item = communication(book, number * 2, number, "Phone", 2, phone);
  book.add("/company/contacts",
           {{"firstName", first},
            {"lastName", last},
            {"company", company_reference},
            {"site", book.refer("SiteReference", company * 2 - 1, sites)},
            {"relationship", {{"_info", Json::object()}}},
            {"inactiveFlag", false},
            {"title", seed % 4 == 0 ? "Owner" : "Office Manager"},
            {"marriedFlag", false},
            {"childrenFlag", false},
            {"disablePortalLoginFlag", true},
            {"unsubscribeFlag", false},
            {"mobileGuid", guid(seed)},
            {"defaultPhoneType", "Phone"},
            {"defaultPhoneNbr", phone},
            {"defaultBillingFlag", number % 3 == 1},
            {"defaultFlag", number % 3 == 1},
            {"companyLocation", book.refer("SystemLocationReference", 1)},
            {"communicationItems", Json::array({within(mail_item), within(phone_item)})},
            {"types", Json::array({book.refer("ContactTypeReference", static_cast<Id>(1 + seed % 3))})},
            {"integratorTags", Json::array()},
            {"customFields", fields}});
  const std::string path = "/company/contacts/" + std::to_string(number) + "/communications";
  for (const Json& item : {mail_item, phone_item}) book.add(path, item, number * 2 - 1);
}

}  // namespace

void seed_companies(Book& book) {
  for (Id id = 1; id <= company_count; ++id) {
    const std::uint64_t seed = mix(static_cast<std::uint64_t>(id));
    const auto index = static_cast<std::uint64_t>(id - 1);
    const std::string first = id == 1 ? "Sandbox" : pick(first_words, index);
    const std::string second = id == 1 ? "MSP" : pick(second_words, index / 20 * 3 + index);
    const std::string identifier = first + second;
    const std::string domain = "company" + std::to_string(id) + ".example";
    const std::string path = "/company/companies/" + std::to_string(id);
    add_site(book, id, path, "Main", true);
    add_site(book, id, path, "Warehouse", false);
    const Json& site = book.record(path + "/sites", id * 2 - 1);
    Json fields = empty_custom_fields("Company");
    fields[0]["value"] = seed % 3 == 0 ? "Gold" : seed % 3 == 1 ? "Silver" : "Bronze";
    fields[1]["value"] = seed % 2 == 0;
    fields[2]["value"] = 5 + seed % 200;
    // The contacts come after their company and point back at it.
    const Id contact = (id - 1) * 3 + 1;
    book.add("/company/companies", {{"identifier", identifier},
                                    {"name", first + " " + second},
                                    {"status", book.refer("CompanyStatusReference", id % 13 == 0 ? 2 : 1)},
                                    {"addressLine1", site["addressLine1"]},
                                    {"city", site["city"]},
                                    {"state", "FL"},
                                    {"zip", site["zip"]},
                                    {"country", book.refer("CountryReference", 1)},
                                    {"phoneNumber", site["phoneNumber"]},
                                    {"website", "https://www." + domain},
                                    {"territory", book.refer("SystemLocationReference", 1)},
                                    {"accountNumber", std::to_string(10'000 + id)},
                                    {"dateAcquired", to_timestamp(seed_time)},
                                    {"annualRevenue", static_cast<double>(100'000 + seed % 900'000)},
                                    {"numberOfEmployees", 5 + seed % 200},
                                    {"yearEstablished", 1970 + seed % 50},
                                    {"leadFlag", false},
                                    {"unsubscribeFlag", false},
                                    {"deletedFlag", false},
                                    {"mobileGuid", guid(seed)},
                                    {"currency", book.refer("CurrencyReference", 1)},
                                    {"territoryManager", book.refer("MemberReference", 7)},
                                    {"isVendorFlag", false},
                                    {"types", Json::array({book.refer("CompanyTypeReference", id == 1 ? 4 : 1)})},
                                    {"site", book.refer("SiteReference", id * 2 - 1, path + "/sites")},
                                    {"integratorTags", Json::array()},
                                    {"customFields", fields}});
    const Json reference = book.refer("CompanyReference", id);
    for (Id i = 0; i < 3; ++i) add_contact(book, id, reference, domain, contact + i);
  }
}

}  // namespace leat::sandbox
