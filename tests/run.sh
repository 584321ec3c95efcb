#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: the suite under sanitizers where they pay, then all of it.
# Extra arguments go to the last ctest, e.g. `tests/run.sh -R scenario`.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/support/install-packages.sh tests

build() {  # preset, targets...
  local preset=$1
  shift
  cmake --preset "$preset" >"/tmp/leat-configure-$preset-$$.log" 2>&1 || { cat "/tmp/leat-configure-$preset-$$.log"; exit 1; }
  rm -f "/tmp/leat-configure-$preset-$$.log"
  cmake --build --preset "$preset" --target "$@"
}

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$PWD/tests/support/tsan.supp:halt_on_error=1

if [ $# = 0 ]; then
  build asan sanitized_tests
  ctest --preset asan
  build tsan threaded_tests
  ctest --preset tsan
fi
build release all
ctest --preset release "$@"
