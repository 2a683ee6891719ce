"""What the errors of the Graph API mean, in our errors and in words for people.

An error has a code and often a subcode; what it said goes to the log. A connector adds meanings of its own.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from allears.connectors.errors import (
    ConnectorError,
    Disconnected,
    Expired,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import WebResponse
from allears.connectors.meta.usage import pause_asked
from allears.connectors.meta.values import Json, clean_text, object_in, parse_object
from allears.connectors.words import mark

Meanings = Mapping[tuple[int, int], tuple[type[ConnectorError], str]]
ANY = 0

BUSY = mark("Meta asks us to slow down; All Ears goes on by itself.")
OUTSIDE = mark(
    "The time to answer is over: the customer must write again first. Until then only Meta's own apps can write."
)
UNAVAILABLE = mark("This person can't be written to: they left, blocked the page or do not take messages.")
GONE = mark("It is no longer there, or this account may not see it.")
NOT_ALLOWED = mark("The app lacks a permission for this. Open the channel's settings: they say which one.")
TOKEN_ENDED = mark("The access token has ended. Connect the channel again with a new one.")
BLOCKED = mark(
    "Meta has blocked this account for a while because of its rules. Look at the page's quality there."
)
TWICE = mark("Meta takes the same words only once. Change them a little.")
TOO_LONG = mark("Meta found the text too long. Shorten it.")
FILE_REFUSED = mark("Meta did not take the file. Try a smaller one, or another kind.")
THEIR_TROUBLE = mark("Meta has trouble of its own (%(code)s).")
NOT_TAKEN = mark("Meta did not take it (error %(code)s).")

MEANINGS: Meanings = {
    (10, 2018278): (Refused, OUTSIDE),
    (ANY, 2018278): (Refused, OUTSIDE),
    (ANY, 2018065): (Refused, OUTSIDE),
    (ANY, 2534022): (Refused, OUTSIDE),
    (ANY, 1545041): (Refused, UNAVAILABLE),
    (ANY, 2018001): (Refused, UNAVAILABLE),
    (ANY, 2018027): (Refused, UNAVAILABLE),
    (ANY, 2534014): (Refused, UNAVAILABLE),
    (551, ANY): (Refused, UNAVAILABLE),
    (ANY, 2018300): (
        Refused,
        mark("Another app holds this chat just now. Take it back there, then send again."),
    ),
    (ANY, 2018034): (Refused, TOO_LONG),
    (ANY, 2018109): (Refused, FILE_REFUSED),
    (ANY, 2018047): (Refused, FILE_REFUSED),
    (ANY, 2018294): (Refused, FILE_REFUSED),
    (10900, ANY): (Refused, mark("This comment was already answered privately; Meta allows it once.")),
    (10901, ANY): (Refused, mark("The comment is older than 7 days, so it can't be answered privately.")),
    (10903, ANY): (Refused, mark("This comment can't be answered privately.")),
    (ANY, 2534025): (Refused, mark("This comment can't be answered privately.")),
    (10, ANY): (Refused, NOT_ALLOWED),
    (3, ANY): (Refused, NOT_ALLOWED),
    (100, 33): (Refused, GONE),
    (803, ANY): (Refused, GONE),
    (ANY, 463): (Expired, TOKEN_ENDED),
    (190, 458): (Disconnected, mark("The app was removed from the account. Connect the channel again.")),
    (190, 459): (
        Disconnected,
        mark("Meta wants the person who connected it to sign in there. Then connect again."),
    ),
    (190, 460): (
        Disconnected,
        mark("The person who connected it changed their password. Connect the channel again."),
    ),
    (190, 464): (
        Disconnected,
        mark("Meta has not confirmed the person who connected it. They must sign in there."),
    ),
    (190, 492): (
        Disconnected,
        mark("The person who connected it may no longer act for the page. Connect again."),
    ),
    (190, ANY): (Expired, TOKEN_ENDED),
    (102, ANY): (Expired, TOKEN_ENDED),
    (210, ANY): (Expired, mark("This needs the page's own access token.")),
    (368, ANY): (Refused, BLOCKED),
    (506, ANY): (Refused, TWICE),
    (1200, ANY): (Unreachable, mark("Meta could not send it just now.")),
    (4, ANY): (SlowDown, BUSY),
    (17, ANY): (SlowDown, BUSY),
    (32, ANY): (SlowDown, BUSY),
    (341, ANY): (SlowDown, BUSY),
    (613, ANY): (SlowDown, BUSY),
}
PERMISSIONS = range(200, 300)
BUSY_ACCOUNTS = range(80000, 80015)
TRANSIENT = frozenset({-1, 1, 2})


def error_in(
    response: WebResponse, *, writes: bool, meanings: Meanings | None = None
) -> ConnectorError | None:
    """Say what an answer of the Graph API means if it is not what was asked for; None if it is.

    What wrote and met trouble at Meta is Unknown: it may have been done. `meanings` come before ours.
    """
    error = _told(response)
    if error is None and response.status_code < 300:
        return None
    raw = f"{response.status_code} {clean_text(response.content[:1000].decode('utf-8', 'replace'))}"
    code, subcode = _number(error, "code"), _number(error, "error_subcode")
    found = _meaning(code, subcode, meanings or {})
    if found is None and response.status_code == 429:
        found = SlowDown, BUSY
    if found is None and (not error or response.status_code >= 500 or code in TRANSIENT):
        return _trouble(response.status_code, code, raw, writes=writes)
    kind, sentence = found or (Refused, NOT_TAKEN)
    facts = {"code": f"{code}/{subcode}" if subcode else str(code)} if sentence == NOT_TAKEN else {}
    if kind is SlowDown:
        return SlowDown(
            datetime.now(UTC) + (pause_asked(response) or timedelta(minutes=5)), sentence, raw=raw
        )
    return kind(sentence, raw=raw, **facts)


def _trouble(status: int, code: int, raw: str, *, writes: bool) -> ConnectorError:
    if writes and status != 404:
        return Unknown(raw=raw)
    if 400 <= status < 500 and status != 408 and not code:
        return Refused(NOT_TAKEN, raw=raw, code=str(status))
    return Unreachable(THEIR_TROUBLE, raw=raw, code=str(code or status))


def _meaning(code: int, subcode: int, first: Meanings) -> tuple[type[ConnectorError], str] | None:
    names = [(code, subcode), (ANY, subcode), (code, ANY)] if subcode else [(code, ANY)]
    for known in (first, MEANINGS):
        for name in names:
            if name != (ANY, ANY) and name in known:
                return known[name]
    if code in PERMISSIONS:
        return Refused, NOT_ALLOWED
    return (SlowDown, BUSY) if code in BUSY_ACCOUNTS else None


def _told(response: WebResponse) -> Json | None:
    try:
        answer = parse_object(response.content)
    except ConnectorError:
        return None
    return object_in(answer, "error") or None


def _number(error: Json | None, name: str) -> int:
    found = (error or {}).get(name)
    try:
        return int(found) if isinstance(found, str | int) else 0
    except ValueError:
        return 0
