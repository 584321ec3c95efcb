#!/usr/bin/env python3
"""Writes leat/abi.h as Rust, to stdout: rust_abi.py leat/abi.h > templates/rust/any/src/leat_abi.rs

Reads the plain style of abi.h (one declaration at a time, no nested types) and stops at anything else."""
import re
import sys

SCALARS = {
    "int32_t": "i32", "int64_t": "i64", "uint8_t": "u8", "uint32_t": "u32", "uint64_t": "u64", "size_t": "usize",
    "double": "f64", "char": "c_char", "void": "c_void",
}
KEYWORDS = {"type", "impl", "fn", "in", "ref", "use", "match", "move", "final", "box"}


def rust_name(name):
    return "self_" if name == "self" else "r#" + name if name in KEYWORDS else name


def rust_type(text):
    """`const leat_component *const *` -> `*const *const leat_component`."""
    parts = text.replace("struct ", "").split("*")
    base = parts[0].split()
    rust = SCALARS.get(base[-1], base[-1])
    constant = "const" in base[:-1]
    for part in parts[1:]:
        rust = ("*const " if constant else "*mut ") + rust
        constant = "const" in part
    return rust


def split_declarator(text):
    """`const char *ptr` -> (`const char *`, `ptr`); the name may be absent."""
    match = re.fullmatch(r"(.*?[\s*])(\w+)", text.strip())
    if match is None or match.group(2) in SCALARS or match.group(1).strip() in ("const", ""):
        return text, ""
    return match.group(1), match.group(2)


def split_parameters(text):
    out, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "," and depth == 0:
            out.append(text[start:i])
            start = i + 1
    out.append(text[start:])
    return [] if [p.strip() for p in out] == ["void"] else out


def function(result, parameters):
    made = []
    for i, parameter in enumerate(split_parameters(parameters)):
        if "(*" in parameter:
            name, kind = member(parameter)
        else:
            declared, name = split_declarator(parameter)
            kind = rust_type(declared)
        made.append(f"{rust_name(name) if name else 'arg%d' % i}: {kind}")
    end = "" if result.strip() == "void" else " -> " + rust_type(result)
    return f"Option<unsafe extern \"C\" fn({', '.join(made)}){end}>"


def member(text):
    """A member or parameter: (name, Rust type)."""
    match = re.fullmatch(r"\s*(.*?)\(\s*\*\s*(\w+)\s*\)\s*\((.*)\)\s*", text, re.S)
    if match:
        return match.group(2), function(match.group(1), match.group(3))
    declared, name = split_declarator(text)
    if not name:
        sys.exit(f"abi.h: no name in: {text}")
    return name, rust_type(declared)


def constant(name, value):
    value = value.strip().strip("()")
    if value.startswith('"'):
        return f'pub const {name}: &str = {value};'
    if value.endswith("u"):
        return f"pub const {name}: u32 = {value[:-1]};"
    kind = "u32" if name.startswith(("LEAT_ABI_", "LEAT_KIND_")) else "i32"
    return f"pub const {name}: {kind} = {value};"


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    out = []
    for name, value in re.findall(r"^#define (LEAT_\w+) ([^\n]+)$", text, re.M):
        if name != "LEAT_EXPORT":
            out.append(constant(name, value))
    text = re.sub(r"^#[^\n]*\\\n(?:[^\n]*\\\n)*[^\n]*$", "", text, flags=re.M)
    text = re.sub(r"^#[^\n]*$", "", text, flags=re.M)
    text = re.sub(r'extern "C" \{|^\}\s*$', "", text, flags=re.M)
    defined = set(re.findall(r"struct (\w+) \{", text))
    for declaration in re.findall(r"[^;{]+(?:\{[^}]*\}[^;]*)?;", text):
        line = " ".join(declaration.split()).rstrip(";").strip()
        struct = re.fullmatch(r"(?:typedef )?struct (\w+) \{(.*)\}\s*\w*", line)
        opaque = re.fullmatch(r"typedef struct (\w+) \w+", line)
        callback = re.fullmatch(r"typedef (.*?)\(\*(\w+)\)\((.*)\)", line)
        alias = re.fullmatch(r"typedef (\w+) (\w+)", line)
        if line.startswith("extern"):
            continue
        if struct:
            out.append("#[repr(C)]\n#[derive(Clone, Copy)]\npub struct " + struct.group(1) + " {")
            for item in filter(str.strip, struct.group(2).split(";")):
                name, kind = member(item)
                out.append(f"    pub {rust_name(name)}: {kind},")
            out.append("}")
        elif opaque and opaque.group(1) not in defined:
            out.append(f"#[repr(C)]\npub struct {opaque.group(1)} {{\n    _private: [u8; 0],\n}}")
        elif callback:
            out.append(f"pub type {callback.group(2)} = {function(callback.group(1), callback.group(3))};")
        elif alias:
            out.append(f"pub type {alias.group(2)} = {rust_type(alias.group(1))};")
        elif not opaque:
            sys.exit(f"abi.h: not understood: {line}")
    print("// leat/abi.h in Rust, made from it by sdk/tools/rust_abi.py. What each item means stands there.\n"
          "#![allow(non_camel_case_types, dead_code)]\n\n"
          "use std::os::raw::{c_char, c_void};\n")
    print("\n".join(out))


main()
