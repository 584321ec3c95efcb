// What cpprestsdk says of a request that failed, in words that help the person who reads them.
#pragma once

#include <string>
#include <string_view>

namespace leat::host {

// what: of the library's exception. sent: the head of the request left. status: of the answer, 0 when none came.
std::string in_our_words(std::string_view what, bool sent, int status);

}  // namespace leat::host
