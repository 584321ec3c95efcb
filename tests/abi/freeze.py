#!/usr/bin/env python3
"""Freezes a minor of the plugin ABI, and proves that what was frozen is what the assertions say.

  freeze.py --write     from sdk/leat/abi.h: tests/abi/1.0/leat/abi.h (a copy) and tests/abi/1_0.c (static assertions on
                        every struct's size, every member's offset, size and type, and every constant)
  freeze.py --release   --write, for the last time: lists the minor in tests/abi/RELEASED with the digest of what it promises
  freeze.py --check     writes nothing: fails when a committed 1_0.c is not what its frozen header gives, when a released
                        header was edited, or when sdk/leat/abi.h is not the frozen one of its minor

The minor is LEAT_ABI_MINOR of the header. A released minor is never written again: a change of the header goes into the
next minor, and must satisfy the assertions of all earlier ones. Comments may always change.
The C compiler is $CC, or cc. Layouts are asked of the compiler, names are read from its preprocessor's output.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parent.parent / "sdk" / "leat" / "abi.h"
CC = os.environ.get("CC", "cc")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def own_text(header):
    """The header after the preprocessor, without what it includes."""
    out, own = [], False
    for line in run(CC, "-std=c11", "-E", str(header)).splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            own = marker.group(1) == str(header)
        elif own:
            out.append(line)
    return re.sub(r"\s+", " ", " ".join(out))


def split(text, separator):
    """Parts of `text` between separators that stand outside of brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += char in "({"
        depth -= char in ")}"
        if char == separator and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in parts if part]


def member(declaration):
    """Name and type of `uint32_t x`, `const char *id` or `leat_kind (*get)(...)`; several names are refused."""
    pointer = re.match(r"(.*?\(\s*\*\s*)(\w+)(\s*\)\s*\(.*\))$", declaration)
    if pointer:
        return pointer.group(2), pointer.group(1) + pointer.group(3)
    plain = re.match(r"([\w\s*]*[\s*])(\w+)$", declaration)
    if not plain:
        sys.exit(f"freeze.py does not understand the declaration: {declaration}")
    return plain.group(2), plain.group(1).strip()


def parse(header):
    """(structs: name -> [(member, type)], function types: name -> type, plain types, objects) of the header."""
    structs, functions, plain, objects = {}, {}, {}, {}
    for statement in split(own_text(header), ";"):
        if struct := re.match(r"typedef struct (\w+) \{(.*)\} (\w+)$", statement):
            structs[struct.group(3)] = [member(each) for each in split(struct.group(2), ";")]
        elif re.match(r"typedef struct (\w+) \1$", statement):
            continue  # opaque
        elif re.match(r"struct (\w+) \{", statement):
            name, body = re.match(r"struct (\w+) \{(.*)\}$", statement).groups()
            structs[name] = [member(each) for each in split(body, ";")]
        elif statement.startswith("typedef "):
            name, kind = member(statement[len("typedef "):])
            (functions if "(*" in kind.replace(" ", "") else plain)[name] = kind
        elif statement.startswith("extern "):
            name, kind = member(re.sub(r"^extern (__attribute__\s*\(\(.*?\)\)\)?\s*)*", "", statement))
            objects[name] = kind
        else:
            sys.exit(f"freeze.py does not understand: {statement}")
    return structs, functions, plain, objects


def constants(header):
    """Object-like macros of the header that have a value, as the compiler sees them: name -> C literal."""
    macros = {}
    for line in header.read_text().splitlines():
        if found := re.match(r"#define (LEAT_\w+) (\S.*?)\s*(/\*.*)?$", line):
            if found.group(1) not in ("LEAT_EXPORT",):
                macros[found.group(1)] = found.group(2)
    return macros


def layout(header, structs):
    """{struct: size}, {(struct, member): (offset, size)} as the compiler lays them out."""
    lines = []
    for struct, members in structs.items():
        lines.append(f'printf("{struct} . %zu 0\\n", sizeof({struct}));')
        for name, _ in members:
            lines.append(f'printf("{struct} {name} %zu %zu\\n", offsetof({struct}, {name}), sizeof((({struct} *)0)->{name}));')
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "layout.c"), pathlib.Path(folder, "layout")
        source.write_text(f'#include <stdio.h>\n#include "{header}"\nint main(void) {{\n' + "\n".join(lines) + "\nreturn 0;\n}\n")
        run(CC, "-std=c11", str(source), "-o", str(program))
        sizes, members = {}, {}
        for line in run(str(program)).splitlines():
            struct, name, first, second = line.split()
            if name == ".":
                sizes[struct] = int(first)
            else:
                members[struct, name] = (int(first), int(second))
        return sizes, members


