"""Have X tell us what happens: a webhook that X trusts, and a subscription for each kind of event.

X keeps both. A webhook that answered a challenge wrongly, or was away for a day, is no longer trusted, and
then nothing comes; so whether it is alive is asked of X itself, daily and on every connecting.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from allears.connectors.errors import ConnectorError, Refused
from allears.connectors.interface import Account, Check
from allears.connectors.meta.values import Json, id_in, objects_in, text_in
from allears.connectors.words import mark
from allears.connectors.x.describing import ASKING, STREAM, WEBHOOK
from allears.connectors.x.network import ask, tell

NEEDED = ("post.mention.create", "dm.received")
WISHED = ("post.reply.create", "post.quote.create", "dm.sent", "dm.read", "chat.received", "post.delete")
LONGEST_URL = 200
MOST_SUBSCRIPTIONS = "1000"

NAME = mark("Being told by X")
NO_DOOR = mark("X can only call a public address. All Ears does not know its own yet.")
DOOR_ADVICE = mark("Set the public address of All Ears in the settings, or choose the stream.")
NOT_HTTPS = mark("X calls only addresses that begin with https://.")
HAS_PORT = mark(
    "X calls no address with a port in it. Put a proxy in front of All Ears, on the usual port of https."
)
TOO_LONG = mark("The address of the webhook is too long for X.")
NOT_THERE = mark("X has no webhook for this address.")
NOT_VALID = mark("X no longer trusts the webhook: the address did not answer its challenge.")
VALID_ADVICE = mark("See that the address can be reached from the internet, then subscribe again.")
MISSING = mark("X does not announce: %(events)s.")
MISSING_ADVICE = mark(
    "Subscribe again. If that does not help, look whether the app may read direct messages."
)
ALIVE = mark("X announces what happens, at once.")
ONLY_ASKING = mark("All Ears asks X now and then, as you chose.")


def way_to_hear(settings: Mapping[str, str]) -> str:
    """Say how X tells of news: by webhook, by a stream, or only when asked."""
    return settings.get("live") or WEBHOOK


def objection_to_door(door: str) -> str:
    """Say why X would not call an address; "" if it would."""
    parts = urlsplit(door)
    if not door:
        return NO_DOOR
    if parts.scheme != "https":
        return NOT_HTTPS
    if ":" in parts.netloc.rpartition("@")[2].rpartition("]")[2]:
        return HAS_PORT
    return TOO_LONG if len(door) > LONGEST_URL else ""


def subscribe(account: Account) -> None:
    """Make the webhook if there is none, have X try it, and subscribe to every kind of event."""
    way = way_to_hear(account.settings)
    if way == ASKING:
        return
    webhook = _make_webhook(account) if way == WEBHOOK else ""
    there = _subscribed(account, webhook)
    for kind in (*NEEDED, *WISHED):
        if kind not in there:
            _subscribe_to(kind, webhook, account)


def _make_webhook(account: Account) -> str:
    objection = objection_to_door(account.door)
    if objection:
        raise Refused(objection)
    found = _webhook_at(account)
    if not found:
        made = tell(account, "POST", "/2/webhooks", {"url": account.door}, as_app=True)
        return id_in(made, "data", "id") or id_in(_webhook_at(account), "id")
    number = id_in(found, "id")
    if found.get("valid") is not True:
        tell(account, "PUT", f"/2/webhooks/{number}", as_app=True)
    return number


def _webhook_at(account: Account) -> Json:
    told = ask(account, "/2/webhooks", {"webhook_config.fields": "id,url,valid,created_at"}, as_app=True)
    here = [one for one in objects_in(told, "data") if text_in(one, "url") == account.door]
    return here[0] if here else {}


def _subscribed(account: Account, webhook: str) -> set[str]:
    """List the kinds of event that X announces to us."""
    us = account.settings.get("account_id", "")
    told = ask(account, "/2/activity/subscriptions", {"max_results": MOST_SUBSCRIPTIONS}, as_app=True)
    rows = [row for row in objects_in(told, "data") if id_in(row, "filter", "user_id") == us]
    return {text_in(row, "event_type") for row in rows if id_in(row, "webhook_id") == webhook}


def _subscribe_to(kind: str, webhook: str, account: Account) -> None:
    """Subscribe to one kind. Those only wished for may be refused: asking now and then finds them too."""
    fields: Json = {"event_type": kind, "filter": {"user_id": account.settings.get("account_id", "")}}
    fields["tag"] = "all-ears"
    if webhook:
        fields["webhook_id"] = webhook
    try:
        tell(account, "POST", "/2/activity/subscriptions", fields)
    except Refused as error:
        if kind in NEEDED and "duplicate" not in error.raw.lower():
            raise


def check_subscription(account: Account) -> Check:
    """Ask X whether it tells us: a webhook that it trusts, and the subscriptions that are needed."""
    way = way_to_hear(account.settings)
    if way == ASKING:
        return Check(name=NAME, is_good=True, message=ONLY_ASKING)
    try:
        return _look(account, way)
    except ConnectorError as error:
        return Check(name=NAME, is_good=False, message=error.detail, facts=error.facts, advice=MISSING_ADVICE)


def _look(account: Account, way: str) -> Check:
    webhook = ""
    if way != STREAM:
        objection = objection_to_door(account.door)
        if objection:
            return Check(name=NAME, is_good=False, message=objection, advice=DOOR_ADVICE)
        found = _webhook_at(account)
        if not found:
            return Check(name=NAME, is_good=False, message=NOT_THERE, advice=VALID_ADVICE)
        if found.get("valid") is not True:
            return Check(name=NAME, is_good=False, message=NOT_VALID, advice=VALID_ADVICE)
        webhook = id_in(found, "id")
    missing = [kind for kind in NEEDED if kind not in _subscribed(account, webhook)]
    if missing:
        facts = {"events": ", ".join(missing)}
        return Check(name=NAME, is_good=False, message=MISSING, facts=facts, advice=MISSING_ADVICE)
    return Check(name=NAME, is_good=True, message=ALIVE)
