"""Ask X, and understand its answers. The one place that knows its addresses, keys and errors."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from allears.connectors.errors import Disconnected, Expired, SlowDown, Unknown, Unreachable, Unreadable
from allears.connectors.interface import Account, WebResponse
from allears.connectors.meta.values import Json, objects_in, parse_object, write_json
from allears.connectors.words import mark
from allears.connectors.x.describing import READ
from allears.connectors.x.refusals import refusal_of
from allears.connectors.x.signing import oauth1_header

API = "https://api.x.com"
LONGEST_PAUSE = timedelta(hours=24)

NO_USER_KEYS = mark("There are no keys of your account. Enter the four keys, or a user access token.")
NO_APP_KEY = mark("There is no bearer token of the app.")
NO_CREDIT = mark(
    "The credit at X is used up. Buy more in its developer console; All Ears tries again by itself."
)
BUSY = mark("X asks us to slow down.")
TROUBLE = mark("X has trouble of its own (%(status)s).")


def address(path: str) -> str:
    """Say where a path of X's API lies."""
    return API + path


def has_user_keys(account: Account) -> bool:
    """Say whether there are keys by which we speak as our account."""
    names = ("consumer_secret", "access_token", "access_token_secret")
    old = account.settings.get("consumer_key") and all(account.secrets.get(name) for name in names)
    return bool(old or account.secrets.get("user_token"))


def user_header(account: Account, method: str, url: str, query: Mapping[str, str]) -> str:
    """Speak as our account: by the token that is renewed if there is one, else by the four keys."""
    if account.secrets.get("user_token"):
        return f"Bearer {account.secrets['user_token']}"
    if not has_user_keys(account):
        raise Disconnected(NO_USER_KEYS)
    keys = {**account.secrets, "consumer_key": account.settings.get("consumer_key", "")}
    return oauth1_header(method, url, query, keys)


def app_header(account: Account) -> str:
    """Speak as the app."""
    if not account.secrets.get("bearer_token"):
        raise Disconnected(NO_APP_KEY)
    return f"Bearer {account.secrets['bearer_token']}"


def call(  # noqa: PLR0913 - a request has that many parts
    account: Account,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    fields: Mapping[str, Any] | None = None,
    budget: str = READ,
    as_app: bool = False,
) -> WebResponse:
    """Ask once and return the answer, whatever its status. Raise Unreachable, or Unknown for what writes."""
    if account.web is None:
        raise Unreachable
    url, asked = address(path), dict(query or {})
    headers = {"authorization": app_header(account) if as_app else user_header(account, method, url, asked)}
    body = b""
    if fields is not None:
        headers["content-type"] = "application/json"
        body = write_json(fields)
    reads = method == "GET"
    return account.web.request(
        method, url, body=body, headers=headers, query=asked, budget=budget, reads=reads, largest=0
    )


def ask(account: Account, path: str, query: Mapping[str, str] | None = None, **how: Any) -> Json:
    """Ask for something and return it. Raise what the answer means."""
    return understand(call(account, "GET", path, query=query, **how), account, writes=False)


def tell(
    account: Account, method: str, path: str, fields: Mapping[str, Any] | None = None, **how: Any
) -> Json:
    """Make or change something, once. Raise what the answer means; Unknown if it may have been done."""
    return understand(call(account, method, path, fields=fields, **how), account, writes=True)


def understand(response: WebResponse, account: Account, *, writes: bool) -> Json:
    """Turn an answer into what it holds or means."""
    status = response.status_code
    if 200 <= status < 300:
        return _whole(response, writes=writes)
    raw = f"{status} {response.content[:300].decode('utf-8', 'replace')}"
    if status == 401:
        raise _expired(account, raw)
    if status == 402:
        raise SlowDown(datetime.now(UTC) + timedelta(minutes=30), NO_CREDIT, raw=raw)
    if status == 429:
        raise SlowDown(asked_until(response.headers), BUSY, raw=raw)
    if status >= 500 or status == 408:
        raise (Unknown if writes else Unreachable)(TROUBLE, status=str(status), raw=raw)
    raise refusal_of(_body(response), status, raw)


def _expired(account: Account, raw: str) -> Disconnected:
    renews = account.secrets.get("user_token") and account.secrets.get("refresh_token")
    return (Expired if renews else Disconnected)(raw=raw)


def asked_until(headers: Mapping[str, str]) -> datetime:
    """Say until when X wants to be left alone: the end of the quarter of an hour, or of the day."""
    at = datetime.now(UTC)
    names = [name for name in headers if name.lower().endswith("-remaining") and headers[name].strip() == "0"]
    resets = [_lower(headers).get(name.lower().replace("-remaining", "-reset"), "") for name in names]
    resets = resets or [_lower(headers).get("x-rate-limit-reset", "")]
    moments = [
        datetime.fromtimestamp(int(told), UTC) for told in resets if told.isdecimal() and len(told) < 12
    ]
    until = max(moments, default=at + timedelta(minutes=1))
    return min(max(until, at + timedelta(seconds=5)), at + LONGEST_PAUSE)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _whole(response: WebResponse, *, writes: bool) -> Json:
    """Read a good answer. Raise Unknown or Unreachable where it was cut."""
    try:
        return parse_object(response.content) if response.content.strip() else {}
    except Unreadable as error:
        raise (Unknown if writes else Unreachable)(raw="cut") from error


def _body(response: WebResponse) -> Json:
    """Read what an answer holds: nothing, where it is empty or was cut."""
    try:
        return parse_object(response.content)
    except Unreadable:
        return {}


def problems_in(body: Json) -> list[Json]:
    """List the problems of an answer that is otherwise good."""
    return list(objects_in(body, "errors"))


def spend(account: Account, price: str, count: int = 1) -> None:
    """Write down what was used."""
    if account.meter and count:
        account.meter.spend(price, count)
