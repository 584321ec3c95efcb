#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: first those that pay under ASan and UBSan (built with clang, the whole
# product included) and those with threads under TSan, then all of them as users get them. With arguments it runs the last
# part alone and hands them to ctest, e.g. `tests/run.sh -R story`, or `tests/run.sh --progress` for all.
# What this machine cannot run is left out, and said before the last part; it ends with ctest's summary of that part.
set -euo pipefail
cd "$(dirname "$0")/.."

tests/support/install-packages.sh tests

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
left_out=()

build() {  # preset, targets...
  local preset=$1
  shift
  cmake --preset "$preset" >"$folder/configure.log" 2>&1 || { cat "$folder/configure.log"; exit 1; }
  cmake --build --preset "$preset" --target "$@"
}

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$PWD/tests/support/tsan.supp:halt_on_error=1

# Some kernels place memory where the sanitizers of clang 14 do not expect it, each time or now and then; without address
# randomisation they do not. Some containers forbid that, or to look for leaks.
runs_here() {  # sanitizers; `as` becomes what to run their programs with
  local failed
  echo 'int main(void) { return 0; }' >"$folder/probe.c"
  clang -fsanitize="$1" "$folder/probe.c" -o "$folder/probe" ||
    { echo "clang cannot make programs with -fsanitize=$1" >&2; exit 1; }
  for as in "" "setarch -R"; do
    failed=0
    for _ in {1..16}; do $as "$folder/probe" || failed=1; done
    [ $failed = 1 ] || return 0
  done
  left_out+=("programs with -fsanitize=$1 do not run on this machine")
  return 1
}

if [ $# = 0 ]; then
  if runs_here address,undefined; then
    build asan product sanitized_tests
    $as ctest --preset asan
  fi
  if runs_here thread; then
    build tsan threaded_tests
    $as ctest --preset tsan
  fi
fi
build release all
for what in "${left_out[@]}"; do echo "left out: $what" >&2; done
ctest --preset release "$@"
