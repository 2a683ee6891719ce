"""What WhatsApp says of our own account, its numbers and its templates."""

from collections.abc import Callable
from datetime import datetime

from allears.connectors.interface import Nothing, Notice, Record
from allears.connectors.meta.values import Json, id_in, object_in, objects_in, text_in
from allears.connectors.words import mark

NOT_FOR_DESK = mark("WhatsApp tells of something that no care desk answers.")
CALL = mark("A call. All Ears takes no calls.")
PAST = mark("Old chats from the phone, from before the number was connected.")

BANNED = mark("WhatsApp has banned this business account (%(state)s).")
BANNED_ADVICE = mark("Ask for a review in WhatsApp Manager. Until then nothing can be sent.")
LIMITED = mark("WhatsApp has limited this business account: %(limits)s.")
LOOK_THERE = mark("Look in WhatsApp Manager what to do.")
VIOLATION = mark("WhatsApp says that this account broke its rules: %(what)s.")
ACCOUNT_GOOD = mark("WhatsApp has confirmed the business account.")
ACCOUNT_TOLD = mark("WhatsApp says of the business account: %(what)s.")
REMOVED = mark("The number was disconnected from the Cloud API.")
REMOVED_ADVICE = mark("Register it again in WhatsApp Manager, then connect the channel again.")
REVIEW_GOOD = mark("WhatsApp has approved the business account.")
REVIEW_BAD = mark("WhatsApp has not approved the business account (%(what)s).")
QUALITY_LOW = mark("Customers block or report %(number)s: its quality is low, and WhatsApp may limit it.")
QUALITY_LOW_ADVICE = mark("Send fewer templates, and only to those who want them.")
QUALITY_GOOD = mark("The quality of %(number)s is good again.")
LIMIT_TOLD = mark("%(number)s may now begin %(limit)s conversations a day.")
NAME_GOOD = mark("WhatsApp has approved the name %(name)s for %(number)s.")
NAME_BAD = mark("WhatsApp has not approved the name %(name)s for %(number)s.")
TEMPLATE_GOOD = mark("The template %(name)s (%(language)s) is approved.")
TEMPLATE_BAD = mark("The template %(name)s (%(language)s) can't be sent: %(what)s.")
TEMPLATE_QUALITY = mark("The quality of the template %(name)s (%(language)s) is now %(what)s.")
TEMPLATE_CATEGORY = mark("The template %(name)s (%(language)s) is now billed as %(what)s.")
USERNAME = mark("The user name %(name)s: %(what)s.")
ALERT = mark("WhatsApp warns: %(what)s.")

Notices = list[Record] | Nothing


def read_notice(field: str, value: Json, at: datetime) -> Notices:
    """Translate a change that is no message."""
    if field == "calls":
        return Nothing(CALL)
    if field in {"history", "smb_app_state_sync"}:
        return Nothing(PAST)
    read = _READERS.get(field)
    return [read(value, at)] if read else Nothing(NOT_FOR_DESK)


def _word(value: Json, *path: str) -> str:
    """Return WhatsApp's own word for something, legibly: "ACCOUNT_RESTRICTION" is "account restriction"."""
    return text_in(value, *path).replace("_", " ").lower()[:120] or "?"


def _read_account(value: Json, at: datetime) -> Notice:
    event = text_in(value, "event")
    if event in {"DISABLED_UPDATE", "ACCOUNT_DISABLED"}:
        state = text_in(value, "ban_info", "waba_ban_state")
        facts = {"state": _word(value, "ban_info", "waba_ban_state")}
        is_lifted = state == "REINSTATE"
        return Notice(
            message=ACCOUNT_GOOD if is_lifted else BANNED,
            at=at,
            is_good=is_lifted,
            advice="" if is_lifted else BANNED_ADVICE,
            facts=facts,
        )
    if event == "ACCOUNT_RESTRICTION":
        told = [_word(one, "restriction_type") for one in objects_in(value, "restriction_info")]
        return Notice(message=LIMITED, at=at, advice=LOOK_THERE, facts={"limits": ", ".join(told) or "?"})
    if event == "ACCOUNT_VIOLATION":
        what = _word(value, "violation_info", "violation_type")
        return Notice(message=VIOLATION, at=at, advice=LOOK_THERE, facts={"what": what})
    if event in {"PARTNER_REMOVED", "PHONE_NUMBER_REMOVED", "ACCOUNT_DELETED"}:
        return Notice(message=REMOVED, at=at, advice=REMOVED_ADVICE, disconnects=True)
    if event == "VERIFIED_ACCOUNT":
        return Notice(message=ACCOUNT_GOOD, at=at, is_good=True)
    return Notice(message=ACCOUNT_TOLD, at=at, is_good=True, facts={"what": _word(value, "event")})


