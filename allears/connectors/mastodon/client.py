"""Ask one instance: where it lies, with our key, and what its answers mean."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Account, Budget, Web, WebResponse
from allears.connectors.json_values import Json, moment_in, write
from allears.connectors.words import mark

# Mastodon allows 300 requests in 5 minutes to an account, 30 media and 30 deletions in 30 minutes. Looking for
# what stands above a status is worth less than hearing it, and hearing less than answering.
READING = Budget(name="reading", most=150, seconds=300, label=mark("reading"))
LOOKING = Budget(name="looking", most=60, seconds=300, label=mark("looking up"))
WRITING = Budget(name="writing", most=90, seconds=300, label=mark("writing"))
MEDIA = Budget(name="media", most=30, seconds=1800, label=mark("media"))
DELETING = Budget(name="deleting", most=30, seconds=1800, label=mark("deleting"))
BUDGETS = (READING, LOOKING, WRITING, MEDIA, DELETING)

NO_INSTANCE = mark("%(instance)s is not the address of a server.")
NOT_SAFE = mark("The server must be reached by https.")
NOT_MASTODON = mark("%(instance)s does not answer as a Mastodon server does.")
KEY_ENDED = mark("The Mastodon server no longer accepts the access token. Make a new one and enter it.")
KEY_TOO_WEAK = mark("The access token lacks a permission. Make one with all permissions that the steps name.")
NOT_ALLOWED = mark("The Mastodon server does not allow this to our account.")
GONE = mark("The post is gone, or its author no longer lets us see it.")
TOO_LONG = mark("The Mastodon server says that it is too long.")
BAD_MEDIA = mark("The Mastodon server does not take this file.")
NOT_TAKEN = mark("The Mastodon server did not accept it. Change it, or answer another way.")
TROUBLE = mark("The Mastodon server has trouble of its own (%(status)s).")
_LINK = re.compile(r'<([^<>]+)>;\s*rel="?(next|prev)"?')
_LONGEST_PAUSE = timedelta(hours=1)


def base_of(settings: Mapping[str, str]) -> str:
    """Give the address of the instance without a slash at its end. Raise Refused if it is none."""
    given = settings.get("instance", "").strip().rstrip("/")
    url = given if "://" in given else f"https://{given.rsplit('@', 1)[-1]}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise Refused(NO_INSTANCE, instance=given[:100]) from error
    if not host or parts.scheme not in {"https", "http"} or ("." not in host and host != "localhost"):
        raise Refused(NO_INSTANCE, instance=given[:100])
    if parts.scheme == "http" and not (host == "localhost" or host.startswith("127.")):
        raise Refused(NOT_SAFE)
    return f"{parts.scheme}://{host}{port}"


class Client:
    """Speaks to one instance as one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.base = base_of(account.settings)

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.account.secrets.get('token', '')}"}

    def get(
        self, path: str, query: Mapping[str, str | list[str]] | None = None, *, budget: str = READING.name
    ) -> WebResponse:
        """Ask for something. Raise what a status other than 2xx means."""
        found = urlencode(dict(query or {}), doseq=True)
        url = path if path.startswith(self.base) else f"{self.base}{path}"
        response = self.web.get(f"{url}?{found}" if found else url, headers=self.headers(), budget=budget)
        raise_for(response)
        return response

    def ask(
        self, path: str, query: Mapping[str, str | list[str]] | None = None, *, budget: str = READING.name
    ) -> Any:
        """Ask for something and read the JSON of the answer."""
        return read_json(self.get(path, query, budget=budget), self.base)

    def write(
        self,
        method: str,
        path: str,
        value: Json | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budget: str = WRITING.name,
    ) -> WebResponse:
        """Change something. Raise what a status other than 2xx means; what may have been done is Unknown."""
        sent = {**self.headers(), **(headers or {})}
        if value is not None:
            sent["content-type"] = "application/json"
        body = write(value) if value is not None else b""
        response = self.web.request(method, f"{self.base}{path}", body=body, headers=sent, budget=budget)
        raise_for(response, writes=True)
        return response

    @property
    def web(self) -> Web:
        if self.account.web is None:
            raise Unreachable
        return self.account.web


def read_json(response: WebResponse, base: str) -> Any:
    """Read the JSON of an answer. Raise Unreachable for anything else."""
    try:
        return parse_answer(response.content)
    except ValueError as error:
        raise Unreachable(NOT_MASTODON, instance=urlsplit(base).netloc, raw=str(error)) from error


def parse_answer(content: bytes) -> Any:
    """Read JSON. Raise ValueError for anything else, however deep it is."""
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("too deep") from error


def links_of(response: WebResponse) -> dict[str, str]:
    """Read the Link header: the pages of what is older ("next") and of what is newer ("prev")."""
    return {name: url for url, name in _LINK.findall(response.headers.get("link", ""))}


def raise_for(response: WebResponse, *, writes: bool = False) -> None:
    """Turn a status into what it means."""
    status = response.status_code
    if 200 <= status < 300:
        return
    raw = f"{status} {response.content[:300].decode('utf-8', 'replace')}"
    if status == 429:
        raise SlowDown(_free_again(response), raw=raw)
    if status == 401:
        raise Disconnected(KEY_ENDED, raw=raw)
    if status >= 500 or status == 408:
        # These may come from a machine in front of the server, which went on behind it.
        is_unsure = writes and status in {408, 500, 502, 504, 520, 522, 524}
        raise (Unknown(raw=raw) if is_unsure else Unreachable(TROUBLE, status=str(status), raw=raw))
    raise _refusal(status, raw)


def _refusal(status: int, raw: str) -> ConnectorError:
    said = raw.lower()
    if status == 403:
        return Disconnected(KEY_TOO_WEAK, raw=raw) if "scope" in said else Refused(NOT_ALLOWED, raw=raw)
    if status in {404, 410}:
        return Refused(GONE, raw=raw)
    if status == 413 or "file" in said or "media" in said:
        return Refused(BAD_MEDIA, raw=raw)
    return Refused(TOO_LONG if "character limit" in said or "too long" in said else NOT_TAKEN, raw=raw)


def _free_again(response: WebResponse) -> datetime:
    """Read when we may ask again: at most in an hour, at least in a second."""
    at = datetime.now(UTC)
    asked = response.headers.get("retry-after", "")
    reset = moment_in({"at": response.headers.get("x-ratelimit-reset", "")}, "at")
    until = at + timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 6 else reset
    return min(max(until or at + timedelta(minutes=1), at + timedelta(seconds=1)), at + _LONGEST_PAUSE)
