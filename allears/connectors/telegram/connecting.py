"""Connect a bot: who it is, and how Telegram hands us what it hears. Either by webhook or by asking, never both."""

import hashlib
import hmac
import mimetypes
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from threading import Event
from typing import Any

from allears.connectors.errors import ConnectorError, Refused, SlowDown, Unreachable, Unreadable, Unverified
from allears.connectors.interface import Account, Check, Delivery, File, Heard, Piece
from allears.connectors.meta.values import (
    Json,
    count_in,
    id_in,
    list_in,
    moment_if_any,
    objects_in,
    text_in,
    write_json,
)
from allears.connectors.telegram.calling import CONFLICT, READ, call, download, token_of
from allears.connectors.telegram.reading import HEARD, cut_updates
from allears.connectors.telegram.troubles import TOO_LARGE
from allears.connectors.words import mark

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
PLACE = "updates"
# Shorter than the fifteen seconds that our way out waits for an answer.
ASK_FOR = 10
REST = 0.5
BY_ASKING = "asking"
LATE = 50

BOT = mark("Bot")
HEARING = mark("Hearing")
KNOWN = mark("Telegram knows it as @%(handle)s.")
GROUPS_SOME = mark("In groups it hears what is addressed to it.")
GROUPS_ALL = mark("In groups it hears everything.")
GROUPS = mark("Groups")
TOKEN_ADVICE = mark("Copy the token from BotFather again: /mybots, API Token.")
ASKING = mark("All Ears asks Telegram for new messages by itself.")
PUSHED = mark("Telegram delivers to this channel.")
ELSEWHERE = mark("Telegram delivers to another address, so nothing arrives here.")
STALE = mark("Telegram delivers here, but not everything that All Ears understands.")
SUBSCRIBE_ADVICE = mark("Subscribe again. Whatever program used that address then no longer hears this bot.")
FAILING = mark("Telegram could not deliver: %(reason)s")
FAILING_ADVICE = mark(
    "Its address must be reachable by https with a valid certificate, on port 443, 80, 88 or 8443."
)
LOCAL_FILES = mark("The Bot API server keeps this file on its own disk and does not hand it out.")
FILE_GONE = mark("Telegram no longer has this file.")


def asks(account: Account) -> bool:
    """Say whether messages are fetched by asking: because it was chosen, or because nobody can reach us."""
    return not account.door or account.settings.get("hear_by") == BY_ASKING


def webhook_secret(account: Account) -> str:
    """Return the word that Telegram shows at our door: made from the token, so there is none to keep."""
    made = hmac.new(token_of(account).encode(), b"All Ears webhook", hashlib.sha256)
    return account.secrets.get("secret") or made.hexdigest()


def verify_secret(delivery: Delivery, account: Account) -> None:
    """Compare the word in the header. Raise Unverified."""
    given = delivery.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
    try:
        wanted = webhook_secret(account).encode()
    except ConnectorError as error:
        raise Unverified(raw=error.raw) from error
    if not hmac.compare_digest(given, wanted):
        raise Unverified


def ask_who(account: Account) -> Json:
    """Ask who our bot is."""
    found = call(account, "getMe", reads=True)
    return found if isinstance(found, dict) else {}


def found_out(me: Json) -> Mapping[str, str]:
    """Say of our bot what must be known later."""
    hears_all = me.get("can_read_all_group_messages") is True
    return {
        "account_id": id_in(me, "id"),
        "handle": text_in(me, "username"),
        "bot_name": text_in(me, "first_name"),
        "hears_groups": "all" if hears_all else "addressed",
    }


def subscribe(account: Account) -> None:
    """Have Telegram deliver to our door; or, to be asked, to none."""
    if asks(account):
        call(account, "deleteWebhook", {"drop_pending_updates": False}, reads=True)
        return
    fields = {
        "url": account.door,
        "secret_token": webhook_secret(account),
        "allowed_updates": list(HEARD),
        "max_connections": 40,
        "drop_pending_updates": False,
    }
    # Setting it twice does nothing twice, so it may simply be tried again.
    call(account, "setWebhook", fields, reads=True)


