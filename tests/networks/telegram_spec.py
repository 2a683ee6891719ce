"""The Bot API as its own documentation describes it, as JSON schemas: what a method takes, what a type holds.

The description is read by a machine, the judge is jsonschema; neither is ours.
"""

import json
from functools import cache
from typing import Any

import jsonschema

from tests.networks.shared import spec

SIMPLE: dict[str, dict[str, Any]] = {
    "Integer": {"type": "integer"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
    "Float": {"type": "number"},
    "InputFile": {"type": "string", "pattern": "^attach://|^upload:"},
}
ARRAY = "Array of "
# Their texts say so, their fields do not.
LONGEST = {("sendMessage", "text"): 4096, ("sendPhoto", "caption"): 1024, ("sendDocument", "caption"): 1024}


@cache
def description() -> dict[str, Any]:
    return json.loads(spec("telegram", "api.json").read_text())


def schema_of(types: list[str]) -> dict[str, Any]:
    several = [one(name) for name in types]
    return several[0] if len(several) == 1 else {"anyOf": several}


def one(name: str) -> dict[str, Any]:
    if name.startswith(ARRAY):
        return {"type": "array", "items": one(name.removeprefix(ARRAY))}
    return SIMPLE.get(name) or {"$ref": f"#/$defs/{name}"}


def object_schema(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field["name"]: schema_of(field["types"]) for field in fields},
        "required": [field["name"] for field in fields if field["required"]],
        "additionalProperties": False,
    }


@cache
def definitions() -> dict[str, Any]:
    """Describe every type; a choice between types is a choice between schemas."""
    found = {}
    for name, kind in description()["types"].items():
        subtypes = kind.get("subtypes")
        found[name] = (
            {"anyOf": [one(it) for it in subtypes]} if subtypes else object_schema(kind.get("fields", []))
        )
    return found


def faults_of(schema: dict[str, Any], value: object) -> list[str]:
    judge = jsonschema.Draft202012Validator({**schema, "$defs": definitions()})
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in judge.iter_errors(value)]


def faults_of_call(method: str, fields: dict[str, Any]) -> list[str]:
    """Say what is wrong with a call of a method."""
    described = description()["methods"].get(method)
    if described is None:
        return [f"there is no method {method}"]
    too_long = [
        f"{name}: longer than {most}"
        for (named, name), most in LONGEST.items()
        if named == method and len(str(fields.get(name, "")).encode("utf-16-le")) // 2 > most
    ]
    return faults_of(object_schema(described.get("fields", [])), fields) + too_long


def faults_of_result(method: str, result: object) -> list[str]:
    """Say what is wrong with what a method returned."""
    return faults_of(schema_of(description()["methods"][method]["returns"]), result)


def faults_of_type(name: str, value: object) -> list[str]:
    """Say what is wrong with a value of a type ("Update")."""
    return faults_of(one(name), value)
