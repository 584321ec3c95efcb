// What a record is about, and whether it says the same as before.
// Threads  whoever uses the record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/record/record.hpp"
#include "host/store/task_store.hpp"
#include "leat/path.hpp"

namespace leat::host {

// The value at a path as a key: a string's text, otherwise its JSON. Nothing when it is absent or null.
std::optional<std::string> key_of(Record& record, const Path& path);

// XXH3-128 of the values at these paths, or of the whole document when there are none.
Fingerprint fingerprint_of(Record& record, const std::vector<Path>& fields);

// XXH3-128 of a text.
Fingerprint fingerprint_of(std::string_view text);
// As 32 hexadecimal digits.
std::string hex(const Fingerprint& fingerprint);

// Attributes as a JSON object, "" when there are none. Those of the host ("leat.") are left out: it sets them anew.
std::string attributes_text(const Record& record);
// Sets the attributes that such a text names.
void set_attributes(Record& record, std::string_view text);

// The record of a task, with its attributes, "leat.task" and "leat.route". invalid: the payload is no JSON.
Result<std::unique_ptr<Record>> to_record(const Task& task);

}  // namespace leat::host
