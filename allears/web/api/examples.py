"""Examples that fit a schema, made from the examples its fields name."""

from typing import Any

Schema = dict[str, Any]
_BY_TYPE: dict[str, Any] = {"integer": 7, "number": 1.5, "boolean": False, "string": "", "null": None}


def resolved(schema: Schema, document: Schema) -> Schema:
    """Follow a reference within the document."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def example_of(schema: Schema, document: Schema) -> Any:
    """Return a value that fits a schema: what it names as an example, else something plain."""
    schema = resolved(schema, document)
    for name in ("const", "example"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    if choices := schema.get("anyOf") or schema.get("allOf"):
        return example_of(choices[0], document)
    if "default" in schema:
        return schema["default"]
    return _by_type(schema, document)


def _by_type(schema: Schema, document: Schema) -> Any:
    if "properties" in schema:
        return {name: example_of(part, document) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [example_of(schema["items"], document)]
    if schema.get("type") == "object":
        rest = schema.get("additionalProperties")
        return {"sent": example_of(rest, document)} if isinstance(rest, dict) and rest else {}
    if schema.get("format") == "date-time":
        return "2026-03-02T09:41:07.318000Z"
    return _BY_TYPE.get(schema.get("type", ""), "")
