"""Bring files that lie with Meta. Their addresses are signed and need no token; they end after a while."""

from urllib.parse import urljoin

from allears.connectors.errors import Refused, SlowDown, Unreachable
from allears.connectors.interface import Account, File, WebResponse
from allears.connectors.meta.attachments import remote_file
from allears.connectors.meta.errors import error_in
from allears.connectors.words import mark

LARGEST = 100_000_000
MOST_TURNS = 4
ENDED = mark("The file no longer lies with Meta: its address has ended.")
LOST = mark("The file's address leads nowhere.")


def fetch_remote(remote: str, account: Account) -> File:
    """Bring the bytes of a file. Raise Refused when it is gone, else as `send` does."""
    if account.web is None:
        raise Unreachable
    url = remote
    for _ in range(MOST_TURNS):
        response = account.web.get(url, largest=LARGEST)
        if response.status_code not in {301, 302, 303, 307, 308}:
            return _file(remote, response)
        url = urljoin(url, response.headers.get("location", ""))
        if not url.startswith("https://") and not account.may_reach_private_addresses:
            break
    raise Refused(LOST)


def _file(remote: str, response: WebResponse) -> File:
    if response.status_code in {403, 404, 410}:
        raise Refused(ENDED, raw=str(response.status_code))
    if response.status_code >= 300:
        error = error_in(response, writes=False)
        raise error if isinstance(error, SlowDown) else Unreachable(raw=str(response.status_code))
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    usual = remote_file(remote, "file", kind or "application/octet-stream")
    return File(
        name=usual.name, content_type=kind or usual.content_type, data=response.content, remote=remote
    )
