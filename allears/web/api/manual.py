"""The page's view of the description: operations by subject, their fields in rows, and examples to copy."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.translation import gettext

from allears.foundation import errors
from allears.foundation.errors import AllEarsError
from allears.foundation.tokens import errors as token_errors
from allears.pipeline.conversations import errors as conversation_errors
from allears.pipeline.people import errors as people_errors
from allears.pipeline.replies import errors as reply_errors
from allears.web.api import errors as api_errors
from allears.web.api.document import open_api, operations_in
from allears.web.api.examples import resolved
from allears.web.api.problems import code_of

Part = dict[str, Any]
DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter or field: where it stands, what it holds, what it means."""

    name: str
    kind: str
    text: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one kind: parameters, fields of the body, fields of the answer."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What may go wrong: the status, and what it means."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    id: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    tables: list[Rows] = field(default_factory=list)
    request: str = ""
    answer: str = ""
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Subject:
    """Operations about one thing."""

    name: str
    text: str
    operations: list[Operation]


@cache
def subjects() -> list[Subject]:
    """Return everything the page tells."""
    document = open_api()
    by_subject: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, verb, said in operations_in(document):
        by_subject[said["tags"][0]].append(_operation(path, verb, said, document))
    texts = {tag["name"]: tag["description"] for tag in document["tags"]}
    return [Subject(name, texts[name], found) for name, found in by_subject.items() if found]


def named_problems() -> dict[str, str]:
    """Return what a problem's code means: the sentence a person reads, by code."""
    known = {
        code_of(one): gettext(one.__doc__ or "")
        for module in (errors, token_errors, people_errors, conversation_errors, reply_errors, api_errors)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, AllEarsError)
    }
    known["broken"] = gettext(
        "Something broke on our side. It is written down: the reference finds it in the log."
    )
    return dict(sorted(known.items()))


def _operation(path: str, verb: str, said: Part, document: Part) -> Operation:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    status, good = next(iter(said["responses"].items()))
    content = next(iter(good["content"].values()))
    parameters = [resolved(one, document) for one in said["parameters"]]
    tables = [
        Rows("Parameters", [_parameter(one) for one in parameters]),
        Rows("Body", list(_fields(body.get("schema", {}), document))),
        Rows("Answer", list(_fields(content["schema"], document))),
    ]
    return Operation(
        id=said["operationId"],
        method=verb.upper(),
        path=path,
        summary=said["summary"],
        paragraphs=said["description"].split("\n\n"),
        tables=[table for table in tables if table.rows],
        request=_curl(path, verb, parameters, body.get("example")),
        answer=_shown(status, content.get("example")),
        refusals=[
            Refusal(status, resolved(one, document)["description"])
            for status, one in said["responses"].items()
            if int(status) >= 400
        ],
    )


def _parameter(one: Part) -> Row:
    kind = _kind_of(one["schema"])
    text = one.get("description") or ("The id of it." if one["in"] == "path" else "")
    named = f"{one['name']}:" if one["in"] == "header" else one["name"]
    return Row(named, kind, text, one.get("required", False))


def _fields(schema: Part, document: Part, before: str = "", depth: int = 0) -> Iterator[Row]:
    """Yield the fields of an object, and those of the objects in it."""
    schema = _object_in(schema, document)
    needed = schema.get("required", [])
    for name, part in schema.get("properties", {}).items():
        inner = _object_in(part, document)
        kind = _kind_of(part, document)
        is_asked = name in needed and not before and "default" not in part
        yield Row(f"{before}{name}", kind, _text_of(part, document), is_asked)
        if depth < DEEPEST and inner.get("properties") and not (depth and before):
            mark = "[]." if "[]" in kind else "."
            yield from _fields(inner, document, f"{before}{name}{mark}", depth + 1)


def _object_in(schema: Part, document: Part) -> Part:
    """Return the object a field holds, also where it holds a list of them or may be null."""
    schema = resolved(schema, document)
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            schema = resolved(choice, document)
            break
    return resolved(schema["items"], document) if schema.get("type") == "array" else schema


def _text_of(part: Part, document: Part) -> str:
    text = part.get("description") or (
        "" if "anyOf" in part else resolved(part, document).get("description", "")
    )
    values = [f"`{value}`" for value in resolved(part, document).get("enum", []) if value]
    return f"{text} {', '.join(values)}.".strip() if values and "`" not in text else text


def _kind_of(schema: Part, document: Part | None = None) -> str:
    """Say in a word what a value is."""
    schema = resolved(schema, document) if document else schema
    if choices := schema.get("anyOf"):
        return " or ".join(_kind_of(choice, document) for choice in choices)
    if schema.get("type") == "array":
        return f"{_kind_of(schema['items'], document)}[]"
    return "moment" if schema.get("format") == "date-time" else str(schema.get("type", "string"))


def _curl(path: str, verb: str, parameters: list[Part], example: Any) -> str:
    """Write the request as one would type it."""
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", "1284")
    lines = [f'curl "$ALLEARS{path}"', '-H "Authorization: Bearer $TOKEN"']
    if verb != "get":
        lines.insert(1, f"-X {verb.upper()}")
        lines.append("-H 'Idempotency-Key: order-77-1'")
    if example is not None:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(json.dumps(example, ensure_ascii=False))}")
    return " \\\n  ".join(lines)


def _shown(status: str, example: Any) -> str:
    return "" if example is None else f"{status}\n{json.dumps(example, ensure_ascii=False, indent=2)}"
