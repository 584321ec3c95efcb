#!/usr/bin/env python3
"""Makes operations.tsv and schemas.tsv from the vendor's OpenAPI document.

    ./catalog_gen.py OPENAPI.json [--out FOLDER]

One line per operation and per schema property, sorted, so that a new document shows as a reviewable diff. catalog.hpp reads
them; the grammar of the cells is described in README.md. Every operation of the document becomes one line; where the
document cannot be meant as written, the line says what is sent instead:
  - a path parameter that its path has no place for is a query parameter (the guide shows DELETE contact?transferContactId=);
    one that is an object (companyPickerItems/clear) is the body;
  - 207 answers are bulk results, also where the document names the element;
  - answers without declared content take their kind from the description, which names the media type.
"""
import argparse
import json
import pathlib
import re
import sys

STANDARD_QUERY = {"conditions", "childConditions", "customFieldConditions", "orderBy", "fields", "page", "pageSize", "pageId"}
METHODS = ("get", "post", "put", "patch", "delete")
VENDOR_PREFIX = re.compile(r"ConnectWise\.Apis\.v3_0\.(?:\w+\.)*(\w+)")
NOTES = {"Required on updates": "update", "POST only, never returned": "create", "Required reference": ""}


def fail(where, what):
    sys.exit(f"catalog_gen: {where}: {what}")


def reference(schema):
    return schema["$ref"].rsplit("/", 1)[1]


def type_cell(schema, where):
    """A schema as one word: string(50), int32, double, boolean, date-time, @Ref, [item], map(item), enum(A|B), object."""
    if "$ref" in schema:
        return "@" + reference(schema)
    if "enum" in schema:
        return "enum(" + "|".join(schema["enum"]) + ")"
    kind = schema.get("type")
    if kind == "array":
        return "[" + type_cell(schema["items"], where) + "]"
    if kind == "object":
        extra = schema.get("additionalProperties")
        return "map(" + type_cell(extra, where) + ")" if extra else "object"
    if kind == "string":
        return "string(%d)" % schema["maxLength"] if "maxLength" in schema else schema.get("format", "string")
    if kind == "boolean":
        return "boolean"
    if kind in ("integer", "number") and "format" in schema:
        return schema["format"]
    fail(where, f"a type this script does not know: {schema}")


def parameters_cell(path, operation, where):
    """Path parameters that are not int32, then own query parameters ("?name=type"); and the body a path "parameter" really is."""
    placeholders = set(re.findall(r"\{(\w+)", path))
    cells, body = [], None
    for parameter in operation.get("parameters", []):
        name, place, schema = parameter["name"], parameter["in"], parameter["schema"]
        cell = f"{name}={type_cell(schema, where)}"
        if place == "path" and name in placeholders:
            if cell != f"{name}=int32":
                cells.append(cell)
        elif place == "path" and "$ref" in schema:
            body = "@" + reference(schema)
        elif place == "path" or (place == "query" and name not in STANDARD_QUERY):
            cells.append("?" + cell)
    declared = {parameter["name"] for parameter in operation.get("parameters", [])}
    cells += [f"{name}=string" for name in sorted(placeholders - declared)]  # of a type that is not told
    return " ".join(cells) or "-", body


def body_cell(operation, where):
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return "-"
    (media, entry), = content.items()
    cell = type_cell(entry["schema"], where)
    if media == "multipart/form-data":
        return "multipart" if cell == "object" else "multipart:" + cell
    return "json-patch" if cell == "[@PatchOperation]" else cell


def response_cell(operation, where):
    (code, response), = operation["responses"].items()
    status = "0" if code == "default" else code
    content = response.get("content")
    if not content:
        media = response.get("description", "")
        return status, "binary" if media == "application/octet-stream" else "text" if media.startswith("text/") else "-"
    if code == "204":
        return status, "-"
    (media, entry), = content.items()
    if "json" not in media:
        return status, "binary"
    cell = type_cell(entry["schema"], where)
    if code == "207":
        return status, "bulk" if cell == "@BulkResult" else "bulk:" + cell
    return status, "count" if cell == "@Count" else cell


def title_and_note(summary):
    """The first line, without the vendor's internal class paths; the rest as a note."""
    lines = [" ".join(line.split()) for line in summary.replace("&amp;", "&").splitlines()]
    return VENDOR_PREFIX.sub(r"\1", lines[0]), " ".join(lines[1:]) or "-"


def operation_rows(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            operation, where = item[method], f"{method.upper()} {path}"
            if len(operation["tags"]) != 1 or len(operation["responses"]) != 1:
                fail(where, "expected one tag and one response")
            parameters, body = parameters_cell(path, operation, where)
            status, response = response_cell(operation, where)
            title, note = title_and_note(operation["summary"])
            yield (path, METHODS.index(method),
                   [method.upper(), path, operation["operationId"], operation["tags"][0], title, parameters,
                    body or body_cell(operation, where), status, response, note])
        unknown = set(item) - set(METHODS)
        if unknown:
            fail(path, f"methods this script does not know: {sorted(unknown)}")


def schema_rows(document):
    """A line per schema, then one per property, indented: name, type, flags."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield [name]
        required = set(schema.get("required", []))
        for member, member_schema in schema.get("properties", {}).items():
            flags = ["required"] if member in required else []
            flags += ["nullable"] if member_schema.get("nullable") else []
            note = member_schema.get("description", "")
            if note not in NOTES and note:
                fail(f"{name}.{member}", f"a description this script does not know: {note!r}")
            flags += [NOTES[note]] if NOTES.get(note) else []
            yield ["", member, type_cell(member_schema, f"{name}.{member}")] + ([",".join(flags)] if flags else [])
        missing = required - set(schema.get("properties", {}))
        if missing:
            fail(name, f"requires members it does not have: {sorted(missing)}")


def write(path, rows):
    for row in rows:
        if any("\t" in cell or "\n" in cell for cell in row):
            fail(path.name, f"a tab or line end inside a cell: {row}")
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("document", type=pathlib.Path)
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = arguments.parse_args()
    document = json.loads(options.document.read_text(encoding="utf-8"))

    operations = [row for _, _, row in sorted(operation_rows(document))]
    schemas = list(schema_rows(document))
    options.out.mkdir(parents=True, exist_ok=True)
    write(options.out / "operations.tsv", operations)
    write(options.out / "schemas.tsv", schemas)
    print(f"{len(operations)} operations, {sum(len(row) == 1 for row in schemas)} schemas, "
          f"{sum(len(row) > 1 for row in schemas)} properties")


if __name__ == "__main__":
    main()
