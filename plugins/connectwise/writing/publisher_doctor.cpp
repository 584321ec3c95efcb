#include <algorithm>
#include <filesystem>
#include <system_error>

#include "plugins/connectwise/exchange.hpp"
#include "plugins/connectwise/own_rights.hpp"
#include "plugins/connectwise/payload.hpp"
#include "plugins/connectwise/request.hpp"
#include "plugins/connectwise/text.hpp"
#include "plugins/connectwise/writing/custom_fields.hpp"
#include "plugins/connectwise/writing/options.hpp"
#include "plugins/connectwise/writing/publisher.hpp"

namespace leat::connectwise {
namespace {

void report(const Error& error, std::string_view check, Findings& out) {
  const bool role = error.kind == ErrorKind::denied;
  out.error(check, error.message,
            role ? "give the API member's security role the right Inquire for it, at level All" : "");
}

// By the rights that the API member may read of itself. Writing cannot be tried, so without them the need is told.
void check_permission(const Operation& operation, const leat::Client& client, Findings& out, Context& context) {
  const NeededRight right = needed_right(operation);
  // What one adds is one's own.
  const std::string_view enough = right.level == "Add" ? "My or All" : "All";
  const std::string need = name_of(operation) + " needs " + to_string(right) + " at level " + std::string(enough) +
                           " in the API member's security role";
  const std::string level = own_level(right, client, context);
  const std::string has = need + ", which has " + level;
  if (level == "None") {
    out.error("permission", has, "allow it in System > Security Roles");
  } else if (level == "My" && right.level != "Add") {
    out.warning("permission", has + ": records of others are refused", "allow All in System > Security Roles");
  } else if (level.empty()) {
    out.ok("permission", need + "; whether it has it shows with the first record");
  } else {
    out.ok("permission", has);
  }
}

// Enums grow, so an unknown value is a warning.
void check_choices(const Schema& schema, leat::Node payload, Findings& out) {
  for (const auto item : payload) {
    const Field* field = schema.find(item.key);
    const auto text = item.value.str();
    if (!field || !text || field->type->choices.empty()) continue;
    const auto& choices = field->type->choices;
    if (std::ranges::any_of(choices, [&](std::string_view choice) { return same_letters(choice, *text); })) continue;
    std::string all;
    for (const std::string_view choice : choices) all += (all.empty() ? "" : ", ") + std::string(choice);
    out.warning("constant", "payload." + std::string(item.key) + ": \"" + std::string(*text) + "\" is none of " + all,
                "correct it, unless the server is newer than the API reference of this plugin");
  }
}

}  // namespace

void Publisher::doctor(Record known, Findings& out, Context& context) {
  const Catalog& catalog = builtin_catalog();
  // That of documents is asked with what they belong to.
  const std::string list = is_upload(*operation_) ? std::string() : list_path(catalog, *operation_);
  if (!list.empty()) {
    std::string url = list;
    append_query(url, "fields", "id");
    append_query(url, "pageSize", "1");
    if (const auto page = read_json(client_, url, context); !page) {
      report(page.error(), "access", out);
    } else {
      out.ok("access", "GET " + list + " can be read");
    }
  }
  check_permission(*operation_, client_, out, context);
  if (is_upload(*operation_) && !upload_folder_.path.empty()) {
    std::error_code error;
    if (std::filesystem::is_directory(upload_folder_.path, error)) {
      out.ok("upload_folder", "files are taken from " + upload_folder_.path);
    } else {
      out.error("upload_folder", upload_folder_.path + " is no folder", "make it, or correct upload_folder");
    }
  }
  if (rules_.match && !list.empty()) {
    const auto trial = rules_.match->trial();
    std::string url = list;
    for (const auto& [name, value] : trial) append_query(url, name, value);
    append_query(url, "pageSize", "1");
    const auto page = trial.empty() ? Result<NewRecord>(NewRecord()) : read_json(client_, url, context);
    if (!page) {
      out.error("match", page.error().message, "match by members that can be asked for in conditions");
    } else if (!trial.empty()) {
      out.ok("match", "the server takes the conditions: " + trial.front().second);
    }
  }
  const Schema* schema = catalog.schema(operation_->body_schema);
  const bool creates = operation_->method == Method::post && operation_->success == 201;
  if (creates && !list.empty() && schema && schema->find("customFields"))
    check_required_fields(list, known, out, context);
  check_constants(known["payload"], out, context);
}

// Custom fields that each new record needs. That they cannot be read is no trouble of the route.
void Publisher::check_required_fields(const std::string& list, Record known, Findings& out, Context& context) const {
  const auto required = required_custom_fields(list, client_, context);
  if (!required) return;
  for (const std::string& caption : *required) {
    const std::string_view given = known["payload"]["customFields"].json();
    if (given.find(leat::detail::json_quoted(caption)) != std::string_view::npos) continue;
    out.warning("custom field", "the server requires the custom field " + caption + " of each new record",
                "see that the payload has it, unless each record brings it");
  }
}

// Names and values that every record will have.
void Publisher::check_constants(leat::Node payload, Findings& out, Context& context) {
  if (payload.type() != leat::Type::object) return;
  const Catalog& catalog = builtin_catalog();
  const bool patches = operation_->body == BodyKind::json_patch;
  const Schema* schema = catalog.schema(patches ? operation_->response_schema : operation_->body_schema);
  if (!schema) return;
  std::size_t wrong = 0;
  NewRecord checked("{}");
  // What names hang on may come with the record.
  std::string missing;
  const Names::Present later = [&missing](std::string_view member) -> Result<std::string> {
    missing = member;
    return Error{ErrorKind::not_found, {}, 0};
  };
  const auto resolve = [&](std::string_view member) {
    // With what was resolved before it: boards before statuses.
    NewRecord part = checked.clone();
    part.root().put(member).set(payload[member]);
    missing.clear();
    const auto resolved = names_ ? names_->resolve(part.root(), later, client_, context) : Result<Done>(Done{});
    if (resolved) {
      checked.root().put(member).set(part[member]);
    } else if (resolved.error().kind == ErrorKind::invalid) {
      ++wrong;
      out.error("constant", resolved.error().message, "correct the name in the configuration");
    } else if (!missing.empty()) {
      const std::string where = resolved.error().message.substr(0, resolved.error().message.find(": "));
      const auto name = payload[member].str();
      out.ok("constant",
             "not looked at: " + where + (name ? " \"" + std::string(*name) + "\"" : "") + ", because " +
                 (payload[missing] ? "payload." + missing + " is wrong" : "the " + missing + " comes from the record"));
    } else {
      ++wrong;
      report(resolved.error(), "constant", out);
    }
  };
  for (const std::string_view scope : Names::scopes) {
    if (payload[scope]) resolve(scope);
  }
  for (const auto item : payload) {
    if (std::ranges::find(Names::scopes, item.key) == Names::scopes.end()) resolve(item.key);
  }
  // Of a constant part nothing is missing: the rest comes with the record.
  Operation changing = *operation_;
  if (changing.method == Method::post) changing.success = 0;
  for (const std::string& problem : payload_problems(catalog, changing, checked.root())) {
    ++wrong;
    out.error("constant", problem, "correct it in the configuration");
  }
  check_choices(*schema, checked.root(), out);
  if (wrong == 0 && checked.root().size() > 0) {
    out.ok("constant",
           std::to_string(checked.root().size()) + " constant members of the payload are as the server wants them");
  }
}

}  // namespace leat::connectwise
