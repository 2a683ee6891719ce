"""Judge requests by Meta's own descriptions of the Graph API's nodes, with jsonschema and nothing of ours.

Each description lists a node's fields and its edges with their parameters; from these a schema is made for each
method and edge, and the names asked for in `fields` are held against the node. Kept with the reference data.
"""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.networks.shared import spec

NODES = {
    "Page": "facebook",
    "Comment": "facebook",
    "PagePost": "facebook",
    "UnifiedThread": "facebook",
    "Recommendation": "facebook",
    "User": "facebook",
    "IGUser": "instagram",
    "IGUserForIGOnlyAPI": "instagram",
    "IGComment": "instagram",
    "IGMedia": "instagram",
    "IGMediaForIGOnlyAPI": "instagram",
    "IGRefreshAccessTokenForIGOnlyAPI": "instagram",
}
# Every edge and node takes these; they are Graph's own and stand in no description.
EVERYWHERE = {"fields", "limit", "after", "before", "appsecret_proof", "summary"}
PLAIN: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "datetime": {"type": ["string", "integer"]},
    "bool": {"enum": [True, False, "true", "false"]},
    "int": {"type": ["integer", "string"], "pattern": "^-?[0-9]+$"},
    "unsigned int": {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$"},
    "float": {"type": ["number", "string"]},
    "Object": {"type": ["object", "string"]},
    "map": {"type": ["object", "string"]},
    "list": {"type": "array"},
}


@cache
def description(node: str) -> dict[str, Any]:
    return json.loads(spec(NODES[node], f"graph/{node}.json").read_text())


@cache
def enums(network: str) -> dict[str, list[str]]:
    found = json.loads(spec(network, "graph/enum_types.json").read_text())
    return {one["name"]: one["values"] for one in found}


def schema_of_type(kind: str, network: str) -> dict[str, Any]:
    if kind in PLAIN:
        return PLAIN[kind]
    if match := re.fullmatch(r"list<(.+)>", kind):
        return {"type": "array", "items": schema_of_type(match[1], network)}
    if kind in enums(network):
        values = enums(network)[kind]
        return {"enum": [*values, *(value.lower() for value in values)]}
    return {}


@cache
def schema_of(node: str, method: str, edge: str) -> dict[str, Any] | None:
    """Make the schema of one request; None where the node has no such edge."""
    for api in description(node)["apis"]:
        if api["method"] == method and (api.get("endpoint") or "").strip("/") == edge:
            parameters = api.get("params", [])
            kinds = {one["name"]: schema_of_type(one["type"], NODES[node]) for one in parameters}
            return {
                "type": "object",
                "properties": {**{key: {} for key in EVERYWHERE}, **kinds},
                "required": [one["name"] for one in parameters if one.get("required")],
                "additionalProperties": False,
            }
    return None


def objections(
    node: str, method: str, edge: str, given: dict[str, Any], uploaded: set[str] = frozenset()
) -> list[str]:
    """Say all that Meta's descriptions find wrong with a request."""
    schema = schema_of(node, method, edge)
    if schema is None:
        return [f"{node} has no {method} {edge or '(node)'}"]
    plain = {name: value for name, value in given.items() if name not in uploaded}
    return [f"{node}/{edge}: {error.message}" for error in Draft202012Validator(schema).iter_errors(plain)]


def unknown_fields(node: str, fields: str) -> list[str]:
    """List the names asked for that are neither fields nor edges of the node."""
    known = {one["name"] for one in description(node)["fields"]}
    known |= {
        (api.get("endpoint") or "").strip("/") for api in description(node)["apis"] if api["method"] == "GET"
    }
    return [f"{node} has no field {name}" for name in names_in(fields) if name not in known]


def names_in(fields: str) -> list[str]:
    """Read the names at the top of a `fields` parameter."""
    names, depth, name = [], 0, ""
    for letter in f"{fields},":
        if letter in "{(":
            depth += 1
        elif letter in "})":
            depth -= 1
        elif letter == "," and not depth:
            names.append(name.partition(".")[0])
            name = ""
        elif not depth:
            name += letter
    return [one for one in names if one]


def inner(fields: str, name: str) -> str:
    """Return what is asked for inside one of the names: the text between its braces."""
    match = re.search(rf"(?:^|,){re.escape(name)}(?:\.\w+\([^)]*\))*\{{", fields)
    if not match:
        return ""
    depth, start = 1, match.end()
    for at in range(start, len(fields)):
        depth += {"{": 1, "}": -1}.get(fields[at], 0)
        if not depth:
            return fields[start:at]
    return fields[start:]
