#!/usr/bin/env bash
# Layout and mistakes of our own C and C++: clang-format over every file, clang-tidy over what changed.
#   tests/lint.sh            layout of all; clang-tidy over what differs from the last commit, or is in it
#   tests/lint.sh --format   layout only (quick; ctest runs it); what tests/abi/freeze.py writes is left out
#   tests/lint.sh --all      layout, and clang-tidy over everything (an hour on two cores)
#   tests/lint.sh FILE...    clang-tidy over these
set -euo pipefail
cd "$(dirname "$0")/.."

ours() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u; }

case "${1:-}" in
  '' | --all | --format)
    ours '*.c' '*.h' '*.cpp' '*.hpp' ':!tests/abi/1_*.c' | xargs clang-format-14 --dry-run --Werror
    [ "${1:-}" = --format ] && exit 0
    ;;
esac

case "${1:-}" in
  --all) files=$(ours 'host/*.cpp' 'plugins/*.cpp' 'tests/*.cpp') ;;
  '') files=$({ git diff --name-only HEAD~1; ours --others; } | sort -u | grep '\.cpp$' || true) ;;
  *) files=$(printf '%s\n' "$@") ;;
esac
[ -n "$files" ] || exit 0

# The sanitizers' build: made with clang, whose flags clang-tidy understands, and with headers already parsed.
[ -f build-asan/build.ninja ] || cmake --preset asan >/dev/null
cmake --build --preset asan --target leat_precompiled >/dev/null
known=$(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' build-asan/compile_commands.json)
printf '%s\n' "$files" | grep -Fxf <(printf '%s\n' "$known" | sed "s|^$PWD/||") |
  xargs -r -n 1 -P "$(nproc)" nice clang-tidy --quiet -p build-asan
