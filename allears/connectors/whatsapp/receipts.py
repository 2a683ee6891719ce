"""What became of a message of ours, and what WhatsApp's errors mean for the person who reads them."""

from datetime import datetime

from allears.connectors.errors import ConnectorError, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Nothing, Receipt, ReceiptState, Record
from allears.connectors.meta.errors import ANY, Meanings
from allears.connectors.meta.values import (
    Json,
    count_in,
    id_in,
    moment_of,
    object_in,
    objects_in,
    text_in,
    write_json,
)
from allears.connectors.words import mark

NO_STATUS = mark("WhatsApp tells what became of a message, but not of which.")
NOT_TOLD = mark("WhatsApp tells of a step of the message that nobody needs to see.")

DAY_OVER = mark("More than 24 hours have passed since the customer last wrote. Send a template.")
NOT_REACHED = mark(
    "WhatsApp can't reach this number: it has no WhatsApp, an old version, or has not agreed to it."
)
HELD_BACK = mark("WhatsApp held it back: this person gets many such messages lately. Try again tomorrow.")
TOO_FAST_TO_ONE = mark("Too many messages to this customer in a short time; All Ears goes on by itself.")
TOO_FAST = mark("WhatsApp asks us to slow down; All Ears goes on by itself.")
RESTRICTED = mark(
    "Customers have blocked or reported this number, so WhatsApp limits it. Look at its quality there."
)
LOCKED = mark("WhatsApp has locked this business account. Look in WhatsApp Manager why.")
UNPAID = mark("WhatsApp sends nothing until a way to pay is set up, or mended, in WhatsApp Manager.")
NOT_REGISTERED = mark("The number is not registered with the Cloud API. Register it in WhatsApp Manager.")
NOT_ALLOWED = mark("The token lacks a permission for this number. The channel's settings say which one.")
TO_OURSELVES = mark("WhatsApp does not let a number write to itself.")
NOT_ON_LIST = mark("This is a test number: it may write only to the numbers that were entered for it.")
EXPERIMENT = mark(
    "WhatsApp keeps this person's number out of marketing for an experiment. Answer when they write."
)
STOPPED = mark("This person wants no marketing from you. They still get answers.")
FILE_BAD = mark("WhatsApp did not take the file: its kind or its size is not allowed.")
FILE_LOST = mark("WhatsApp could not fetch the file.")
UNSUPPORTED = mark("WhatsApp does not take this kind of message.")
GAPS_WRONG = mark("The gaps of the template were not all filled as it wants them.")
NO_TEMPLATE = mark("There is no such template in this language, or it is not approved.")
TEMPLATE_LONG = mark("With its gaps filled the template is too long.")
TEMPLATE_RULES = mark("What was filled in breaks WhatsApp's rules for templates.")
TEMPLATE_PAUSED = mark("WhatsApp has paused this template because of its quality. Choose another one.")
TEMPLATE_OFF = mark("WhatsApp has switched this template off because of its quality. Choose another one.")
BLOCKED = mark(
    "WhatsApp has blocked this account for a while because of its rules. Look in WhatsApp Manager."
)
COUNTRY = mark("WhatsApp does not let this account write to people in that country.")
FAILED = mark("WhatsApp did not deliver it (error %(code)s).")
THEIR_TROUBLE = mark("WhatsApp has trouble of its own.")
NEVER_SENT = mark("WhatsApp could not send it.")

MEANINGS: Meanings = {
    (131047, ANY): (Refused, DAY_OVER),
    (131026, ANY): (Refused, NOT_REACHED),
    (131049, ANY): (Refused, HELD_BACK),
    (131056, ANY): (SlowDown, TOO_FAST_TO_ONE),
    (130429, ANY): (SlowDown, TOO_FAST),
    (131048, ANY): (Refused, RESTRICTED),
    (131031, ANY): (Refused, LOCKED),
    (131042, ANY): (Refused, UNPAID),
    (131045, ANY): (Refused, NOT_REGISTERED),
    (133010, ANY): (Refused, NOT_REGISTERED),
    (133000, ANY): (Refused, NOT_REGISTERED),
    (131005, ANY): (Refused, NOT_ALLOWED),
    (131021, ANY): (Refused, TO_OURSELVES),
    (131030, ANY): (Refused, NOT_ON_LIST),
    (130472, ANY): (Refused, EXPERIMENT),
    (131050, ANY): (Refused, STOPPED),
    (131051, ANY): (Refused, UNSUPPORTED),
    (131052, ANY): (Refused, FILE_LOST),
    (131053, ANY): (Refused, FILE_BAD),
    (132000, ANY): (Refused, GAPS_WRONG),
    (132012, ANY): (Refused, GAPS_WRONG),
    (132001, ANY): (Refused, NO_TEMPLATE),
    (132005, ANY): (Refused, TEMPLATE_LONG),
    (132007, ANY): (Refused, TEMPLATE_RULES),
    (132015, ANY): (Refused, TEMPLATE_PAUSED),
    (132016, ANY): (Refused, TEMPLATE_OFF),
    (130497, ANY): (Refused, COUNTRY),
    (368, ANY): (Refused, BLOCKED),
    (131000, ANY): (Unknown, THEIR_TROUBLE),
    (131016, ANY): (Unreachable, THEIR_TROUBLE),
    (131057, ANY): (Unreachable, THEIR_TROUBLE),
    (133004, ANY): (Unreachable, THEIR_TROUBLE),
    (131008, ANY): (Refused, NEVER_SENT),
    (131009, ANY): (Refused, NEVER_SENT),
}
_STATES = {
    "sent": ReceiptState.SENT,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.READ,
    "played": ReceiptState.READ,
    "failed": ReceiptState.FAILED,
}


def meaning_of_error(error: Json) -> tuple[str, dict[str, str]]:
    """Put an error into a sentence, and say what fills it."""
    code = count_in(error, "code") or 0
    known: tuple[type[ConnectorError], str] | None = MEANINGS.get((code, ANY)) if code else None
    return (known[1], {}) if known else (FAILED, {"code": str(code)})


def read_status(status: Json, at: datetime) -> list[Record] | Nothing:
    """Read a receipt. It holds the key that we gave the message, so a reply of unknown fate is known by it."""
    state = _STATES.get(text_in(status, "status"))
    if not id_in(status, "id"):
        return Nothing(NO_STATUS)
    if state is None:
        return Nothing(NOT_TOLD)
    errors = list(objects_in(status, "errors"))
    reason, facts = meaning_of_error(errors[0]) if errors else ("", {})
    is_failed = state is ReceiptState.FAILED
    return [
        Receipt(
            state=state,
            at=moment_of(status.get("timestamp"), at),
            external_id=id_in(status, "id"),
            key=text_in(status, "biz_opaque_callback_data")[:250],
            reason=(reason or NEVER_SENT) if is_failed else "",
            facts={**(facts if is_failed else {}), **_price_of(status)},
            raw=write_json({"errors": errors}).decode()[:1000] if errors else "",
        )
    ]


def _price_of(status: Json) -> dict[str, str]:
    """Say in which category WhatsApp counts it, if it bills it."""
    pricing = object_in(status, "pricing")
    is_billed = pricing.get("billable") is True
    return (
        {"billed_as": text_in(pricing, "category")[:40]} if is_billed and text_in(pricing, "category") else {}
    )
