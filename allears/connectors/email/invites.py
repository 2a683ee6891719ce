"""Calendar invites (RFC 5545, RFC 5546) told in lines without words of any language: what, when, where."""

import re
from dataclasses import dataclass
from datetime import datetime

from allears.connectors.email.charsets import clean_text
from allears.connectors.words import mark

CANCELLED = mark("The event in this invite was called off.")
REPEATS = mark("The event in this invite repeats.")
_LONGEST = 300_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r'([A-Za-z-]+)((?:;(?:"[^"]*"|[^":;])*)*):([^\n]*)')
_ZONE = re.compile(r';TZID="?([^";:]+)', re.IGNORECASE)
_COMMON_NAME = re.compile(r';CN="?([^";:]+)', re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\(.)")
_TOLD = frozenset("SUMMARY DTSTART DTEND LOCATION DESCRIPTION ORGANIZER RRULE COMMENT".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Invite:
    """An event somebody sent: `method` is what they want with it (REQUEST, REPLY, CANCEL...)."""

    method: str
    text: str
    comment: str
    warnings: tuple[str, ...]


def read_invite(calendar: str, method: str = "") -> Invite | None:
    """Read the first event of a calendar; None when there is none."""
    properties: dict[str, tuple[str, str]] = {}
    is_inside = False
    for raw in _FOLD.sub("", calendar[:_LONGEST]).split("\n"):
        line = _LINE.match(raw)
        if not line:
            continue
        name, value = line[1].upper(), line[3].strip()
        if name == "BEGIN" and value.upper() in {"VEVENT", "VTODO"}:
            is_inside = True
        elif name in {"BEGIN", "END"} and is_inside:
            break
        elif name == "METHOD" and not is_inside:
            method = method or value
        elif is_inside and name in _TOLD:
            properties.setdefault(name, (line[2], _unescape(value)))
    if not is_inside:
        return None
    return Invite(
        method.upper(), _tell(properties), properties.get("COMMENT", ("", ""))[1], _warn(method, properties)
    )


def _tell(properties: dict[str, tuple[str, str]]) -> str:
    lines = [properties[name][1] for name in ("SUMMARY",) if name in properties]
    lines.append(_tell_time(properties))
    lines += [properties[name][1] for name in ("LOCATION",) if name in properties]
    lines.append(_tell_organizer(properties))
    told = "\n".join(line for line in lines if line)
    description = properties.get("DESCRIPTION", ("", ""))[1].strip()
    return clean_text(f"{told}\n\n{description}".strip())


def _tell_time(properties: dict[str, tuple[str, str]]) -> str:
    start = _tell_moment(*properties.get("DTSTART", ("", "")))
    end = _tell_moment(*properties.get("DTEND", ("", "")))
    if not start or not end or start == end:
        return start
    day, _, clock = end.partition(" ")
    zone = clock.partition(" ")[2]
    start = start.removesuffix(f" {zone}") if zone else start
    return f"{start} – {clock if clock and start.startswith(day) else end}"


def _tell_moment(parameters: str, value: str) -> str:
    found = _MOMENT.match(value)
    if not found:
        return value
    try:
        year, month, day, hour, minute = (int(number or 0) for number in found.groups()[:5])
        moment = datetime(year, month, day, hour, minute)  # noqa: DTZ001 (its zone is told by name)
    except ValueError:
        return value
    if not found[4]:
        return f"{moment:%Y-%m-%d}"
    zone = _ZONE.search(parameters)
    named = "UTC" if found[6] else zone[1].strip() if zone else ""
    return f"{moment:%Y-%m-%d %H:%M} {named}".strip()


def _tell_organizer(properties: dict[str, tuple[str, str]]) -> str:
    parameters, value = properties.get("ORGANIZER", ("", ""))
    address = re.sub(r"(?i)^mailto:", "", value)
    name = _COMMON_NAME.search(parameters)
    return f"{name[1].strip()} <{address}>" if name and name[1].strip() != address else address


def _unescape(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _warn(method: str, properties: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    warnings = (CANCELLED,) if method.upper() == "CANCEL" else ()
    return (*warnings, REPEATS) if "RRULE" in properties else warnings
