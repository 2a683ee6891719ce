"""Ask the Graph API of Meta, and understand its answers.

The token goes into a header, never into an address, so that no log and no history holds it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from allears.connectors.errors import Disconnected, Refused, SlowDown, Unknown, Unreachable, Unreadable
from allears.connectors.interface import Account, File, WebResponse
from allears.connectors.meta.door import proof_of
from allears.connectors.meta.errors import BUSY, GONE, Meanings, error_in
from allears.connectors.meta.usage import pause_asked, used_percent
from allears.connectors.meta.values import Json, object_in, objects_in, parse_object, text_in, write_json
from allears.connectors.words import mark

FACEBOOK = "https://graph.facebook.com"
INSTAGRAM = "https://graph.instagram.com"
VERSION = "v25.0"
READ, WRITE = "read", "write"
TIRED = 85
MOST_PAGES = 200

NO_TOKEN = mark("There is no access token. Connect the channel again.")


@dataclass(slots=True)
class Graph:
    """One account's way to the Graph API. `secret` is the app's: it proves each call ("" where no proof goes).

    `meanings` are errors of one network that the others do not have; `used` is the share of Meta's allowance,
    in percent, that the last answer told of.
    """

    account: Account
    token: str
    secret: str = ""
    host: str = ""
    version: str = ""
    meanings: Meanings = field(default_factory=dict)
    used: int = 0
    rest: timedelta | None = None

    def get(self, path: str, budget: str = READ, **query: str) -> Json:
        """Ask for a node or an edge. Raise what the answer means."""
        return self._call("GET", path, budget=budget, query=query)

    def post(self, path: str, fields: Mapping[str, Any], budget: str = WRITE) -> Json:
        """Make or change something, once. Raise Unknown if it may have been done."""
        body, kind = write_json(fields), "application/json"
        return self._call("POST", path, budget=budget, body=body, headers={"content-type": kind})

    def delete(self, path: str, budget: str = WRITE, **query: str) -> Json:
        """Remove something."""
        return self._call("DELETE", path, budget=budget, query=query)

    def upload(
        self, path: str, fields: Mapping[str, str], name: str, file: File, budget: str = WRITE
    ) -> Json:
        """Post a form with one file in it, under the name given."""
        body, kind = write_form(fields, name, file)
        return self._call("POST", path, budget=budget, body=body, headers={"content-type": kind})

    def pages(self, path: str, most: int = MOST_PAGES, **query: str) -> Iterator[Json]:
        """Yield the pages of an edge, as the network gives them, following its cursors."""
        after = query.pop("after", "")
        for _ in range(most):
            page = self.get(path, **query, **({"after": after} if after else {}))
            yield page
            following = id_after(page)
            if not following or following == after:
                return
            after = following

    def rows(self, path: str, most: int = MOST_PAGES, **query: str) -> Iterator[Json]:
        """Yield the rows of an edge, page after page."""
        for page in self.pages(path, most, **query):
            yield from objects_in(page, "data")

    def rest_if_tired(self) -> None:
        """Raise SlowDown if little of Meta's allowance is left, so that replies keep it. For polls."""
        if self.used >= TIRED:
            pause = self.rest or timedelta(minutes=10)
            raise SlowDown(datetime.now(UTC) + pause, BUSY, raw=f"{self.used} percent used")

    def address(self, path: str) -> str:
        """Say where a path lies; one that begins with "/" belongs to no version."""
        if path.startswith("/"):
            return f"{self.host or FACEBOOK}{path}"
        version = self.version or self.account.settings.get("graph_version") or VERSION
        return f"{self.host or FACEBOOK}/{version}/{path}"

    def _call(
        self,
        method: str,
        path: str,
        *,
        budget: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Json:
        if self.account.web is None:
            raise Unreachable
        if not self.token:
            raise Disconnected(NO_TOKEN)
        proof = {"appsecret_proof": proof_of(self.secret, self.token)} if self.secret else {}
        response = self.account.web.request(
            method,
            self.address(path),
            body=body,
            headers={"authorization": f"Bearer {self.token}", **(headers or {})},
            query={**(query or {}), **proof},
            budget=budget,
            reads=method == "GET",
        )
        return self._understand(response, writes=method != "GET")

    def _understand(self, response: WebResponse, *, writes: bool) -> Json:
        self.used, self.rest = used_percent(response), pause_asked(response)
        error = error_in(response, writes=writes, meanings=self.meanings)
        if error is not None:
            raise error
        try:
            return parse_answer(response.content)
        except Unreadable as problem:
            raise (Unknown if writes else Unreachable)(raw=str(problem)) from problem


def delete_node(graph: Graph, name: str) -> Json:
    """Remove a comment or a post; one that is gone already is removed."""
    try:
        return graph.delete(name)
    except Refused as error:
        if error.detail == GONE:
            return {"success": True}
        raise


def parse_answer(content: bytes) -> Json:
    """Parse an answer; a bare `true` of old calls is {"success": true}."""
    if content.strip() == b"true":
        return {"success": True}
    return parse_object(content)


def id_after(page: Json) -> str:
    """Return the cursor of the page that follows; "" if this is the last one."""
    paging = object_in(page, "paging")
    return text_in(paging, "cursors", "after") if paging.get("next") else ""


def write_form(fields: Mapping[str, str], name: str, file: File) -> tuple[bytes, str]:
    """Write a multipart form with one file; return it and its content type."""
    line = f"----allears{os.urandom(12).hex()}"
    parts = [
        f'--{line}\r\ncontent-disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    title = f'content-disposition: form-data; name="{name}"; filename="{_file_name(file.name)}"'
    kind = f"content-type: {file.content_type or 'application/octet-stream'}"
    head = f"--{line}\r\n{title}\r\n{kind}\r\n\r\n".encode()
    whole = b"".join([*parts, head, file.data, f"\r\n--{line}--\r\n".encode()])
    return whole, f"multipart/form-data; boundary={line}"


def _file_name(name: str) -> str:
    """Make a name that can stand between quotes in a header, as browsers do."""
    return (name or "file").replace("\r", "").replace("\n", "").replace("\x00", "").replace('"', "%22")
