"""Find out who we are at X, try every permission apart, and renew keys."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown
from allears.connectors.interface import Account, Check, Tokens
from allears.connectors.meta.values import Json, count_in, id_in, object_in, text_in
from allears.connectors.words import mark
from allears.connectors.x.asking import DIALECT, OF_POSTS, POST, TWEET, USER_FIELDS
from allears.connectors.x.describing import ASKING, MESSAGES, OWN_READ, USER_READ
from allears.connectors.x.network import address, ask, call, spend, understand
from allears.connectors.x.subscribing import way_to_hear

TOKEN_PATH = "/2/oauth2/token"  # noqa: S105 - an address
FEWEST = "5"
SIGNED_IN = mark("Who we are")
WE_ARE = mark("X knows these keys as %(handle)s.")
SIGN_IN_ADVICE = mark(
    "Copy the keys again from the developer console of X; a renewed key makes the old one void."
)
READING = mark("Reading posts")
CAN_READ = mark("Mentions can be read.")
WRITING = mark("Writing posts")
CAN_WRITE = mark("The keys may write.")
ONLY_READS = mark("The keys may only read.")
WRITE_ADVICE = mark("Give the app “Read and write and Direct message”, then renew the access token.")
PRIVATE = mark("Direct messages")
CAN_MESSAGE = mark("Direct messages can be read.")
NOT_PRIVATE = mark("Direct messages can't be read with these keys.")
READ_ADVICE = mark(
    "Look in the developer console of X whether the plan is paid and the app has this permission."
)
APP = mark("The app's own token")
CAN_TELL = mark("With it, X can be asked to tell of news.")
APP_ADVICE = mark(
    "Copy the Bearer Token from the developer console of X, or let All Ears only ask now and then."
)
NO_RENEWAL = mark("There is no refresh token to renew the keys with.")
NOT_RENEWED = mark("X did not renew the keys. Sign in by OAuth 2.0 again and copy both tokens anew.")


def find_out(account: Account) -> dict[str, str]:
    """Ask who we are, and which names for fields this app understands."""
    told = ask(account, "/2/users/me", {"user.fields": USER_FIELDS})
    spend(account, USER_READ)
    us = object_in(told, "data")
    handle = text_in(us, "username")
    found = {
        "account_id": id_in(us, "id"),
        "name": text_in(us, "name"),
        "handle": f"@{handle}" if handle else "",
    }
    return {**found, DIALECT: _find_dialect(account, found["account_id"])}


def _find_dialect(account: Account, us: str) -> str:
    """Try the names that X's manual has, then those of its description."""
    for dialect in (TWEET, POST):
        try:
            told = ask(account, f"/2/users/{us}/tweets", {"max_results": FEWEST, **OF_POSTS[dialect]})
        except Refused as error:
            if not error.raw.startswith("400"):
                return TWEET
        except ConnectorError:
            return TWEET
        else:
            spend(account, OWN_READ, count_in(told, "meta", "result_count") or 0)
            return dialect
    return TWEET


def check(account: Account) -> list[Check]:
    """Try what this account needs, one permission after another."""
    who = _who(account)
    if not who.is_good:
        return [who]
    return [who, _reads(account), _writes(account), _messages(account), *_tells(account)]


def _who(account: Account) -> Check:
    def look() -> Check:
        told = ask(account, "/2/users/me", {"user.fields": USER_FIELDS})
        return Check(
            name=SIGNED_IN,
            is_good=True,
            message=WE_ARE,
            facts={"handle": f"@{text_in(told, 'data', 'username')}"},
        )

    return _tried(SIGNED_IN, look, SIGN_IN_ADVICE)


def _tried(name: str, look: Callable[[], Check], advice: str) -> Check:
    try:
        return look()
    except ConnectorError as error:
        return Check(name=name, is_good=False, message=error.detail, facts=error.facts, advice=advice)


def _reads(account: Account) -> Check:
    def look() -> Check:
        us = _us(account)
        ask(account, f"/2/users/{us}/mentions", {"max_results": FEWEST})
        return Check(name=READING, is_good=True, message=CAN_READ)

    return _tried(READING, look, READ_ADVICE)


def _us(account: Account) -> str:
    return account.settings.get("account_id") or id_in(ask(account, "/2/users/me"), "data", "id")


def _writes(account: Account) -> Check:
    """Ask X what the keys may do, without writing anything: it tells beside every answer."""

    def look() -> Check:
        response = call(account, "GET", "/2/users/me")
        understand(response, account, writes=False)
        level = {name.lower(): value for name, value in response.headers.items()}.get("x-access-level", "")
        is_good = not level or "write" in level
        message = CAN_WRITE if is_good else ONLY_READS
        return Check(name=WRITING, is_good=is_good, message=message, advice="" if is_good else WRITE_ADVICE)

    return _tried(WRITING, look, WRITE_ADVICE)


def _messages(account: Account) -> Check:
    try:
        ask(account, "/2/dm_events", {"max_results": "1"}, budget=MESSAGES)
    except SlowDown:
        return Check(name=PRIVATE, is_good=True, message=CAN_MESSAGE)
    except ConnectorError:
        return Check(name=PRIVATE, is_good=False, message=NOT_PRIVATE, advice=WRITE_ADVICE)
    return Check(name=PRIVATE, is_good=True, message=CAN_MESSAGE)


def _tells(account: Account) -> list[Check]:
    """Try the app's own token, if X is to tell us of news; whether it does is proved once we are connected."""
    if way_to_hear(account.settings) == ASKING:
        return []

    def look() -> Check:
        ask(account, "/2/activity/subscriptions", {"max_results": "1"}, as_app=True)
        return Check(name=APP, is_good=True, message=CAN_TELL)

    return [_tried(APP, look, APP_ADVICE)]


def refresh(account: Account) -> Tokens:
    """Trade the refresh token, which works once, for new ones. Raise Disconnected if X refuses."""
    if not account.secrets.get("refresh_token") or account.web is None:
        raise Disconnected(NO_RENEWAL)
    client = account.settings.get("client_id", "")
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": account.secrets["refresh_token"],
        "client_id": client,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if account.secrets.get("client_secret"):
        pair = f"{client}:{account.secrets['client_secret']}".encode()
        headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    response = account.web.post(address(TOKEN_PATH), body=urlencode(fields).encode(), headers=headers)
    if response.status_code in {400, 401, 403}:
        raise Disconnected(NOT_RENEWED, raw=str(response.status_code))
    return _tokens(understand(response, account, writes=True))


def _tokens(told: Json) -> Tokens:
    kept = {"user_token": text_in(told, "access_token"), "refresh_token": text_in(told, "refresh_token")}
    if not kept["user_token"]:
        raise Disconnected(NOT_RENEWED)
    seconds = count_in(told, "expires_in")
    ends_at = datetime.now(UTC) + timedelta(seconds=seconds) if seconds else None
    return Tokens(secrets={name: value for name, value in kept.items() if value}, ends_at=ends_at)
