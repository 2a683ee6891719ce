"""A Mastodon server to test against: mastodon-mock, a program of others, with a front of ours that misbehaves.

The customers speak to it with Mastodon.py, which knows nothing of us; our connector goes through the front.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from mastodon import Mastodon

from allears.connectors.interface import Account
from allears.connectors.mastodon import CONNECTOR
from allears.foundation.web_client import WebClient
from tests.networks.faults import Asked, FakeNetwork, Reply
from tests.networks.prism import free_port

STARTING = 120.0
NOT_PASSED_ON = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `says` is their own program."""

    id: str
    name: str
    token: str
    says: Any


class MastodonServer(FakeNetwork):
    """The front: hands on to the real one what no fault is planned for."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target
        self._people: list[Person] = []
        self._web = WebClient()

    def __exit__(self, *given: object) -> None:
        super().__exit__(*given)
        for person in self._people:
            person.says.session.close()
        self._web._client.close()

    def missing(self, asked: Asked) -> Reply:
        headers = {name: value for name, value in asked.headers.items() if name not in NOT_PASSED_ON}
        url = f"{self.target}{asked.path}?{asked.raw_query}"
        answer = httpx.request(
            asked.method, url, content=asked.body, headers=headers, timeout=30, trust_env=False
        )
        kept = {name: value for name, value in answer.headers.items() if name not in NOT_PASSED_ON}
        kept.pop("content-encoding", None)
        return Reply(status=answer.status_code, body=answer.content, headers=kept)

    def join(self, name: str, shown: str = "") -> Person:
        """Open an account on the server."""
        wanted = {"username": name, "display_name": shown or name}
        made = httpx.post(f"{self.target}/api/v1/_mock/dev_user", json=wanted, trust_env=False).json()
        says = Mastodon(
            access_token=made["access_token"], api_base_url=self.target, version_check_mode="none"
        )
        self._people.append(Person(made["id"], name, made["access_token"], says))
        return self._people[-1]

    def account_for(self, person: Person, **settings: str) -> Account:
        """Connect somebody's account as a channel of ours."""
        account = Account(
            channel_id=1,
            name="Fediverse",
            settings={"instance": self.url, **settings},
            secrets={"token": person.token},
            web=self._web,
        )
        found = CONNECTOR.find_out(account)
        return Account(
            channel_id=1,
            name="Fediverse",
            settings={**account.settings, **found, "streaming_url": self.target},
            secrets=account.secrets,
            web=account.web,
        )


@contextmanager
def mastodon_server() -> Iterator[MastodonServer]:
    """Run the server on a free port of this machine."""
    port = free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "mastodon_mock",
        "serve",
        "--in-memory",
        "--log-level",
        "error",
    ]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], cwd=folder, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}", process)
            with MastodonServer(f"http://127.0.0.1:{port}") as server:
                yield server
        finally:
            process.kill()  # Asked politely, it waits for open streams.
            process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/api/v1/instance", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("mastodon-mock did not start")
