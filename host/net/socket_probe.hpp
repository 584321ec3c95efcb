// What the kernel knows of a TCP socket. A number that is no socket (any more) does no harm. Linux.
#pragma once

#include <cstdint>

#include "host/base/descriptor.hpp"

namespace leat::host {

// A kept connection that is of no more use: closed by the other side, or with bytes that nobody asked for.
bool looks_stale(int socket);

// Bytes that its owner has read from it, all told; may be a little less, never more.
std::uint64_t bytes_read(int socket);

// Ends reading and writing; who waits on it wakes up.
void shut_down(int socket);

// A number of its own for the same socket; none when the process has no more.
Descriptor duplicate(int socket);

}  // namespace leat::host
