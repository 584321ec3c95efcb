#!/usr/bin/env python3
"""The gate is proven by what it must stop: each change of the header below breaks a plugin that is out there, or does not,
and the assertions of the frozen minors must say so."""
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import freeze  # noqa: E402

PROMISES = sorted(freeze.HERE.glob("1_*.c"))

# What is replaced by what, in the header of today. Every row must be refused ...
BREAKING = {
    "a member is removed": ("  leat_kind (*erase_at)(leat_node *array, size_t index);\n", ""),
    "two members change places": (
        "  leat_kind (*set_null)(leat_node *node);\n",
        "  leat_kind (*set_nothing)(leat_node *node);\n",
    ),
    "a member is inserted": ("  leat_str name;      /* \"leat\" */", "  uint64_t flags;\n  leat_str name;"),
    "a member changes its size": ("  uint32_t timeout_ms; ", "  uint64_t timeout_ms; "),
    "a member changes its type, not its size": ("  int32_t http_status; ", "  uint32_t http_status; "),
    "a function takes one argument more": (
        "leat_kind (*drop)(leat_batch *batch, size_t index)",
        "leat_kind (*drop)(leat_batch *batch, size_t index, uint32_t why)",
    ),
    "a function gives something else": ("int32_t (*cancelled)(", "uint32_t (*cancelled)("),
    "an argument becomes signed": ("uint32_t max, uint32_t wait_ms", "int32_t max, uint32_t wait_ms"),
    "a frozen struct grows": ("  leat_str name;\n  leat_str value;\n", "  leat_str name;\n  leat_str value;\n  size_t place;\n"),
    "a callback changes": (
        "typedef void (*leat_http_done)(void *user, const leat_outcome *outcome,",
        "typedef void (*leat_http_done)(void *user, leat_outcome *outcome,",
    ),
    "a kind changes its number": ("#define LEAT_BUSY 4 ", "#define LEAT_BUSY 5 "),
    "a service changes its name": ('LEAT_KV_SERVICE "leat.kv/1"', 'LEAT_KV_SERVICE "leat.kv/2"'),
    "the kind's type changes": ("typedef int32_t leat_kind;", "typedef int64_t leat_kind;"),
    "the symbol changes": ('LEAT_PLUGIN_SYMBOL "leat_plugin_v1"', 'LEAT_PLUGIN_SYMBOL "leat_plugin"'),
    "the major changes": ("#define LEAT_ABI_MAJOR 1", "#define LEAT_ABI_MAJOR 2"),
}
# ... and these must pass.
ALLOWED = {
    "nothing": ("", ""),
    "a table grows at its end": ("} leat_ctx_api;", "  int32_t (*paused)(const leat_ctx *ctx);\n} leat_ctx_api;"),
    "a kind is appended": ("#define LEAT_BROKEN 9 ", "#define LEAT_PAUSED 10\n#define LEAT_BROKEN 9 "),
    "the minor is raised": ("#define LEAT_ABI_MINOR ", "#define LEAT_ABI_MINOR 1"),  # 1 becomes 11
    "a comment changes": ("/* ---- HTTP", "/* ---- requests"),
}


def accepted(text):
    with tempfile.TemporaryDirectory() as folder:
        header = pathlib.Path(folder, "leat", "abi.h")
        header.parent.mkdir()
        header.write_text(text)
        return all(
            subprocess.run(
                [freeze.CC, "-std=c11", "-fsyntax-only", f"-I{folder}", str(promise)], capture_output=True
            ).returncode
            == 0
            for promise in PROMISES
        )


def main():
    header = freeze.HEADER.read_text()
    wrong = []
    for rows, expected in ((BREAKING, False), (ALLOWED, True)):
        for name, (old, new) in rows.items():
            if old not in header:
                wrong.append(f"{name}: the header has no '{old.strip()}', so this row shows nothing")
            elif accepted(header.replace(old, new, 1) if old else header) != expected:
                wrong.append(f"{name}: {'refused, though it breaks nobody' if expected else 'not noticed'}")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(BREAKING)} breaking changes noticed, {len(ALLOWED)} others let through")


if __name__ == "__main__":
    main()
