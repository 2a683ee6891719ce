"""Speak with a model as OpenAI's chat completions do: one request, one answer, everything else in words.

What comes back is checked in every part, for the address may lead to anything.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

from allears.connectors.errors import ConnectorError, Refused
from allears.connectors.interface import WebResponse
from allears.connectors.words import mark
from allears.pipeline.suggesting.errors import ModelAddressNotValid

LONGEST_CALL = 90.0
LONGEST_TRY = 25.0
LARGEST_ANSWER = 512 * 1024
LONGEST_TEXT = 6000
KEY_REFUSED = mark("The language model does not accept the key.")
NOT_FOUND = mark("There is no such model at this address. Check the address and the name of the model.")
TOO_MANY = mark("The language model is asked too often just now, or its account is used up. Try again later.")
TOO_LONG = mark("The language model refused the request: %(why)s")
BROKEN = mark("The language model has trouble of its own (error %(status)s). Try again later.")
NO_LINE = mark("The language model could not be reached.")
NO_ANSWER = mark("The language model did not answer in time, or broke off.")
NONSENSE = mark("What answers at this address does not speak as a language model does.")
SILENT = mark("The language model answered with no words.")
HELD_BACK = mark("The language model declined to answer this.")
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
Messages = list[dict[str, str]]


class Poster(Protocol):
    """The way out."""

    def post(
        self, url: str, *, body: bytes, headers: dict[str, str], budget: str = "", reads: bool = False
    ) -> WebResponse: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a model is, what it is called there, and its key ("" for none)."""

    address: str
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model said. Tokens are as it counted them, None where it does not tell."""

    text: str
    model: str
    is_cut: bool
    tokens_in: int | None
    tokens_out: int | None
    took_ms: int


class ModelTrouble(Exception):
    """The model gave no answer. `sentence` is marked; `may_cost`: it may have been paid for all the same."""

    def __init__(
        self, sentence: str, facts: Mapping[str, str] | None = None, *, may_cost: bool = False
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.facts, self.may_cost = sentence, dict(facts or {}), may_cost


@cache
def way_out(longest: float = LONGEST_CALL) -> Poster:
    """Return the client that asks models: patient, for one on this machine may think for a minute."""
    from allears.foundation.web_client import WebClient

    return WebClient(longest=longest, largest=LARGEST_ANSWER, silence=longest)


def checked_address(address: str) -> str:
    """Return a base address as it is kept, without its last part. Raise ModelAddressNotValid."""
    address = address.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        is_good = is_good and (parts.port is None or parts.port > 0) and not (parts.query or parts.fragment)
    except ValueError:
        is_good = False
    if not is_good or len(address) > 480 or any(one.isspace() or not one.isprintable() for one in address):
        raise ModelAddressNotValid
    return address


def ask_model(place: Place, messages: Messages, most_tokens: int, poster: Poster) -> Said:
    """Ask once, and return what was said. Raise ModelTrouble."""
    begun = monotonic()
    response = _post(place, {"messages": messages, "max_tokens": most_tokens}, poster)
    if response.status_code == 400 and b"max_completion_tokens" in response.content:
        # Newer models of some services call it otherwise; what was refused costs nothing.
        response = _post(place, {"messages": messages, "max_completion_tokens": most_tokens}, poster)
    if response.status_code != 200:
        raise _refusal(response)
    return _said(place, response, round((monotonic() - begun) * 1000))


def _post(place: Place, wanted: dict[str, Any], poster: Poster) -> WebResponse:
    headers = {"content-type": "application/json", "accept": "application/json", "user-agent": "AllEars"}
    if place.key:
        headers["authorization"] = f"Bearer {place.key}"
    body = json.dumps({"model": place.name, "stream": False, **wanted}).encode()
    try:
        return poster.post(f"{place.address}/chat/completions", body=body, headers=headers)
    except Refused as error:
        raise ModelTrouble(error.detail, error.facts) from error
    except ConnectorError as error:
        is_away = error.raw in {"ConnectError", "ConnectTimeout", "PoolTimeout"}
        raise ModelTrouble(NO_LINE if is_away else NO_ANSWER, may_cost=not is_away) from error


def _refusal(response: WebResponse) -> ModelTrouble:
    status = response.status_code
    if status in {401, 403}:
        return ModelTrouble(KEY_REFUSED)
    if status in {404, 405}:
        return ModelTrouble(NOT_FOUND)
    if status in {402, 429}:
        return ModelTrouble(TOO_MANY)
    if status in {400, 413, 422}:
        return ModelTrouble(TOO_LONG, {"why": _reason_in(response) or str(status)})
    return ModelTrouble(BROKEN, {"status": str(status)}) if status >= 500 else ModelTrouble(NONSENSE)


def _reason_in(response: WebResponse) -> str:
    """Return what the service says of its refusal, one short line of it."""
    try:
        error = json.loads(response.content)["error"]
        reason = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        return ""
    return clean_text(reason, 200).replace("\n", " ") if isinstance(reason, str) else ""


def _said(place: Place, response: WebResponse, took_ms: int) -> Said:
    try:
        told = json.loads(response.content)
        choice = told["choices"][0]
        content, ended = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelTrouble(NONSENSE, may_cost=True) from error
    if ended == "content_filter":
        raise ModelTrouble(HELD_BACK, may_cost=True)
    if content is not None and not isinstance(content, str):
        raise ModelTrouble(NONSENSE, may_cost=True)
    bare = _THOUGHTS.sub("", content or "")
    text = clean_text(bare, LONGEST_TEXT)
    if not text:
        raise ModelTrouble(SILENT, may_cost=True)
    usage, model = told.get("usage"), told.get("model")
    return Said(
        text=text,
        model=model[:200] if isinstance(model, str) and model else place.name,
        is_cut=ended == "length" or len(bare.strip()) > LONGEST_TEXT,
        tokens_in=_count_in(usage, "prompt_tokens"),
        tokens_out=_count_in(usage, "completion_tokens"),
        took_ms=took_ms,
    )


def clean_text(text: str, most: int) -> str:
    """Return a text without letters that nobody sees, at most so long."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n")).strip()[:most].rstrip()


def _count_in(usage: object, name: str) -> int | None:
    found = usage.get(name) if isinstance(usage, dict) else None
    is_count = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= 10_000_000
    return found if is_count else None