def _read_review(value: Json, at: datetime) -> Notice:
    is_good = text_in(value, "decision") == "APPROVED"
    facts = {"what": _word(value, "decision")}
    return Notice(
        message=REVIEW_GOOD if is_good else REVIEW_BAD,
        at=at,
        is_good=is_good,
        advice="" if is_good else LOOK_THERE,
        facts=facts,
    )


def _number(value: Json) -> str:
    found = id_in(value, "display_phone_number") or id_in(value, "phone_number")
    return f"+{found.lstrip('+')}" if found else "?"


def _read_quality(value: Json, at: datetime) -> Notice:
    number, event = _number(value), text_in(value, "event")
    if event == "FLAGGED":
        return Notice(message=QUALITY_LOW, at=at, advice=QUALITY_LOW_ADVICE, facts={"number": number})
    if event == "UNFLAGGED":
        return Notice(message=QUALITY_GOOD, at=at, is_good=True, facts={"number": number})
    limit = text_in(value, "current_limit").removeprefix("TIER_").lower() or "?"
    is_good = event != "DOWNGRADE"
    return Notice(message=LIMIT_TOLD, at=at, is_good=is_good, facts={"number": number, "limit": limit})


def _read_name(value: Json, at: datetime) -> Notice:
    is_good = text_in(value, "decision") == "APPROVED"
    facts = {"name": text_in(value, "requested_verified_name") or "?", "number": _number(value)}
    return Notice(
        message=NAME_GOOD if is_good else NAME_BAD,
        at=at,
        is_good=is_good,
        advice="" if is_good else LOOK_THERE,
        facts=facts,
    )


def _template(value: Json, what: str) -> dict[str, str]:
    name, language = text_in(value, "message_template_name"), text_in(value, "message_template_language")
    return {"name": name[:200] or "?", "language": language or "?", "what": what}


def _read_template(value: Json, at: datetime) -> Notice:
    is_good = text_in(value, "event") in {"APPROVED", "REINSTATED", "UNPAUSED"}
    facts = _template(value, _word(value, "event"))
    return Notice(
        message=TEMPLATE_GOOD if is_good else TEMPLATE_BAD,
        at=at,
        is_good=is_good,
        advice="" if is_good else LOOK_THERE,
        facts=facts,
    )


def _read_template_quality(value: Json, at: datetime) -> Notice:
    facts = _template(value, _word(value, "new_quality_score"))
    is_good = text_in(value, "new_quality_score") in {"GREEN", "UNKNOWN"}
    return Notice(message=TEMPLATE_QUALITY, at=at, is_good=is_good, facts=facts)


def _read_category(value: Json, at: datetime) -> Notice:
    what = _word(value, "new_category" if "new_category" in value else "correct_category")
    return Notice(message=TEMPLATE_CATEGORY, at=at, is_good=True, facts=_template(value, what))


def _read_username(value: Json, at: datetime) -> Notice:
    facts = {"name": text_in(value, "username") or "?", "what": _word(value, "status")}
    return Notice(message=USERNAME, at=at, is_good=text_in(value, "status") == "approved", facts=facts)


def _read_alert(value: Json, at: datetime) -> Notice:
    told = object_in(value, "alert_info") or value
    return Notice(message=ALERT, at=at, advice=LOOK_THERE, facts={"what": _word(told, "alert_type")})


_READERS: dict[str, Callable[[Json, datetime], Notice]] = {
    "account_update": _read_account,
    "account_review_update": _read_review,
    "account_alerts": _read_alert,
    "phone_number_quality_update": _read_quality,
    "phone_number_name_update": _read_name,
    "message_template_status_update": _read_template,
    "message_template_quality_update": _read_template_quality,
    "template_category_update": _read_category,
    "business_username_update": _read_username,
}
