// The options of a component, stated as JSON Schema text: the part of it that counts.
//
//   type (one name or a list), properties, required, additionalProperties (absent: false; true, or a schema), items,
//   enum, minimum, maximum, minLength, maxLength, default, title, description, examples
//   writeOnly: true   a secret: a string without default, given by ${NAME} or ${file:PATH}
//   x-leat            what a value stands for beyond its type:
//     client          the name of a client                                     reaches the plugin as it is
//     transformers    an array of component configurations                     {"$chain": "..."}
//     duration        "250ms", "30s", "5m", "2h", "7d", or a number of seconds   integer milliseconds
//     size            "64MiB", "10MB", or a number of bytes                    integer bytes
//     file            a path, relative to the configuration's folder; "-"      absolute, or "-"
//   minimum and maximum of a duration or size count what reaches the plugin; a default is written as in a
//   configuration.
#pragma once

#include <string>
#include <string_view>

#include "host/config/component.hpp"
#include "leat/result.hpp"

namespace leat::host {

// Of an object. An empty text states that there are no options. invalid: what is wrong and where in it, also a default
// that the schema itself does not allow, so that a mistake shows when a plugin is loaded and not when its user guesses.
Result<Json> parse_schema(std::string_view text);

// The type names that `type` allows; empty: all.
std::vector<std::string> schema_types(const Json& schema);

// The value of x-leat; empty: none.
std::string schema_meaning(const Json& schema);

}  // namespace leat::host
