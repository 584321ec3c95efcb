// Paths in a record: reading, making and erasing the value at one.
#pragma once

#include "leat/path.hpp"
#include "leat/record.hpp"

namespace leat::transform {

// A missing node when any step of the path is absent.
Node find(Node root, const Path& path);

// The value at the path, made (as null) when absent: members anywhere, elements right behind the last one. A null on
// the way becomes what the path needs. Throws Failure (invalid) that names the step that cannot be made.
Node make(Node root, const Path& path);

// False when there was none.
bool erase(Node root, const Path& path);

// The same in what is known of every record: of a path through an array the array, whose other elements may move.
void forget(Node known, const Path& path);

// No step goes through an array.
bool is_plain(const Path& path);

}  // namespace leat::transform