def assertions(header, minor):
    structs, functions, plain, objects = parse(header)
    sizes, members = layout(header, structs)
    out = [
        f"/* What release 1.{minor} of the plugin ABI promised, checked against the header of today. Made by freeze.py from",
        f"   1.{minor}/leat/abi.h; never edited: the plugins that rely on it are out there. */",
        "#include <leat/abi.h>",
        "",
        "#define SAME_TYPE(expression, ...) \\",
        '  _Static_assert(__builtin_types_compatible_p(__typeof__(expression), __VA_ARGS__), "type of " #expression)',
        "#define MEMBER(type, name, offset, size, ...) \\",
        '  _Static_assert(offsetof(type, name) == (offset), "offset of " #type "." #name); \\',
        '  _Static_assert(sizeof(((type *)0)->name) == (size), "size of " #type "." #name); \\',
        "  SAME_TYPE(((type *)0)->name, __VA_ARGS__)",
        '#define TEXT(name, text) _Static_assert(__builtin_strcmp(name, text) == 0, "value of " #name)',
        '#define NUMBER(name, value) _Static_assert((name) == (value), "value of " #name)',
        "/* Frozen structs keep their size; those that start with struct_size may have grown. */",
        '#define FROZEN(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)',
        '#define GROWS(type, size) _Static_assert(sizeof(type) >= (size), "size of " #type)',
        "",
    ]
    for name, value in constants(header).items():
        if name == "LEAT_ABI_MINOR":
            out.append(f'_Static_assert(LEAT_ABI_MINOR >= {value}, "value of LEAT_ABI_MINOR");')
        elif value.startswith('"'):
            out.append(f"TEXT({name}, {value});")
        else:
            out.append(f"NUMBER({name}, {value});")
    out.append("")
    for name, kind in plain.items():
        out.append(f"SAME_TYPE(({name})0, {kind});")
    for name, kind in functions.items():
        out.append(f"SAME_TYPE(({name})0, {kind});")
    for name, kind in objects.items():
        out.append(f"SAME_TYPE({name}, {kind});")
    for struct, fields in structs.items():
        grows = fields[0][0] == "struct_size"
        out += ["", f"{'GROWS' if grows else 'FROZEN'}({struct}, {sizes[struct]});"]
        for name, kind in fields:
            offset, size = members[struct, name]
            out.append(f"MEMBER({struct}, {name}, {offset}, {size}, {kind});")
    return "\n".join(out) + "\n"


def minor_of(header):
    return int(constants(header)["LEAT_ABI_MINOR"])


def digest(header):
    return hashlib.sha256(code(header).encode()).hexdigest()


def released():
    """{"1.0": digest of its header}"""
    return dict(line.split() for line in (HERE / "RELEASED").read_text().splitlines())


def write():
    minor = minor_of(HEADER)
    if f"1.{minor}" in released():
        sys.exit(f"ABI 1.{minor} is released: its files are never written again. Raise LEAT_ABI_MINOR for an addition.")
    frozen = HERE / f"1.{minor}" / "leat" / "abi.h"
    frozen.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HEADER, frozen)
    (HERE / f"1_{minor}.c").write_text(assertions(frozen, minor))
    return minor, frozen


def release():
    minor, frozen = write()
    with (HERE / "RELEASED").open("a") as listed:
        listed.write(f"1.{minor} {digest(frozen)}\n")


def check():
    wrong = []
    for source in sorted(HERE.glob("1_*.c")):
        minor = int(source.stem.split("_")[1])
        header = HERE / f"1.{minor}" / "leat" / "abi.h"
        if source.read_text() != assertions(header, minor):
            wrong.append(f"{source.name} is not what freeze.py makes of 1.{minor}/leat/abi.h")
    for minor, promised in released().items():
        header = HERE / minor / "leat" / "abi.h"
        if not header.exists() or digest(header) != promised:
            wrong.append(f"{minor}/leat/abi.h is not what was released: the plugins that rely on it are out there")
    today = minor_of(HEADER)
    if not (HERE / f"1_{today}.c").exists():
        wrong.append(f"the header is of minor {today}, and nothing is frozen for it: freeze.py --write")
    elif f"1.{today}" not in released():
        if (HERE / f"1.{today}" / "leat" / "abi.h").read_text() != HEADER.read_text():
            wrong.append("sdk/leat/abi.h is not the frozen one: freeze.py --write")
    elif digest(HEADER) != released()[f"1.{today}"]:
        wrong.append(f"sdk/leat/abi.h changed after 1.{today} was released: an addition raises LEAT_ABI_MINOR")
    if wrong:
        sys.exit("\n".join(wrong))


def code(header):
    """The header without comments and white space: what is promised, whatever is said about it."""
    return re.sub(r"\s+", "", re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    elif sys.argv[1:] == ["--release"]:
        release()
    elif sys.argv[1:] == ["--check"]:
        check()
    else:
        sys.exit(__doc__)
