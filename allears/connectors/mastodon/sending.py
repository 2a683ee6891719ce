"""Answer on an instance: media first, then the status, once.

The idempotency key is the dispatch's own, and the instance keeps it for an hour. So an answer of unknown fate is
looked for among our own posts, and while the key is surely known, posting again either finds it or makes it.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit
from uuid import uuid4

from allears.connectors.errors import Refused, Unreachable
from allears.connectors.interface import (
    Account,
    Author,
    Deed,
    DeedKind,
    File,
    Outgoing,
    Sent,
    Visibility,
    WebResponse,
)
from allears.connectors.json_values import Json, id_in, moment_in, text_in
from allears.connectors.mastodon.client import DELETING, GONE, MEDIA, Client, raise_for, read_json
from allears.connectors.mastodon.judging import (
    NO_HIDING,
    NOT_OURS,
    audience_of,
    files_of,
    limits_of,
    opening_of,
    with_opening,
)
from allears.connectors.mastodon.plain_text import words_of
from allears.connectors.mastodon.statuses import AUDIENCE, WARNING, name_direct_thread, participants_of
from allears.connectors.measuring import excess_of
from allears.connectors.words import mark

TOO_LONG = mark("The answer is longer than the %(most)s characters that this server takes.")
TOO_MANY_FILES = mark("This server takes at most %(most)s files with a post.")
STILL_WORKING = mark("The server is still working on a file. All Ears tries again.")
BAD_FILE = mark("The server can't use the file %(name)s.")
EMPTY = mark("There is nothing to send.")
CANNOT_TAKE_BACK = mark("Mastodon does not offer that.")
LOOK_FOR_MEDIA = 30
LOOK_EVERY = 1.0
KEY_IS_KNOWN_FOR = timedelta(minutes=50)
LET_IT_FINISH = timedelta(minutes=2)
OWN_PAGE = 40
LARGEST = 100 * 1024 * 1024


def send_status(outgoing: Outgoing, account: Account) -> Sent:
    """Post an answer. Raise as `send` does."""
    status = compose(outgoing, account)
    client = Client(account)
    ids = [_upload(client, file) for file in outgoing.files]
    if ids:
        status["media_ids"] = ids
    response = client.write("POST", "/api/v1/statuses", status, headers={"idempotency-key": outgoing.key})
    return _sent(read_json(response, client.base), outgoing, account)


def compose(outgoing: Outgoing, account: Account) -> Json:
    """Write the status that is posted. Raise Refused for what the server would not take."""
    item, facts = outgoing.item, outgoing.item.facts if outgoing.item else {}
    opening = opening_of(item, outgoing.visibility) if item else f"{outgoing.to.handle} "
    text = with_opening(outgoing.text.strip(), opening).strip()
    if not text.strip() and not outgoing.files:
        raise Refused(EMPTY)
    limits = limits_of(facts, account.settings)
    if excess_of(text, limits):
        raise Refused(TOO_LONG, most=str(limits[0].most))
    rules = files_of(account.settings)
    if len(outgoing.files) > rules.most:
        raise Refused(TOO_MANY_FILES, most=str(rules.most))
    status: Json = {"status": text, "visibility": audience_of(item, outgoing.visibility)}
    if answered := outgoing.in_reply_to or (item.external_id if item else ""):
        status["in_reply_to_id"] = answered
    if warning := facts.get(WARNING, ""):
        status["spoiler_text"] = warning
    return status


def _sent(status: object, outgoing: Outgoing, account: Account) -> Sent:
    us = account.settings.get("account_id", "")
    thread = ""
    if outgoing.visibility is Visibility.PRIVATE and isinstance(status, dict):
        people = [id_in(one, "id") for one in participants_of(status, us)]
        thread = outgoing.thread or name_direct_thread(people or [outgoing.to.id])
    return Sent(
        external_id=id_in(status, "id") or outgoing.external_id,
        url=text_in(status, "url") or text_in(status, "uri"),
        thread=thread,
        recipient=_recipient(outgoing) if thread else None,
        facts={AUDIENCE: text_in(status, "visibility")} if text_in(status, "visibility") else {},
    )


def _recipient(outgoing: Outgoing) -> Author:
    return outgoing.item.author if outgoing.item and not outgoing.item.is_ours else outgoing.to


def _upload(client: Client, file: File) -> str:
    """Upload a file and wait, within bounds, until the server has made of it what it needs."""
    boundary = uuid4().hex
    name = file.name.replace('"', "'").replace("\r", " ").replace("\n", " ")
    shown = name.rsplit(".", 1)[0]
    head = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="description"\r\n\r\n{shown}\r\n'
        f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n'
        f"content-type: {file.content_type}\r\n\r\n"
    )
    response = client.web.request(
        "POST",
        f"{client.base}/api/v2/media",
        body=head.encode() + file.data + f"\r\n--{boundary}--\r\n".encode(),
        headers={**client.headers(), "content-type": f"multipart/form-data; boundary={boundary}"},
        budget=MEDIA.name,
        reads=True,
    )
    _raise_for_media(response, file)
    media_id = id_in(read_json(response, client.base), "id")
    if response.status_code == 202:
        _await_media(client, media_id)
    return media_id


def _raise_for_media(response: WebResponse, file: File) -> None:
    if response.status_code in {413, 422}:
        raise Refused(BAD_FILE, name=file.name)
    raise_for(response)


def _await_media(client: Client, media_id: str) -> None:
    for _ in range(LOOK_FOR_MEDIA):
        response = client.get(f"/api/v1/media/{quote(media_id, safe='')}")
        if response.status_code == 200:
            return
        time.sleep(LOOK_EVERY)
    raise Unreachable(STILL_WORKING)


def look_up_status(outgoing: Outgoing, account: Account) -> Sent | None:
    """Look for an answer of unknown fate among our own posts; while its key is known, posting again is safe."""
    at = datetime.now(UTC)
    client = Client(account)
    wanted = compose(outgoing, account)
    for status in _own_statuses(client, account):
        is_answer = id_in(status, "in_reply_to_id") == wanted.get("in_reply_to_id", "")
        created_at = moment_in(status, "created_at")
        is_later = created_at is not None and created_at >= outgoing.sent_at - timedelta(minutes=5)
        if is_answer and is_later and _same(words_of(text_in(status, "content")), wanted["status"]):
            return _sent(status, outgoing, account)
    if outgoing.sent_at + LET_IT_FINISH < at < outgoing.sent_at + KEY_IS_KNOWN_FOR:
        return send_status(outgoing, account)
    return None


def _own_statuses(client: Client, account: Account) -> Iterator[Json]:
    us = account.settings.get("account_id", "")
    if not us:
        us = id_in(client.ask("/api/v1/accounts/verify_credentials"), "id")
    found = client.ask(f"/api/v1/accounts/{quote(us, safe='')}/statuses", {"limit": str(OWN_PAGE)})
    yield from (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _same(shown: str, written: str) -> bool:
    """Compare what a server shows with what was written: it turns a far mention into its short name."""
    return _bare(shown) == _bare(written)


def _bare(text: str) -> Sequence[str]:
    words = text.split()
    return [f"@{word[1:].split('@', 1)[0]}" if word.startswith("@") else word for word in words]


def do_deed(deed: Deed, account: Account) -> None:
    """Like, take a like back, or delete our own. Doing it again does it once."""
    client = Client(account)
    id_ = quote(deed.item.external_id, safe="")
    match deed.kind:
        case DeedKind.LIKE:
            client.write("POST", f"/api/v1/statuses/{id_}/favourite")
        case DeedKind.UNLIKE:
            client.write("POST", f"/api/v1/statuses/{id_}/unfavourite")
        case DeedKind.DELETE:
            _delete(client, deed, id_)
        case DeedKind.HIDE | DeedKind.UNHIDE:
            raise Refused(NO_HIDING)
        case _:
            raise Refused(CANNOT_TAKE_BACK)


def _delete(client: Client, deed: Deed, id_: str) -> None:
    if not deed.item.is_ours:
        raise Refused(NOT_OURS)
    try:
        client.write("DELETE", f"/api/v1/statuses/{id_}", budget=DELETING.name)
    except Refused as error:
        if error.detail != GONE:
            raise


def fetch_media(remote: str, account: Account) -> File:
    """Bring a file from where the instance keeps it; our key is shown to nobody else."""
    client = Client(account)
    response = client.web.get(remote, largest=LARGEST)
    if response.status_code >= 500:
        raise Unreachable(raw=str(response.status_code))
    if response.status_code != 200:
        raise Refused(GONE, raw=str(response.status_code))
    name = urlsplit(remote).path.rsplit("/", 1)[-1]
    content_type = response.headers.get("content-type", "").split(";")[0].strip()
    return File(name=name, content_type=content_type or "application/octet-stream", data=response.content)
