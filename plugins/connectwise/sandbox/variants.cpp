#include "plugins/connectwise/sandbox/variants.hpp"

namespace leat::sandbox {

namespace {

constexpr std::array<VariantRow, point_count> rows = {{
    {"missing-client-id", {"401", "403", "400"}, "status when the clientId header is missing"},
    {"wrong-keys",
     {"401", "nested", "404"},
     "answer to wrong keys; nested: code ConnectWiseApi around UserNotAuthenticated"},
    {"wrong-company", {"400", "404", ""}, "status for another login company; 400 is the plain text 'Cannot route'"},
    {"unknown-company", {"null", "404", ""}, "companyinfo of an unknown company; null: 200 with the body null"},
    {"system-info", {"closed", "open", ""}, "whether GET /system/info needs keys"},
    {"past-end", {"empty", "404", ""}, "a page after the last one; empty: 200 with []"},
    {"page-size", {"capped", "400", ""}, "a pageSize above 1000"},
    {"unknown-member", {"400", "500", ""}, "status for a body member that the entity does not have"},
    {"unknown-field", {"dropped", "400", ""}, "a name in `fields` that the entity does not have"},
    {"patch-reference", {"works", "ignored", ""}, "PATCH of status/id and the like; ignored: 200 without effect"},
    {"accept-version", {"400", "404", ""}, "status for an Accept header with an unsupported version"},
    {"location", {"same", "http", ""}, "scheme of the Location header on 201; same: as the request"},
    {"forward-end",
     {"empty", "no-link", ""},
     "the last page of forward-only paging; empty: a Link header without value"},
    {"order", {"id", "shuffled", ""}, "order of a list without orderBy"},
    {"error-text", {"pretty", "compact", ""}, "layout of error bodies; pretty: indented, CRLF"},
    {"host-prefix",
     {"optional", "required", ""},
     "a host without api- in front; required: 403 Security 'SSL is required.'"},
    {"null-members", {"omitted", "sent", ""}, "members without a value; sent: as null, as until 2017"},
    {"stale-codebase",
     {"404", "400", ""},
     "a codebase that was replaced; 404: a web page, 400: the plain text 'Cannot route'"},
    {"key-url", {"open", "closed", ""}, "whether the signing key of callbacks is given without keys and clientId"},
    {"callback-match",
     {"object", "url", ""},
     "when a second callback entry is ObjectExists: same type, level and objectId; url: and the same url"},
    {"callback-url",
     {"loopback", "https", ""},
     "urls of callbacks; loopback: https, and http to this machine; https: only that"},
    {"long-url", {"414", "400", ""}, "status of the web page for a URL over --url-max"},
    {"patch-custom-fields",
     {"optional", "required", ""},
     "a PATCH without a customFields operation where the record has such; required: 400"},
}};

std::string listed(const VariantRow& row) {
  std::string text;
  for (const std::string_view choice : row.choices) {
    if (!choice.empty()) text += (text.empty() ? "" : ", ") + std::string(choice);
  }
  return text;
}

}  // namespace

std::span<const VariantRow, point_count> variant_rows() { return rows; }

std::string variant_help() {
  std::string text;
  for (const VariantRow& row : rows)
    text += "\n  " + std::string(row.name) + "=" + listed(row) + ": " + std::string(row.help);
  return text;
}

std::string_view Variants::operator[](Point point) const {
  const auto index = static_cast<std::size_t>(point);
  return rows[index].choices[chosen_[index]];
}

Result<Done> Variants::set(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  std::string names;
  for (std::size_t i = 0; i < point_count; ++i) {
    names += (names.empty() ? "" : ", ") + std::string(rows[i].name);
    if (rows[i].name != name) continue;
    for (std::size_t k = 0; k < rows[i].choices.size(); ++k) {
      const bool same = equals != std::string_view::npos && text.substr(equals + 1) == rows[i].choices[k];
      if (!same || rows[i].choices[k].empty()) continue;
      chosen_[i] = static_cast<std::uint8_t>(k);
      return Done{};
    }
    return Error{ErrorKind::invalid, std::string(name) + " takes one of " + listed(rows[i])};
  }
  return Error{ErrorKind::invalid, "no variant '" + std::string(name) + "'; there are " + names};
}

}  // namespace leat::sandbox
