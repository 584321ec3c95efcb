// A check that says where it failed and what it found; any test framework will do instead.
#pragma once

#include <cstdlib>
#include <iostream>

template <class A, class B>
void expect_equal(const A& found, const B& expected, const char* file, int line) {
  if (found == expected) return;
  std::cerr << file << ':' << line << ": found " << found << ", expected " << expected << '\n';
  std::exit(1);
}
#define EXPECT_EQUAL(found, expected) expect_equal(found, expected, __FILE__, __LINE__)
