"""Ask one data server, as one account: its methods (XRPC), and what its errors mean."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allears.connectors.errors import (
    ConnectorError,
    Disconnected,
    Expired,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import Account, Budget, Tokens, Web, WebResponse
from allears.connectors.json_values import Json, text_in, write
from allears.connectors.words import mark

# A data server allows 3,000 requests in 5 minutes to an address; an account 5,000 points an hour and 35,000 a
# day (a record costs 3 to make, 2 to change, 1 to delete), and 30 sign-ins in 5 minutes, 300 a day.
READING = Budget(name="reading", most=2000, seconds=300, label=mark("reading"))
WRITING = Budget(name="writing", most=1500, seconds=3600, label=mark("writing"))
BUDGETS = (READING, WRITING)

DEFAULT_SERVICE = "https://bsky.social"
CHAT = "did:web:api.bsky.chat#bsky_chat"
NO_SERVICE = mark("%(service)s is not the address of a server.")
NOT_SAFE = mark("The server must be reached by https.")
NOT_ATPROTO = mark("%(service)s does not answer as a server of Bluesky does.")
WRONG_PASSWORD = mark(
    "Bluesky does not accept the handle with this app password. Make a new one and enter it."
)
ACCOUNT_GONE = mark("Bluesky has suspended or deactivated this account.")
NO_CHAT = mark(
    "The app password may not read direct messages. Make one with that permission ticked, and enter it."
)
GONE = mark("The post is gone, or its author no longer lets us see it.")
BLOCKED = mark("One of the two accounts has blocked the other.")
NOT_TAKEN_BY_THEM = mark("This person takes direct messages only from people they follow.")
TOO_LARGE = mark("Bluesky does not take a file of this size or kind.")
NOT_TAKEN = mark("Bluesky did not accept it. Change it, or answer another way.")
TROUBLE = mark("Bluesky has trouble of its own (%(status)s).")
_LONGEST_PAUSE = timedelta(hours=24)
_ENDED = {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"}
_SUSPENDED = {"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated"}
_MISSING = {"NotFound", "RecordNotFound", "InvalidConvo", "MessageNotFound"}
_BLOCKS = {"BlockedActor", "BlockedByActor", "BlockedPost"}


def base_of(settings: Mapping[str, str]) -> str:
    """Give the address of the data server. Raise Refused if it is none."""
    given = settings.get("service", "").strip().rstrip("/") or DEFAULT_SERVICE
    url = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise Refused(NO_SERVICE, service=given[:100]) from error
    if not host or parts.scheme not in {"https", "http"}:
        raise Refused(NO_SERVICE, service=given[:100])
    if parts.scheme == "http" and not (host == "localhost" or host.startswith("127.")):
        raise Refused(NOT_SAFE)
    return f"{parts.scheme}://{host}{port}"


class Client:
    """Speaks to one data server as one account, with the session that `refresh` brought."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.base = base_of(account.settings)
        self._access = account.secrets.get("access", "")

    @property
    def web(self) -> Web:
        if self.account.web is None:
            raise Unreachable
        return self.account.web

    @property
    def did(self) -> str:
        """Our own id: found out, or written in the session."""
        return self.account.settings.get("account_id", "") or text_in(_claims(self._access), "sub")

    def sign_in_for_now(self) -> None:
        """Sign in for this moment only, where there is no session yet (while connecting)."""
        if not self._access:
            self._access = text_in(sign_in(self.account), "accessJwt")

    def ask(
        self, method: str, query: Mapping[str, str | list[str]] | None = None, *, chat: bool = False
    ) -> Json:
        """Ask for something. Raise what the answer means unless it is one."""
        found = urlencode({name: value for name, value in (query or {}).items() if value}, doseq=True)
        url = f"{self.base}/xrpc/{method}"
        headers = self._headers(chat=chat, proxied=method.startswith("app.bsky."))
        response = self.web.get(f"{url}?{found}" if found else url, headers=headers, budget=READING.name)
        raise_for(response, chat=chat)
        return read_json(response, self.base)

    def tell(self, method: str, value: Json, *, chat: bool = False, repeatable: bool = True) -> Json:
        """Do something. What is `repeatable` may be done again when it is not known whether it was done."""
        headers = {**self._headers(chat=chat), "content-type": "application/json"}
        url = f"{self.base}/xrpc/{method}"
        response = self.web.request("POST", url, body=write(value), headers=headers, budget=WRITING.name)
        raise_for(response, chat=chat, is_unsure=not repeatable)
        return read_json(response, self.base) if response.content else {}

    def upload(self, data: bytes, content_type: str) -> Json:
        """Put bytes beside the repository, until a record names them."""
        headers = {**self._headers(), "content-type": content_type}
        url = f"{self.base}/xrpc/com.atproto.repo.uploadBlob"
        response = self.web.request("POST", url, body=data, headers=headers, budget=WRITING.name, reads=True)
        if response.status_code in {400, 413} and "Token" not in _error_of(response)[0]:
            raise Refused(TOO_LARGE, raw=_raw(response))
        raise_for(response)
        blob = read_json(response, self.base).get("blob")
        return blob if isinstance(blob, dict) else {}

    def _headers(self, *, chat: bool = False, proxied: bool = False) -> dict[str, str]:
        if not self._access:
            raise Expired
        headers = {"authorization": f"Bearer {self._access}"}
        appview = self.account.settings.get("appview", "").strip()
        if chat:
            headers["atproto-proxy"] = self.account.settings.get("chat", "").strip() or CHAT
        elif proxied and appview:
            headers["atproto-proxy"] = appview
        return headers


