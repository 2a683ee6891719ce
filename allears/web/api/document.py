"""The description of the API in OpenAPI 3.1: what the views say of themselves, and what holds for all of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from allears.web.api.describing import (
    GUIDE,
    HEADERS,
    ON_ERRORS,
    PARAMETERS,
    PROBLEMS,
    SUBJECTS,
    TOKEN,
    problems_of_operation,
)
from allears.web.api.examples import example_of
from allears.web.api.json_text import write_json

Part = dict[str, Any]
VERBS = ("get", "post", "patch", "put", "delete")


@cache
def open_api() -> Part:
    """Make the document; the same for everyone, so once in a process."""
    from allears.web.api.application import api
    from allears.web.api.shapes.basics import Problem
    from allears.web.api.shapes.messages import OvertakenProblem

    found: Part = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    found["info"]["description"] = GUIDE
    found["servers"] = [{"url": "/", "description": "This installation."}]
    found["security"] = [{"token": []}]
    found["tags"] = [{"name": name, "description": text} for name, text in SUBJECTS.items()]
    components = found["components"]
    for shape in (Problem, OvertakenProblem):
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"] |= {**schema.pop("$defs", {}), shape.__name__: schema}
    components |= {
        "securitySchemes": {"token": TOKEN},
        "responses": {name: _problem_response(*said) for name, said in PROBLEMS.items()},
        "headers": HEADERS,
        "parameters": PARAMETERS,
    }
    _tidy(components["schemas"])
    for path, verb, operation in operations_in(found):
        _finish(path, verb, operation, found)
    return found


@cache
def open_api_text() -> str:
    """Return the document as JSON."""
    return write_json(open_api())


def operations_in(document: Part) -> Iterator[tuple[str, str, Part]]:
    """Yield path, verb and operation."""
    for path, verbs in document["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                yield path, verb, verbs[verb]


def _finish(path: str, verb: str, operation: Part, document: Part) -> None:
    """Say of one operation what holds for all of its kind."""
    operation["operationId"] = operation["operationId"].rpartition("_views_")[2].partition("_")[2]
    for parameter in operation["parameters"]:
        _tidy_schema(parameter["schema"])
    names = {"get": (), "patch": ("IdempotencyKey", "IfMatch")}.get(verb, ("IdempotencyKey",))
    operation["parameters"] += [{"$ref": f"#/components/parameters/{name}"} for name in names]
    answers = operation["responses"] = {str(status): said for status, said in operation["responses"].items()}
    for response in answers.values():
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _headers_for(verb)}
        _describe_bytes(path, response)
        for content in response["content"].values():
            _add_example(content, document)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _add_example(content, document)
    for status, name in problems_of_operation(path, verb, operation).items():
        answers.setdefault(status, {"$ref": f"#/components/responses/{name}"})


def _headers_for(verb: str) -> list[str]:
    usual = [name for name in HEADERS if name not in ON_ERRORS]
    return [name for name in usual if verb != "get" or not name.startswith("Idempotency")]


def _describe_bytes(path: str, response: Part) -> None:
    """Say what a download is."""
    response.setdefault("content", {})
    if path.startswith("/api/v1/attachments/"):
        response["description"] = "The bytes."
        response["content"] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def _add_example(content: Part, document: Part) -> None:
    if content["schema"].get("format") != "binary":
        content["example"] = example_of(content["schema"], document)


def _problem_response(description: str, headers: list[str], schema: str = "Problem") -> Part:
    found: Part = {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
    if headers:
        found["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return found


def _tidy(schemas: Part) -> None:
    for schema in schemas.values():
        _tidy_schema(schema)
        for part in schema.get("properties", {}).values():
            _tidy_schema(part)


def _tidy_schema(schema: Part) -> None:
    """Leave out what only repeats a name, and a default of null where null may not be sent."""
    schema.pop("title", None)
    may_be_null = any(choice.get("type") == "null" for choice in schema.get("anyOf", []))
    if schema.get("default", "") is None and not may_be_null:
        del schema["default"]
