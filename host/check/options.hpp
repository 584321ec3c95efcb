// Options for a component under check: those of --config, else made from its schema.
//
// Made: `examples` of the schema itself (a whole set of options); else each required option from its examples, enum or
// type. Everything else has its default. When create refuses these as invalid, one further option that states an example is
// made with them: the first with which create accepts them. What an option stands for:
//   secret        a random marker, to be searched for
//   client        the client of the check, "check"; from --config also the id of a client component of this library, which
//                 checks that are made for it then use
//   file          subscribers and transformers: a file of 40 records; publishers: one that does not exist yet
//   transformers  one that changes nothing, "check"
//   http(s)://... the host becomes 127.0.0.1, so that nothing leaves this machine
#pragma once

#include <filesystem>
#include <string>

#include "host/check/trial.hpp"
#include "host/config/component.hpp"

namespace leat::host::check {

struct Options {
  Json value;                    // as create() gets it: checked, defaults filled in, references
  bool given = false;            // by --config
  bool far_side = false;         // names the client of the check
  std::filesystem::path source;  // the file that was made to be read; empty: none
  bool secret = false;           // holds one
  std::string text() const { return value.dump(); }
};

// Makes the files and transformers they name, and adds their secrets to the host. After Trial::start. Throws
// NotExercised when no options can be made: the text says why and what to give.
Options make_options(Trial& trial, const LibraryComponent& component);

// What --config says for a component: under "KIND ID", or under "ID". nullptr: nothing.
const Json* given_options(const Json& config, const LibraryComponent& component);

// Do those options name a client component of this library? Its requests then may leave the machine.
bool names_client(const Json& config, const Library& library, const LibraryComponent& component);

}  // namespace leat::host::check
