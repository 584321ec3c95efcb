#!/usr/bin/env bash
# Layout and mistakes of our own C and C++: clang-format over every file, clang-tidy over what changed.
#   tests/lint.sh            layout of all; clang-tidy over what differs from the last commit
#   tests/lint.sh --format   layout only (quick; ctest runs it)
#   tests/lint.sh --all      layout, and clang-tidy over everything (half an hour on two cores)
#   tests/lint.sh FILE...    clang-tidy over these
set -euo pipefail
cd "$(dirname "$0")/.."

ours() { find host plugins sdk samples tests -type f ! -path "tests/abi/1_*.c" "$@"; }  # those freeze.py lays out

case "${1:-}" in
  '' | --all | --format)
    ours -regex '.*\.[ch]\(pp\)?' -print0 | xargs -0 clang-format-14 --dry-run --Werror
    ;;
esac
case "${1:-}" in
  --format) exit 0 ;;
  --all) files=$(ours -name '*.cpp') ;;
  '') files=$(git diff --name-only HEAD -- '*.cpp') ;;
  *) files=$(printf '%s\n' "$@") ;;
esac

cmake --preset clang >/dev/null  # for its compile commands: clang-tidy knows clang's flags
known=$(sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",*\$|\1|p" build-clang/compile_commands.json)
printf '%s\n' "$files" | { grep -Fxf <(printf '%s\n' "$known") || true; } |
  xargs -r -n 1 -P "$(nproc)" nice clang-tidy --quiet -p build-clang
