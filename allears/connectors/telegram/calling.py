"""Call the Bot API, and understand its answers.

The token is part of every address, so no address ever leaves this module: not in an error, not in a log.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Account, Budget, File, WebResponse
from allears.connectors.meta.values import Json, clean_text, count_in, id_in, object_in, text_in
from allears.connectors.telegram.forms import compose_form
from allears.connectors.telegram.troubles import meaning_of
from allears.connectors.words import mark

API = "https://api.telegram.org"
READ, WRITE = "read", "write"
# Telegram asks for no more than about 30 messages a second; what it allows in one chat it says by 429.
BUDGETS = (
    Budget(name=WRITE, most=30, seconds=1, label=mark("writing")),
    Budget(name=READ, most=60, seconds=10, label=mark("reading")),
)
LARGEST_DOWN = 20 * 1024 * 1024
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,100}")

NO_TOKEN = mark("The token of the bot does not look like one. Copy it again from BotFather.")
TOKEN_ENDED = mark(
    "Telegram does not know this token: it was revoked, or the bot deleted. Ask BotFather for a new one."
)
BUSY = mark("Telegram asks us to slow down; All Ears goes on by itself.")
CONFLICT = mark(
    "Another program fetches the messages of this bot, or a webhook is set for it. Only one may hear a bot: stop the "
    "other one, or subscribe again here."
)
TROUBLE = mark("Telegram has trouble of its own (%(status)s).")


class Moved(ConnectorError):
    """The group became a supergroup and has another number."""

    def __init__(self, chat: str) -> None:
        super().__init__()
        self.chat = chat


def call(
    account: Account,
    method: str,
    fields: Mapping[str, Any] | None = None,
    *,
    reads: bool = False,
    budget: str = "",
) -> Any:
    """Call a method and return its result. Raise what the answer means; Unknown only if it writes."""
    body = json.dumps(fields or {}, ensure_ascii=False, separators=(",", ":")).encode()
    return _ask(
        account, method, body, "application/json", reads=reads, budget=budget or (READ if reads else WRITE)
    )


def call_with_files(
    account: Account, method: str, fields: Mapping[str, Any], files: Mapping[str, File]
) -> Any:
    """Call a method with files under the names that the fields give them."""
    values = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in fields.items()
    }
    body, content_type = compose_form(values, files)
    return _ask(account, method, body, content_type, reads=False, budget=WRITE)


def bot_id(account: Account) -> str:
    """Return the id of our bot: it is the first half of its token."""
    return token_of(account).partition(":")[0]


def token_of(account: Account) -> str:
    """Return the token. Raise Disconnected if it can't be one: it becomes a part of an address."""
    token = account.secrets.get("token", "").strip()
    if not _TOKEN.fullmatch(token):
        raise Disconnected(NO_TOKEN)
    return token


def download(account: Account, path: str) -> WebResponse:
    """Fetch a file by the path that `getFile` gave."""
    if account.web is None:
        raise Unreachable
    url = f"{_server(account)}/file/bot{token_of(account)}/{path}"
    return account.web.get(url, budget=READ, largest=LARGEST_DOWN)


def _server(account: Account) -> str:
    return (account.settings.get("api_url") or API).strip().rstrip("/")


def _ask(account: Account, method: str, body: bytes, content_type: str, *, reads: bool, budget: str) -> Any:
    if account.web is None:
        raise Unreachable
    response = account.web.request(
        "POST",
        f"{_server(account)}/bot{token_of(account)}/{method}",
        body=body,
        headers={"content-type": content_type},
        budget=budget,
        reads=reads,
    )
    return understand(response, reads=reads)


def understand(response: WebResponse, *, reads: bool) -> Any:
    """Return the result of an answer, or raise what it means."""
    answer = _answer_in(response)
    if response.status_code == 200 and answer.get("ok") is True:
        return answer.get("result")
    status = count_in(answer, "error_code") or response.status_code
    said = text_in(answer, "description")
    raw = f"{status} {said or clean_text(response.content[:300].decode('utf-8', 'replace'))}"
    if moved := id_in(answer, "parameters", "migrate_to_chat_id"):
        raise Moved(moved)
    if status == 429:
        seconds = count_in(object_in(answer, "parameters"), "retry_after")
        raise SlowDown(datetime.now(UTC) + timedelta(seconds=min(seconds or 30, 86_400)), BUSY, raw=raw)
    raise _meaning(status, said, raw, reads=reads)


def _meaning(status: int, said: str, raw: str, *, reads: bool) -> ConnectorError:
    if status in {401, 404}:
        return Disconnected(TOKEN_ENDED, raw=raw)
    if status == 409:
        return Unreachable(CONFLICT, raw=raw)
    if 400 <= status < 500 and status != 408:
        return Refused(meaning_of(said), raw=raw)
    if not reads:
        return Unknown(raw=raw)
    return Unreachable(TROUBLE, raw=raw, status=str(status))


def _answer_in(response: WebResponse) -> Json:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
