"""Send a reply below a post, or a direct message; and what is done to an item without words."""

from allears.connectors.errors import Refused, Unknown
from allears.connectors.interface import Account, Deed, DeedKind, Outgoing, Sent, Visibility
from allears.connectors.measuring import has_link
from allears.connectors.meta.values import Json, id_in
from allears.connectors.words import mark
from allears.connectors.x.describing import (
    DELETED,
    HIDE,
    LIKED,
    LINK_MADE,
    MANAGED,
    MESSAGE,
    MESSAGE_MADE,
    POST_MADE,
    WRITE,
)
from allears.connectors.x.direct import other_than, thread_of
from allears.connectors.x.finding import find_sent
from allears.connectors.x.judging import NOT_CALLED, is_exempt, was_called
from allears.connectors.x.measures import expect_fit
from allears.connectors.x.network import spend, tell
from allears.connectors.x.uploading import Pause, upload

NOTHING_TO_ANSWER = mark("There is no post to answer.")
NOBODY = mark("X does not say to whom this could be sent.")
CANT_DO = mark("X knows no such thing to do.")


def send_reply(outgoing: Outgoing, account: Account, pause: Pause) -> Sent:
    """Hand a reply to X, once. What X refused may have been made all the same: so look before saying so."""
    is_public = outgoing.visibility is Visibility.PUBLIC
    expect_fit(outgoing, account, is_public=is_public)
    path = "/2/tweets" if is_public else _place_of_message(outgoing, account)
    if is_public:
        _expect_allowed(outgoing, account)
    media = [upload(file, account, is_public=is_public, pause=pause) for file in outgoing.files]
    fields = _post(outgoing, media) if is_public else _message(outgoing, media)
    try:
        made = tell(account, "POST", path, fields, budget=WRITE if is_public else MESSAGE)
    except Refused:
        found = find_sent(outgoing, account)
        if found is None:
            raise
        return found
    _charge(outgoing, account, is_public=is_public)
    return _sent_post(made, account) if is_public else _sent_message(made, outgoing, account)


def _expect_allowed(outgoing: Outgoing, account: Account) -> None:
    """Ask no more than the plan allows: X would refuse it."""
    item = outgoing.item
    if item and not is_exempt(account.settings) and not was_called(item):
        raise Refused(NOT_CALLED)


def _post(outgoing: Outgoing, media: list[str]) -> Json:
    item = outgoing.item
    answered = (item.facts.get("newest") or item.external_id) if item else outgoing.in_reply_to
    if not answered:
        raise Refused(NOTHING_TO_ANSWER)
    fields: Json = {"text": outgoing.text, "reply": {"in_reply_to_tweet_id": answered}}
    return {**fields, "media": {"media_ids": media}} if media else fields


def _message(outgoing: Outgoing, media: list[str]) -> Json:
    fields: Json = {"text": outgoing.text} if outgoing.text.strip() else {}
    return {**fields, "attachments": [{"media_id": number} for number in media]} if media else fields


def _place_of_message(outgoing: Outgoing, account: Account) -> str:
    """Say where a message goes: into a group, or to the one person."""
    us = account.settings.get("account_id", "")
    item = outgoing.item
    thread = item.thread if item and item.visibility is Visibility.PRIVATE else ""
    if thread and "-" not in thread:
        return f"/2/dm_conversations/{thread}/messages"
    to = other_than(us, thread) or outgoing.to.id
    if not to.isdecimal():
        raise Refused(NOBODY)
    return f"/2/dm_conversations/with/{to}/messages"


def _charge(outgoing: Outgoing, account: Account, *, is_public: bool) -> None:
    price = MESSAGE_MADE
    if is_public:
        price = LINK_MADE if has_link(outgoing.text) else POST_MADE
    spend(account, price)


def _sent_post(made: Json, account: Account) -> Sent:
    number = id_in(made, "data", "id")
    if not number:
        raise Unknown(raw="no id of the post")
    handle = account.settings.get("handle", "").lstrip("@") or "i"
    return Sent(external_id=number, url=f"https://x.com/{handle}/status/{number}", facts={"newest": number})


def _sent_message(made: Json, outgoing: Outgoing, account: Account) -> Sent:
    number = id_in(made, "data", "dm_event_id")
    if not number:
        raise Unknown(raw="no id of the message")
    us = account.settings.get("account_id", "")
    thread = thread_of(id_in(made, "data", "dm_conversation_id"), us, outgoing.to.id)
    return Sent(external_id=number, thread=thread, recipient=outgoing.to)


def do_deed(deed: Deed, account: Account) -> None:
    """Do it, or find it done: X takes each of these twice without harm."""
    us, item = account.settings.get("account_id", ""), deed.item
    number = item.facts.get("newest") or item.external_id
    match deed.kind:
        case DeedKind.HIDE | DeedKind.UNHIDE:
            hidden = {"hidden": deed.kind is DeedKind.HIDE}
            tell(account, "PUT", f"/2/tweets/{number}/hidden", hidden, budget=HIDE)
            spend(account, MANAGED)
        case DeedKind.LIKE:
            tell(account, "POST", f"/2/users/{us}/likes", {"tweet_id": number}, budget=WRITE)
            spend(account, LIKED)
        case DeedKind.UNLIKE:
            tell(account, "DELETE", f"/2/users/{us}/likes/{number}", budget=WRITE)
            spend(account, LIKED)
        case DeedKind.DELETE if item.visibility is Visibility.PUBLIC:
            tell(account, "DELETE", f"/2/tweets/{number}", budget=WRITE)
            spend(account, DELETED)
        case _:
            raise Refused(CANT_DO)
