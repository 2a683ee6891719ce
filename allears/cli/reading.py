"""Read texts from standard input, one reading a line; needs no installation, no settings and no database."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from allears.pipeline.understanding.explaining import explain
from allears.pipeline.understanding.reader import read_texts
from allears.pipeline.understanding.reading import Reading, Text

BATCH = 100
ASKED = ("sentiment", "intent", "urgency")
Line = dict[str, Any]


class Broken(ValueError):
    """This line can't be read."""


def read_lines(*, with_why: bool) -> None:
    """Print a reading for every line, as soon as a batch of them is there."""
    out = sys.stdout.buffer
    for batch in _batches(sys.stdin.buffer):
        for line in readings_of(batch, with_why=with_why):
            out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        out.flush()


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Cut lines into batches; at a terminal, where each is waited for, into single ones."""
    size = 1 if sys.stdin.isatty() else BATCH
    rest = iter(lines)
    while batch := list(islice(rest, size)):
        yield batch


def readings_of(lines: Iterable[bytes], *, with_why: bool) -> list[Line]:
    """Return what to print for each line; a broken one says what is wrong, and the others go on."""
    parsed = [_parsed(line) for line in lines]
    texts = [one for one in parsed if isinstance(one, Text)]
    readings = iter(zip(texts, read_texts(texts), strict=True))
    return [_said(*next(readings), with_why=with_why) if isinstance(one, Text) else one for one in parsed]


def _parsed(line: bytes) -> Text | Line:
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    if not text.lstrip().startswith("{"):
        return Text(text=text)
    try:
        return _text_of(json.loads(text))
    except (Broken, json.JSONDecodeError, RecursionError) as error:
        return {"error": str(error) or type(error).__name__}


def _text_of(given: Line) -> Text:
    text, names = given.get("text"), given.get("names") or []
    if not isinstance(text, str):
        raise Broken("There is no text: a line is words, or JSON with `text`.")
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise Broken("`names` is a list of texts.")
    addressed = given.get("addressed")
    return Text(
        text=text,
        is_private=bool(given.get("private")),
        is_addressed=None if addressed is None else bool(addressed),
        is_among_others=bool(given.get("among_others")),
        names=tuple(names),
    )


def _said(text: Text, reading: Reading, *, with_why: bool) -> Line:
    line = {
        **_moods(reading),
        **_wants(reading),
        "personal": _personal(text, reading),
        "version": reading.version,
    }
    if with_why:
        line["why"] = {question: explain(text.text, question) for question in ASKED}
    return line


def _moods(reading: Reading) -> Line:
    names = ("negative", "neutral", "positive")
    return {
        "language": reading.language,
        "language_chance": _rounded(reading.language_chance),
        "sentiment": reading.sentiment.value,
        "sentiment_chances": dict(zip(names, map(_rounded, reading.sentiment_chances), strict=True)),
    }


def _wants(reading: Reading) -> Line:
    return {
        "intent": reading.intent.value,
        "intent_chances": {intent.value: _rounded(one) for intent, one in reading.intent_chances.items()},
        "asks": reading.asks,
        "asks_chance": _rounded(reading.asks_chance),
        "urgency": reading.urgency.name.lower(),
        "urgency_chance": _rounded(reading.urgency_chance),
        "praise": reading.is_praise,
        "sensitive": reading.is_sensitive,
        "advice": reading.advice.value,
        "reasons": [one.code for one in reading.reasons],
    }


def _personal(text: Text, reading: Reading) -> list[Line]:
    return [
        {"kind": one.kind.value, "start": one.start, "end": one.end, "text": text.text[one.start : one.end]}
        for one in reading.personal
    ]


def _rounded(chance: float) -> float:
    return round(float(chance), 4)
