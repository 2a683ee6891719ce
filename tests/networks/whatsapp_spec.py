"""The Business Messaging API as Meta describes it, as JSON schemas for what is sent.

Meta's own description closes every part of a message to the properties of its other parts (allOf with
additionalProperties), so taken by the letter no message fits: Prism refuses them all. Parts are joined here
before they are closed; the judge is jsonschema. What is newer than the description (our key, people without a
number) is named in NEWER.
"""

import re
from functools import cache
from typing import Any

import jsonschema
import yaml

from tests.networks.shared import spec

Json = dict[str, Any]
NEWER = {"biz_opaque_callback_data": {"type": "string", "maxLength": 512}, "recipient": {"type": "string"}}
PARAMETER = re.compile(r"\{[^}]+\}")


@cache
def description() -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(spec("whatsapp", "business-messaging-api_v23.0.yaml").read_text(), loader)


def resolved(schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = description()
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def joined(schema: Json) -> Json:
    """Join the parts of a schema into one, so that it can be met."""
    schema = resolved(schema)
    if "allOf" not in schema:
        return schema
    whole: Json = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    for part in map(joined, schema["allOf"]):
        whole["properties"] |= part.get("properties", {})
        whole["required"] = sorted({*whole["required"], *part.get("required", [])})
    return whole


def operation(method: str, path: str) -> Json | None:
    """Find what describes a request; its path begins with the version."""
    for pattern, methods in description()["paths"].items():
        if method.lower() in methods and re.fullmatch(PARAMETER.sub("[^/]+", pattern), path):
            return methods[method.lower()]
    return None


def faults_of_body(path: str, body: Json) -> list[str]:
    """Say what is wrong with the body of a POST."""
    described = operation("POST", path)
    if described is None:
        return [f"there is no POST {path}"]
    if path.endswith("/messages"):
        name = (
            "MarkMessageRequestPayload" if "status" in body else f"{body.get('type', '').capitalize()}Message"
        )
        return faults_of_message(name, body)
    content = resolved(described.get("requestBody", {})).get("content", {})
    if not content:
        return []
    return faults_of(joined(content["application/json"]["schema"]), body)


def faults_of_message(name: str, body: Json) -> list[str]:
    found = description()["components"]["schemas"].get(name)
    if found is None:
        return [f"there is no {name}"]
    whole = joined(found)
    properties = whole["properties"] | (NEWER if "to" in whole["properties"] else {})
    required = [it for it in whole.get("required", []) if it != "to" or "recipient" not in body]
    return faults_of({**whole, "properties": properties, "required": required}, body)


def faults_of(schema: Json, value: object) -> list[str]:
    whole = {**schema, "components": description()["components"]}
    judge = jsonschema.Draft202012Validator(whole)
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in judge.iter_errors(value)]