def sign_in(account: Account) -> Json:
    """Open a session with the app password. Raise Disconnected when it is refused."""
    body = {
        "identifier": account.settings.get("handle", "").strip().removeprefix("@"),
        "password": account.secrets.get("password", ""),
    }
    return _session(account, "com.atproto.server.createSession", body, {})


def renew(account: Account) -> Tokens:
    """Trade the refresh token, which counts once, for a new session; sign in where it no longer counts."""
    refresh = account.secrets.get("refresh", "")
    if refresh:
        try:
            found = _session(
                account, "com.atproto.server.refreshSession", None, {"authorization": f"Bearer {refresh}"}
            )
        except Disconnected as error:
            if error.detail == ACCOUNT_GONE:
                raise
            found = sign_in(account)
    else:
        found = sign_in(account)
    access = text_in(found, "accessJwt")
    return Tokens(
        secrets={"access": access, "refresh": text_in(found, "refreshJwt")}, ends_at=_ends_at(access)
    )


def _session(account: Account, method: str, body: Json | None, headers: Mapping[str, str]) -> Json:
    if account.web is None:
        raise Unreachable
    base = base_of(account.settings)
    sent = {**headers, "content-type": "application/json"} if body is not None else dict(headers)
    response = account.web.post(
        f"{base}/xrpc/{method}", body=write(body) if body is not None else b"", headers=sent, reads=True
    )
    name, _ = _error_of(response)
    if response.status_code in {400, 401, 403} and name not in _SUSPENDED:
        raise Disconnected(WRONG_PASSWORD, raw=_raw(response))
    raise_for(response)
    found = read_json(response, base)
    if not text_in(found, "accessJwt"):
        raise Unreachable(NOT_ATPROTO, service=urlsplit(base).netloc)
    return found


def _claims(token: str) -> Json:
    """Read what a token says of itself; its signature is for its server to judge."""
    try:
        middle = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}


def _ends_at(token: str) -> datetime | None:
    ends = _claims(token).get("exp")
    return datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) and 0 < ends < 10**11 else None


def read_json(response: WebResponse, base: str) -> Json:
    """Read the object of an answer. Raise Unreachable for anything else."""
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise Unreachable(NOT_ATPROTO, service=urlsplit(base).netloc, raw=str(error)) from error
    if not isinstance(found, dict):
        raise Unreachable(NOT_ATPROTO, service=urlsplit(base).netloc)
    return found


def _error_of(response: WebResponse) -> tuple[str, str]:
    """Read {"error", "message"}; ("", "") if the answer has none."""
    try:
        found: Any = json.loads(response.content)
    except (ValueError, RecursionError):
        return "", ""
    return text_in(found, "error"), text_in(found, "message")


def _raw(response: WebResponse) -> str:
    return f"{response.status_code} {response.content[:300].decode('utf-8', 'replace')}"


def raise_for(response: WebResponse, *, chat: bool = False, is_unsure: bool = False) -> None:
    """Turn an answer that is none into what it means."""
    status, raw = response.status_code, _raw(response)
    if 200 <= status < 300:
        return
    if status == 429:
        raise SlowDown(_free_again(response), raw=raw)
    if status >= 500 or status == 408:
        raise Unknown(raw=raw) if is_unsure else Unreachable(TROUBLE, status=str(status), raw=raw)
    raise _meaning(*_error_of(response), raw, chat=chat)


def _meaning(name: str, message: str, raw: str, *, chat: bool) -> ConnectorError:
    said = message.lower()
    if chat and ("scope" in said or "privileged" in said):
        return Refused(NO_CHAT, raw=raw)
    if name in _ENDED:
        return Expired(raw=raw)
    if name in _SUSPENDED:
        return Disconnected(ACCOUNT_GONE, raw=raw)
    detail = NOT_TAKEN
    if name in _MISSING or "could not find" in said or "could not locate" in said:
        detail = GONE
    elif chat and ("follow" in said or "recipient" in said):
        detail = NOT_TAKEN_BY_THEM
    elif name in _BLOCKS or "block between" in said or "blocked" in said:
        detail = BLOCKED
    return Refused(detail, raw=raw)


def _free_again(response: WebResponse) -> datetime:
    """Read when we may ask again: by seconds, or by a moment since 1970."""
    at = datetime.now(UTC)
    asked, reset = response.headers.get("retry-after", ""), response.headers.get("ratelimit-reset", "")
    until = at + timedelta(minutes=1)
    if asked.isdecimal() and len(asked) < 7:
        until = at + timedelta(seconds=int(asked))
    elif reset.isdecimal() and len(reset) < 12:
        until = datetime.fromtimestamp(int(reset), UTC)
    return min(max(until, at + timedelta(seconds=1)), at + _LONGEST_PAUSE)