def check_subscription(account: Account) -> Check:
    """Ask Telegram where it delivers to, and how well that goes."""
    info = call(account, "getWebhookInfo", reads=True)
    url = text_in(info, "url")
    if asks(account):
        if url:
            return Check(name=HEARING, is_good=False, message=ELSEWHERE, advice=SUBSCRIBE_ADVICE)
        return Check(name=HEARING, is_good=True, message=ASKING)
    if url != account.door:
        return Check(name=HEARING, is_good=False, message=ELSEWHERE, advice=SUBSCRIBE_ADVICE)
    if trouble := _delivery_trouble(info):
        return Check(
            name=HEARING, is_good=False, message=FAILING, advice=FAILING_ADVICE, facts={"reason": trouble}
        )
    if not set(HEARD) <= {str(name) for name in list_in(info, "allowed_updates")}:
        return Check(name=HEARING, is_good=False, message=STALE, advice=SUBSCRIBE_ADVICE)
    return Check(name=HEARING, is_good=True, message=PUSHED)


def _delivery_trouble(info: Any) -> str:
    """Return what went wrong lately, while something still waits to be delivered."""
    failed_at = moment_if_any(info.get("last_error_date")) if isinstance(info, dict) else None
    waiting = count_in(info, "pending_update_count") or 0
    is_late = failed_at is not None and datetime.now(UTC) - failed_at < timedelta(hours=1)
    return text_in(info, "last_error_message")[:200] if waiting and is_late else ""


def check_account(account: Account) -> list[Check]:
    """Try the token and the subscription."""
    try:
        me = ask_who(account)
    except ConnectorError as error:
        return [Check(name=BOT, is_good=False, message=error.detail, facts=error.facts, advice=TOKEN_ADVICE)]
    hears = GROUPS_ALL if me.get("can_read_all_group_messages") is True else GROUPS_SOME
    return [
        Check(name=BOT, is_good=True, message=KNOWN, facts={"handle": text_in(me, "username")}),
        Check(name=GROUPS, is_good=True, message=hears),
    ]


def hear_by_asking(account: Account, cursors: Mapping[str, str], stop: Event) -> Iterator[Heard]:
    """Ask for updates again and again; the next question tells Telegram that these are stored."""
    if not asks(account):
        _deliver_at_last(account)
        stop.wait()
        return
    mark_now = cursors.get(PLACE, "")
    while not stop.is_set():
        pieces = _ask_for_updates(account, mark_now, stop)
        if pieces:
            mark_now = str(max(int(piece.key) for piece in pieces) + 1)
            yield Heard(pieces=tuple(pieces), place=PLACE, mark=mark_now)
        else:
            # Telegram has waited already; whoever answers for it at once is not asked in a rush.
            stop.wait(REST)


def _deliver_at_last(account: Account) -> None:
    """Set the webhook if none is set: our address may have become public since the bot was connected."""
    if not text_in(call(account, "getWebhookInfo", reads=True), "url"):
        subscribe(account)


def _ask_for_updates(account: Account, mark_now: str, stop: Event) -> list[Piece]:
    fields: dict[str, Any] = {"timeout": ASK_FOR, "limit": 100, "allowed_updates": list(HEARD)}
    if mark_now.isdigit():
        fields["offset"] = int(mark_now)
    try:
        found = call(account, "getUpdates", fields, reads=True, budget=READ)
    except SlowDown as error:
        stop.wait(max(1.0, (error.until - datetime.now(UTC)).total_seconds()))
        return []
    updates = list(objects_in({"result": found}, "result"))
    pieces = []
    for update in updates:
        try:
            pieces += cut_updates(write_json({"ok": True, "result": [update]}))
        except Unreadable:
            # Without a number nothing can be asked for after it; Telegram never sends such a one.
            raise Unreachable(CONFLICT) from None
    return pieces


def fetch(remote: str, account: Account) -> File:
    """Bring a file's bytes. Its address holds the token, so it is asked for anew each time and never kept."""
    found = call(account, "getFile", {"file_id": remote}, reads=True)
    path = text_in(found, "file_path")
    if not path:
        raise Refused(TOO_LARGE)
    if path.startswith("/"):
        raise Refused(LOCAL_FILES)
    response = download(account, path)
    if response.status_code == 404:
        raise Refused(FILE_GONE)
    if response.status_code != 200:
        raise Unreachable(raw=str(response.status_code))
    name = PurePosixPath(path).name
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return File(name=name, content_type=content_type, data=response.content)
