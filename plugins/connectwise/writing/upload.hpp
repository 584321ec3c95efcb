// A document upload: a file on this machine as a multipart/form-data body.
// Memory   the file is read whole, at most `bytes_max`, because a request that may be repeated is kept; up to twice its
//          size for a moment.
// Threads  any.
// Source   RFC 7578; names of the parts from the document. It spells readOnlyFlag "readOnlyFlay" (L which one counts):
//          both are sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "leat/record.hpp"
#include "leat/result.hpp"
#include "plugins/connectwise/catalog/catalog.hpp"

namespace leat::connectwise {

struct UploadRules {
  std::string folder;  // files come from here and from no other place; empty: none may be sent
  std::uint64_t bytes_max = 0;
};

struct Form {
  std::string content_type;  // with the boundary
  std::string body;
};

// The operation takes an upload: POST /system/documents and POST /system/documents/{id}.
bool is_upload(const Operation& operation);

// payload: {recordType, recordId, title, file: "path in the folder"} or url in place of file; privateFlag, readOnlyFlag,
// isAvatar. Without a title a new document has the file's name. invalid: a member that is none of these, no file of that name in the folder, one that is too large; or what
// the server needs is missing.
Result<Form> make_form(const Catalog& catalog, const Operation& operation, leat::Node payload,
                       const UploadRules& rules);

}  // namespace leat::connectwise
