"""What is said of the API as a whole: its guide, its subjects, its headers and its problems."""

from typing import Any

GUIDE = """\
Whatever an agent can do on the desk, a program can do here, with a token that stands for a member.

**Token.** Make one under Settings, API tokens, or by `bin/allears token create --member MAIL`, and send it
with each request: `Authorization: Bearer ae_...`. It may do what its member may do, and nothing more; what
the member may not see does not exist for it (404).

**Once.** Send an `Idempotency-Key` of your own with whatever writes. The same request with the same key
within 24 hours does nothing again and gets the same answer, with `Idempotency-Replayed: true`; another
request with that key gets 422. What was refused was not done, and may be sent again with its key.

**Lists** have `items` and `next_cursor`: pass that as `cursor` for the next page; null means that there is
none. Moments are RFC 3339 in UTC.

**Errors** are `application/problem+json` (RFC 9457): `code` is for your program, `detail` for a person, in
the language of `Accept-Language`; `errors` names single fields.

**Limits.** Each token may read 3,000 times and write 600 times a minute (the installation may set other
numbers). Each answer says what is left; 429 says when to go on.
"""
SUBJECTS = {
    "Conversations": "One customer, one matter, one clock.",
    "Messages": "What was said, with its files.",
    "Replies": "What is said to a customer: held, under way, sent, or refused.",
    "Suggestions": "What a language model wrote, where one is set: summaries, drafts, translations.",
    "Abilities": "What can be done with a message at this moment, and what is done to it without words.",
    "Notes": "Words for members; customers never see them.",
    "Customers": "The people, and where they write from.",
    "Events": "Everything that happened, in order.",
    "Workspace": "Who and what there is.",
}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "ae_...",
    "description": "A token of a member, from Settings, API tokens.",
}
_NUMBER = {"type": "string", "pattern": "^[0-9]+$"}
HEADERS: dict[str, Any] = {
    "RateLimit-Limit": {"description": "How many requests of this kind a minute.", "schema": _NUMBER},
    "RateLimit-Remaining": {"description": "How many are left now.", "schema": _NUMBER},
    "RateLimit-Reset": {"description": "In how many seconds all are left again.", "schema": _NUMBER},
    "Idempotency-Replayed": {
        "description": "There, and `true`, when this was answered before and nothing was done again.",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": {"description": "In how many seconds to go on.", "schema": _NUMBER},
    "WWW-Authenticate": {"description": "How to come in: Bearer.", "schema": {"type": "string"}},
}
ON_ERRORS = {"Retry-After", "WWW-Authenticate"}
PARAMETERS: dict[str, Any] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A key of your own: 1 to 255 printable characters. The same request with it is done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "order-77-answer-1",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag (version) you know: changed only if nothing has happened since.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
        "example": '"90210"',
    },
}
# What may go wrong: a description, the headers, and the schema where it is not the plain one.
PROBLEMS: dict[str, tuple[Any, ...]] = {
    "Malformed": ("The body is no JSON.", []),
    "NoToken": ("The token is missing, unknown, revoked or expired.", ["WWW-Authenticate"]),
    "NotAllowed": ("The member's role does not allow this.", []),
    "NotVisible": ("There is nothing here, or it belongs to someone else.", []),
    "Conflict": ("It stands otherwise than the request takes for granted; `code` and `detail` say how.", []),
    "Overtaken": (
        "Somebody answered first (`someone-answered`, see `newer_messages`), or it can't be answered.",
        [],
        "OvertakenProblem",
    ),
    "LengthMissing": ("The body has no Content-Length.", []),
    "Changed": ("Something has happened since the version that If-Match names.", []),
    "TooLarge": ("The request has more than 32 MB.", []),
    "NotJson": ("The body is not `application/json`.", []),
    "NotUnderstood": ("Something does not make sense; `errors` names the fields.", []),
    "TooFast": ("The token has asked too often.", ["Retry-After"]),
    "Broken": ("Something broke on our side; `reference` finds it in the log.", []),
}


def problems_of_operation(path: str, verb: str, operation: dict[str, Any]) -> dict[str, str]:
    """Return what may go wrong with an operation: status -> name in PROBLEMS."""
    found = {"401": "NoToken", "422": "NotUnderstood", "429": "TooFast", "500": "Broken"}
    if "{" in path:
        found["404"] = "NotVisible"
    if verb != "get" or path.endswith("/audit"):
        found["403"] = "NotAllowed"
    if verb != "get":
        found |= {"409": "Conflict", "411": "LengthMissing", "413": "TooLarge", "415": "NotJson"}
    if path.endswith("/replies"):
        found["409"] = "Overtaken"
    if verb == "patch":
        found["412"] = "Changed"
    if "requestBody" in operation:
        found |= {"400": "Malformed", "404": "NotVisible"}
    return dict(sorted(found.items()))
