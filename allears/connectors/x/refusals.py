"""Why X refused, in words for people: they read what happened and what to do; what X said is for the log."""

from allears.connectors.errors import ConnectorError, Disconnected, Refused
from allears.connectors.meta.values import Json, objects_in, text_in
from allears.connectors.words import mark

SAME_AGAIN = mark("X takes the same words only once. Change them a little, then send again.")
NO_MESSAGES = mark("This person does not take direct messages from your account. Answer publicly.")
POST_GONE = mark("The post is no longer there, or its author has blocked your account.")
NOT_CALLED = mark(
    "X refused, because the author did not mention or quote your account. Answer in the X app, or by a "
    "direct message."
)
LIMITED = mark("The author lets only certain people answer this post.")
MAY_NOT = mark(
    "The app may not do this. Give it the permission in the developer console of X, then renew the keys."
)
LOCKED = mark("X has locked or suspended your account. Sign in to X and follow what it asks.")
NOT_ON_PLAN = mark("X does not offer this on your plan.")
TOO_LONG = mark("The text is too long for X.")
REFUSED = mark("X did not take it. Change it, or answer in the X app.")
NOT_KNOWN = mark("X knows no such post, message or person.")


class Duplicate(Refused):
    """X takes the same words only once. Change them a little, then send again."""


# What X's sentences contain, in lower case: the first that fits decides.
_MEANINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("cannot send messages to this user", "not allowed to send", "dm settings", "does not follow you"),
        NO_MESSAGES,
    ),
    (
        (
            "deleted or not visible",
            "deleted or is not visible",
            "tweet that is deleted",
            "post that is deleted",
        ),
        POST_GONE,
    ),
    (
        (
            "you are not allowed to reply",
            "mentioned by the author",
            "mention or quote",
            "have not been mentioned",
        ),
        NOT_CALLED,
    ),
    (
        ("reply settings", "limited who can reply", "conversation is restricted", "reply restrictions"),
        LIMITED,
    ),
    (("too long", "over the character limit", "text_too_long"), TOO_LONG),
    (("suspended", "locked"), LOCKED),
    (("client-not-enrolled", "client-forbidden", "access level", "unsupported-authentication"), NOT_ON_PLAN),
    (("oauth1 app permissions", "oauth1-permissions", "permission", "scope"), MAY_NOT),
    (("resource-not-found", "not found", "could not find"), NOT_KNOWN),
)


def refusal_of(body: Json, status: int, raw: str) -> ConnectorError:
    """Give the error that a refusal means."""
    said = _said(body)
    if "duplicate" in said:
        return Duplicate(SAME_AGAIN, raw=raw)
    if status == 403 and ("suspended" in said or "temporarily locked" in said):
        return Disconnected(LOCKED, raw=raw)
    for phrases, sentence in _MEANINGS:
        if any(phrase in said for phrase in phrases):
            return Refused(sentence, raw=raw)
    return Refused(NOT_KNOWN if status == 404 else REFUSED, raw=raw)


def _said(body: Json) -> str:
    names = ("title", "detail", "type", "reason", "message")
    problems = [body, *objects_in(body, "errors")]
    return " ".join(text_in(problem, name) for problem in problems for name in names).lower()
