"""Templates: listed with their gaps, and filled as the Cloud API wants it.

A gap of the body keeps its own name ("1", "name"); those of the header and of a button are called after them, so
that no two are called the same.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from allears.connectors.errors import Refused
from allears.connectors.interface import FilledTemplate, Template
from allears.connectors.meta.values import Json, list_in, objects_in, text_in
from allears.connectors.whatsapp.receipts import NO_TEMPLATE
from allears.connectors.words import mark

GAP = re.compile(r"\{\{\s*(\w+)\s*\}\}")
HEADER = "header"
BUTTON = "button"
CANT_FILL = mark(
    "This template needs a picture, a form or a code that All Ears can't fill in. Send it from WhatsApp."
)
EMPTY_GAP = mark("The gap %(gap)s of the template is empty.")
# What needs nothing from us when the template is sent.
_PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "VOICE_CALL", "URL"})
_PLAIN_PARTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})


def template_of(told: Json) -> Template:
    """Translate one template as it is listed."""
    header, body, footer = (_part(told, name) for name in ("HEADER", "BODY", "FOOTER"))
    return Template(
        name=text_in(told, "name"),
        language=text_in(told, "language"),
        body=_without_space(text_in(body, "text")),
        gaps=tuple(_gaps(told)),
        header=GAP.sub(lambda found: _named(HEADER, found.group(1)), text_in(header, "text")),
        footer="\n".join(filter(None, [text_in(footer, "text"), *_button_lines(told)])),
        category=text_in(told, "category").lower(),
        has_unfillable=_has_unfillable(told),
    )


def _part(told: Json, kind: str) -> Json:
    return next(
        (part for part in objects_in(told, "components") if text_in(part, "type").upper() == kind), {}
    )


def _without_space(text: str) -> str:
    return GAP.sub(lambda found: f"{{{{{found.group(1)}}}}}", text)


def _named(place: str, gap: str) -> str:
    return f"{{{{{place}_{gap}}}}}"


def _gaps(told: Json) -> Iterator[str]:
    """Name every gap in the order in which it is read: header, body, buttons."""
    for gap in _gaps_in(_part(told, "HEADER")):
        yield f"{HEADER}_{gap}"
    yield from _gaps_in(_part(told, "BODY"))
    for number, button in enumerate(_buttons(told)):
        for gap in GAP.findall(text_in(button, "url")):
            yield f"{BUTTON}{number}_{gap}"


def _gaps_in(part: Json) -> list[str]:
    return list(dict.fromkeys(GAP.findall(text_in(part, "text"))))


def _buttons(told: Json) -> list[Json]:
    return list(objects_in(_part(told, "BUTTONS"), "buttons"))


def _button_lines(told: Json) -> Iterator[str]:
    for number, button in enumerate(_buttons(told)):
        url = GAP.sub(lambda found, n=number: _named(f"{BUTTON}{n}", found.group(1)), text_in(button, "url"))  # type: ignore[misc]
        yield " ".join(filter(None, [f"[{text_in(button, 'text')}]", url or text_in(button, "phone_number")]))


def _has_unfillable(told: Json) -> bool:
    kinds = {text_in(part, "type").upper() for part in objects_in(told, "components")}
    header = text_in(_part(told, "HEADER"), "format").upper()
    buttons = {text_in(button, "type").upper() for button in _buttons(told)}
    return bool(
        kinds - _PLAIN_PARTS
        or header not in {"", "TEXT"}
        or buttons - _PLAIN_BUTTONS
        or text_in(told, "category").upper() == "AUTHENTICATION"
    )


def fill(told: Json, filled: FilledTemplate) -> Json:
    """Say in the Cloud API's words which template is sent, and what stands in its gaps. Raise Refused."""
    if not told:
        raise Refused(NO_TEMPLATE)
    if _has_unfillable(told):
        raise Refused(CANT_FILL)
    is_named = text_in(told, "parameter_format").upper() == "NAMED"
    components: list[Json] = []
    for kind, prefix in (("HEADER", f"{HEADER}_"), ("BODY", "")):
        if gaps := _gaps_in(_part(told, kind)):
            values = [_parameter(gap, _value(filled, f"{prefix}{gap}"), is_named=is_named) for gap in gaps]
            components.append({"type": kind.lower(), "parameters": values})
    components += list(_button_parts(told, filled))
    language = {"policy": "deterministic", "code": filled.language}
    chosen: dict[str, Any] = {"name": filled.name, "language": language}
    return {**chosen, "components": components} if components else chosen


def _button_parts(told: Json, filled: FilledTemplate) -> Iterator[Json]:
    for number, button in enumerate(_buttons(told)):
        values = [_value(filled, f"{BUTTON}{number}_{gap}") for gap in GAP.findall(text_in(button, "url"))]
        if values:
            parameters = [{"type": "text", "text": value} for value in values]
            yield {"type": "button", "sub_type": "url", "index": str(number), "parameters": parameters}


def _parameter(gap: str, value: str, *, is_named: bool) -> Mapping[str, str]:
    named = {"parameter_name": gap} if is_named else {}
    return {"type": "text", "text": value, **named}


def _value(filled: FilledTemplate, gap: str) -> str:
    value = str(filled.values.get(gap, "")).strip()
    if not value:
        raise Refused(EMPTY_GAP, gap=gap)
    # WhatsApp takes no breaks between lines and no rows of spaces in a gap.
    value = re.sub(r"\s*[\r\n\t]+\s*", ", ", value)
    return re.sub(r" {4,}", "   ", value)


def find_listed(page: Json, filled: FilledTemplate) -> Json:
    """Find the template of this very name and language among those listed."""
    for told in objects_in({"data": list_in(page, "data")}, "data"):
        if text_in(told, "name") == filled.name and text_in(told, "language") == filled.language:
            if text_in(told, "status").upper() not in {"", "APPROVED"}:
                raise Refused(NO_TEMPLATE)
            return told
    raise Refused(NO_TEMPLATE)
