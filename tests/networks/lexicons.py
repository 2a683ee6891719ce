"""The lexicons of the AT Protocol as JSON schemas: an independent judge of what we send.

jsonschema knows nothing of bytes and graphemes, so those two limits are keywords of our own; a text is counted
in bytes by Python, in graphemes by the `regex` package.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import regex
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from tests.networks.shared import channel_folder

Schema = dict[str, Any]
FORMATS = {
    "did": r"^did:[a-z]+:[A-Za-z0-9._:%-]+$",
    "handle": r"^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$",
    "at-identifier": r"^(did:|[a-zA-Z0-9]).+$",
    "at-uri": r"^at://[^/]+(/[a-zA-Z0-9.-]+(/[A-Za-z0-9._~:-]+)?)?$",
    "datetime": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
    "nsid": r"^[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$",
    "cid": r"^[a-zA-Z0-9+=]{8,256}$",
    "tid": r"^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$",
    "record-key": r"^[A-Za-z0-9._~:-]{1,512}$",
    "uri": r"^[a-z][a-z0-9.+-]*:\S+$",
    "language": r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
}


def _bytes(_validator: object, most: int, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value.encode()) > most:
        yield ValidationError(f"more than {most} bytes")


def _graphemes(_validator: object, most: int, value: object, _schema: object) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(regex.findall(r"\X", value)) > most:
        yield ValidationError(f"more than {most} graphemes")


Validator = extend(Draft202012Validator, {"maxBytes": _bytes, "maxGraphemes": _graphemes})  # type: ignore[no-untyped-call]


@cache
def _documents() -> dict[str, Schema]:
    folder = channel_folder("bluesky") / "spec" / "lexicons"
    found = (json.loads(path.read_text()) for path in folder.rglob("*.json"))
    return {document["id"]: document["defs"] for document in found}


@cache
def _all() -> Schema:
    """Translate every definition, by its full name."""
    return {
        f"{nsid}#{name}": _translate(definition.get("record", definition), nsid)
        for nsid, definitions in _documents().items()
        for name, definition in definitions.items()
        if definition["type"] in {"object", "record", "string", "array", "token", "union"}
    }


def _full(ref: str, nsid: str) -> str:
    return f"{nsid}{ref}" if ref.startswith("#") else ref if "#" in ref else f"{ref}#main"


def _translate(  # noqa: PLR0911 - one answer for each type of the lexicon language
    definition: Mapping[str, Any], nsid: str
) -> Schema:
    match definition["type"]:
        case "object" | "params":
            nullable = definition.get("nullable", [])
            properties = {name: _translate(part, nsid) for name, part in definition["properties"].items()}
            properties |= {name: {"anyOf": [properties[name], {"type": "null"}]} for name in nullable}
            return {"type": "object", "properties": properties, "required": definition.get("required", [])}
        case "array":
            return {"type": "array", "items": _translate(definition["items"], nsid)} | _taken(
                definition, {"maxLength": "maxItems", "minLength": "minItems"}
            )
        case "ref":
            return {"$ref": f"#/$defs/{_full(definition['ref'], nsid)}"}
        case "union":
            return {"anyOf": [_one_of_union(_full(ref, nsid)) for ref in definition["refs"]]}
        case "string":
            pattern = (
                {"pattern": FORMATS[definition["format"]]} if definition.get("format") in FORMATS else {}
            )
            limits = {
                "maxLength": "maxBytes",
                "maxGraphemes": "maxGraphemes",
                "const": "const",
                "enum": "enum",
            }
            return {"type": "string"} | pattern | _taken(definition, limits)
        case "blob":
            return _blob(definition)
        case "integer" | "boolean" as kind:
            return {"type": kind} | _taken(definition, {"minimum": "minimum", "maximum": "maximum"})
        case _:
            return {}


def _taken(definition: Mapping[str, Any], names: Mapping[str, str]) -> Schema:
    return {ours: definition[theirs] for theirs, ours in names.items() if theirs in definition}


def _one_of_union(full: str) -> Schema:
    kind = full.removesuffix("#main")
    named = {"properties": {"$type": {"const": kind}}, "required": ["$type"]}
    return {"allOf": [{"$ref": f"#/$defs/{full}"}, named]}


def _blob(definition: Mapping[str, Any]) -> Schema:
    kinds = "|".join(regex.escape(kind).replace(r"\*", ".+") for kind in definition.get("accept", ["*/*"]))
    return {
        "type": "object",
        "required": ["$type", "ref", "mimeType", "size"],
        "properties": {
            "$type": {"const": "blob"},
            "ref": {"type": "object", "required": ["$link"]},
            "mimeType": {"type": "string", "pattern": f"^({kinds})$"},
            "size": {"type": "integer", "maximum": definition.get("maxSize", 2**40)},
        },
    }


def _errors(schema: Schema, value: object) -> list[str]:
    validator = Validator({**schema, "$defs": _all()})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def objections(nsid: str, body: object, query: Mapping[str, list[str]]) -> list[str]:
    """Say what the lexicon of a method has against a request: against its body, its record, its query."""
    method = _documents().get(nsid, {}).get("main")
    if method is None:
        return [f"{nsid}: there is no such method"]
    found: list[str] = []
    declared = method.get("input", {}).get("schema")
    if declared:
        found += _errors(_translate(declared, nsid), body)
    record = body.get("record") if isinstance(body, dict) else None
    if isinstance(record, dict):
        found += _errors({"$ref": f"#/$defs/{record.get('$type')}#main"}, record)
    return [f"{nsid} {one}" for one in found + _in_query(method.get("parameters"), query, nsid)]


def _in_query(parameters: Schema | None, query: Mapping[str, list[str]], nsid: str) -> list[str]:
    declared = parameters["properties"] if parameters else {}
    found = [f"{name}: there is no such parameter" for name in query if name not in declared]
    typed = {name: _typed(declared[name], values) for name, values in query.items() if name in declared}
    return found + (_errors(_translate(parameters, nsid), typed) if parameters else [])


def _typed(declared: Schema, values: list[str]) -> object:
    if declared["type"] == "array":
        return values
    if declared["type"] == "integer":
        return int(values[0])
    return values[0] == "true" if declared["type"] == "boolean" else values[0]
