// The fast way to the scanner's yes: simdjson finds where tokens start and checks UTF-8 and control characters, 64
// bytes at a time; a walk over the tokens checks the rest. What it accepts, the scanner accepts, with the same slices.
// Memory   as scan.hpp; each thread keeps four bytes per byte of its largest page so far, up to a limit.
// Threads  any.
#pragma once

#include <string_view>
#include <vector>

#include "host/record/scan.hpp"

namespace leat::host {

// False says nothing: ask the scanner, which knows why or that all is well.
bool accept_document(std::string_view text, int depth, Slice& out);

// The elements of an array, behind those in `out`; on false `out` may hold some of them.
bool accept_array(std::string_view text, std::vector<Slice>& out);

}  // namespace leat::host
