#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: first those that pay under ASan and UBSan (built with clang, the whole
# product included) and those with threads under TSan, then all of them as users get them. With arguments it runs the last
# part alone and hands them to ctest, e.g. `tests/run.sh -R story`, or `tests/run.sh --progress` for all.
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

# Some kernels place memory where the sanitizers of clang 14 do not expect it, and some containers let nobody look for leaks.
runs_here() {  # sanitizers
  local folder result=0
  folder=$(mktemp -d)
  echo 'int main(void) { return 0; }' >"$folder/probe.c"
  clang -fsanitize="$1" "$folder/probe.c" -o "$folder/probe" || return
  for _ in 1 2 3 4 5 6 7 8; do "$folder/probe" || result=1; done
  rm -r "$folder"
  [ $result = 0 ] || echo "left out: programs with -fsanitize=$1 do not run on this machine" >&2
  return $result
}

if [ $# = 0 ]; then
  if runs_here address,undefined; then
    build asan product sanitized_tests
    ctest --preset asan
  fi
  if runs_here thread; then
    build tsan threaded_tests
    ctest --preset tsan
  fi
fi
build release all
ctest --preset release "$@"
