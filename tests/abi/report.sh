#!/bin/sh
# Prints what abidiff (package abigail-tools) sees between the header of a released minor and the header of today, for a
# reviewer. Advisory: the promises are in 1_*.c.
#   tests/abi/report.sh [MINOR]        default 1.0
set -eu
here=$(cd "$(dirname "$0")" && pwd)
minor=${1:-1.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Every type of the header, reachable from one exported function.
python3 - "$here" "$minor" >"$work/anchor.c" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import freeze
structs, functions, plain, objects = freeze.parse(freeze.HERE / sys.argv[2] / "leat" / "abi.h")
print("#include <leat/abi.h>")
arguments = ", ".join(f"const {name} *p{i}" for i, name in enumerate(structs))
print(f"void leat_anchor({arguments});\nvoid leat_anchor({arguments}) {{")
print("".join(f"(void)p{i};" for i in range(len(structs))) + "}")
PYTHON
${CC:-cc} -g -shared -fPIC -I"$here/$minor" "$work/anchor.c" -o "$work/released.so"
${CC:-cc} -g -shared -fPIC -I"$here/../../sdk" "$work/anchor.c" -o "$work/today.so"
if abidiff --exported-interfaces-only "$work/released.so" "$work/today.so"; then
  echo "abidiff: no difference to ABI $minor"
fi
