"""Live chat as browsers meet it: another origin, a stream, a line that breaks, a process that dies."""

import hashlib
import hmac
import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from socket import SHUT_RDWR
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.servers.desk import FROM_SOURCE, Desk, clean_environment, start_desk
from tests.servers.tables import lay_tables

pytestmark = pytest.mark.slow
ORIGIN = "https://shop.example"
SECRET = "shh"
PATIENCE = 30


@dataclass
class House:
    """An All Ears of its own with a chat, and a program that answers there."""

    folder: Path
    key: str = ""
    token: str = ""
    desk: Desk | None = None
    browsers: list["Browser"] = field(default_factory=list)

    def run(self, *command: str) -> dict[str, Any]:
        environment = clean_environment() | {"ALLEARS_DATA": str(self.folder / "data")}
        done = subprocess.run(
            [*FROM_SOURCE, *command, "--json"], env=environment, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    def found(self) -> "House":
        lay_tables(self.folder / "data")
        password = self.folder / "password"
        password.write_text("kettle-harbour-39\n")
        environment = clean_environment() | {"ALLEARS_DATA": str(self.folder / "data")}
        setup = ["setup", "--owner", "ines@harbour.example", "--password-file", str(password)]
        subprocess.run([*FROM_SOURCE, *setup], env=environment, capture_output=True, check=True)
        values = ["--set", f"secret={SECRET}", "--set", f"origins={ORIGIN}"]
        made = self.run("channel", "add", "chat", "--name", "Web", *values)
        self.key = made["key"]
        assert made["script"].count(self.key) == 1
        assert made["page"].endswith(f"/chat/{self.key}/")
        self.token = self.run("token", "create", "--member", "ines@harbour.example")["token"]
        return self

    def start(self, command: str = "serve") -> "House":
        # One proxy, so that each visitor can be told to come from an address of their own.
        self.desk = start_desk(self.folder, command=command, environment={"ALLEARS_PROXIES": "1"})
        return self

    def browser(self, address: str = "192.0.2.1") -> "Browser":
        self.browsers.append(Browser(self, address))
        return self.browsers[-1]

    def close_browsers(self) -> None:
        while self.browsers:
            self.browsers.pop().client.close()

    def api(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": uuid4().hex}
        return httpx.request(method, f"{self.desk.url}/api/v1/{path}", headers=headers, timeout=30, **more)

    def reply(self, last_words: str, text: str) -> None:
        """Answer the conversation whose last words these are, as a program does."""
        found = self.api("GET", "conversations").json()["items"]
        (wanted,) = [one for one in found if one["preview"] == last_words]
        answer = self.api("POST", f"conversations/{wanted['id']}/replies", json={"text": text})
        assert answer.status_code in {200, 201, 202}, answer.text


@dataclass
class Heard:
    """What came over a stream, one event at a time."""

    events: "Queue[dict[str, Any]]" = field(default_factory=Queue)
    last_id: str = ""

    def next(self, name: str, is_it: Callable[[Any], bool] = lambda _data: True) -> Any:
        while True:
            event = self.events.get(timeout=PATIENCE)
            self.last_id = event.get("id", self.last_id)
            data = json.loads(event["data"])
            if event["event"] == name and is_it(data):
                return data


class Browser:
    """A visitor's browser on a page of another origin."""

    def __init__(self, house: House, address: str) -> None:
        self._url = f"{house.desk.url}/chat/{house.key}"
        headers = {"origin": ORIGIN, "x-forwarded-for": address}
        self.client = httpx.Client(headers=headers, timeout=30)
        self.welcome: dict[str, Any] = {}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.client.request(method, f"{self._url}/{path}", **more)

    def hello(self, **said: Any) -> dict[str, Any]:
        self.welcome = self.ask("POST", "hello", json=said).json()
        self.client.headers["authorization"] = f"Bearer {self.welcome.get('token', '')}"
        return self.welcome

    def write(self, text: str, id_: str = "", **more: Any) -> httpx.Response:
        return self.ask("POST", "lines", json={"id": id_ or uuid4().hex, "text": text, **more})

    def texts(self) -> list[str]:
        return [message["text"] for message in self.ask("GET", "messages").json()["messages"]]

    @contextmanager
    def stream(self, last_id: str) -> Iterator[Heard]:
        """Hold a stream open, from an event on."""
        heard, headers = Heard(last_id=last_id), {"last-event-id": last_id}
        with self.client.stream("GET", f"{self._url}/live", headers=headers, timeout=60) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["access-control-allow-origin"] == ORIGIN
            reader = Thread(target=_read, args=(response, heard), daemon=True)
            reader.start()
            yield heard
            # The reader waits for the next event; cut, it ends at once.
            response.extensions["network_stream"].get_extra_info("socket").shutdown(SHUT_RDWR)
            reader.join(PATIENCE)


def _read(response: httpx.Response, heard: Heard) -> None:
    event: dict[str, str] = {}
    try:
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                event[name] = value
            elif "event" in event:
                heard.events.put(event)
                event = {}
    except (httpx.HTTPError, httpx.StreamError):
        return


@pytest.fixture(scope="module")
def house(tmp_path_factory, request) -> Iterator[House]:
    if request.config.getoption("--db") != "sqlite":
        pytest.skip("the process has a data folder of its own, on SQLite")
    house = House(tmp_path_factory.mktemp("chat")).found().start()
    yield house
    house.close_browsers()
    house.desk.stop()


def test_a_visitor_writes_an_agent_answers_and_both_see_it_at_once(house):
    visitor = house.browser("192.0.2.10")
    last = visitor.hello(page={"url": f"{ORIGIN}/cart", "title": "Cart"}, language="vi")["last_event_id"]
    with visitor.stream(last) as heard:
        answer = visitor.write("Is anybody there?", id_="line-0001")
        mine = heard.next("message")
        house.reply("Is anybody there?", "Yes, I am")
        ours = heard.next("message")

    assert answer.status_code == 202
    assert (mine["client_id"], mine["is_ours"], mine["text"]) == ("line-0001", False, "Is anybody there?")
    assert (ours["is_ours"], ours["text"]) == (True, "Yes, I am")
    assert visitor.texts() == ["Is anybody there?", "Yes, I am"]


def test_what_was_missed_while_the_line_was_down_is_told_when_it_is_back(house):
    visitor = house.browser("192.0.2.11")
    last = visitor.hello()["last_event_id"]
    with visitor.stream(last) as heard:
        visitor.write("One")
        heard.next("message")
        last = heard.last_id
    house.reply("One", "Two, while you were away")
    elsewhere = house.browser("192.0.2.11")
    elsewhere.hello(token=visitor.welcome["token"])
    with elsewhere.stream(elsewhere.welcome["last_event_id"]) as heard:
        heard.next("message")  # it was sent by now
    with visitor.stream(last) as heard:
        assert heard.next("message")["text"] == "Two, while you were away"


def test_the_same_line_five_times_at_once_is_one_and_a_burst_of_twenty_is_in_order(house):
    visitor = house.browser("192.0.2.12")
    last = visitor.hello()["last_event_id"]
    with visitor.stream(last) as heard:
        with ThreadPoolExecutor(5) as pool:
            answers = list(pool.map(lambda _: visitor.write("Only once", id_="line-0002"), range(5)))
        wanted = [f"Line {number}" for number in range(20)]
        for text in wanted:
            assert visitor.write(text).status_code == 202
        seen = [heard.next("message")["text"] for _ in range(21)]

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert seen == ["Only once", *wanted]
    assert visitor.texts() == ["Only once", *wanted]


def test_another_visitor_hears_and_reads_nothing_of_it(house):
    visitor, stranger = house.browser("192.0.2.13"), house.browser("192.0.2.14")
    visitor.hello()
    last = stranger.hello()["last_event_id"]
    file = visitor.ask("POST", "files?name=a.txt", content=b"mine").json()
    with stranger.stream(last) as heard:
        visitor.write("For us only", files=[file["id"]])
        stranger.write("I am another")
        assert heard.next("message")["text"] == "I am another"

    assert stranger.texts() == ["I am another"]
    assert visitor.ask("GET", f"files/{file['id']}").content == b"mine"
    assert stranger.ask("GET", f"files/{file['id']}").status_code == 404


def test_a_signed_visitor_reads_the_same_on_another_device(house):
    identity = {"id": "u42", "hash": hmac.new(SECRET.encode(), b"u42", hashlib.sha256).hexdigest()}
    phone, laptop = house.browser("192.0.2.15"), house.browser("192.0.2.16")
    last = phone.hello(identity=identity)["last_event_id"]
    laptop.hello(identity=identity)
    with phone.stream(last) as heard:
        laptop.write("From my laptop")
        assert heard.next("message")["text"] == "From my laptop"

    assert house.browser().hello(identity={**identity, "hash": "0" * 64})["status"] == 403


def test_only_the_channels_sites_may_ask_and_errors_can_be_read_there(house):
    visitor = house.browser("192.0.2.17")
    allowed = visitor.ask("POST", "lines", json={})
    assert allowed.status_code == 401
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert allowed.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in allowed.headers
    preflight = visitor.ask("OPTIONS", "lines", headers={"access-control-request-method": "POST"})
    assert preflight.status_code == 204
    assert "authorization" in preflight.headers["access-control-allow-headers"]

    for method, path in (("POST", "hello"), ("GET", "config"), ("OPTIONS", "lines")):
        foreign = visitor.ask(method, path, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403
        assert "access-control-allow-origin" not in foreign.headers
    assert visitor.ask("GET", "config", headers={"origin": house.desk.url}).status_code == 200


def test_the_key_opens_no_other_door_and_another_channels_key_opens_not_this_one(house):
    made = house.run("channel", "add", "api", "--name", "Shop")
    pushed = httpx.post(f"{house.desk.url}/in/{house.key}", content=b"{}", timeout=30)
    assert pushed.status_code == 404
    other = httpx.get(f"{house.desk.url}/chat/{made['key']}/config", timeout=30)
    assert other.status_code == 404


def test_the_introduction_is_the_same_for_all_and_may_be_kept(house):
    found = house.browser().ask("GET", "config?language=ru")
    assert found.headers["cache-control"] == "public, max-age=60"
    offer = found.json()
    assert (offer["language"], offer["hours"]["is_open"]) == ("ru", True)
    assert set(offer["answer_time"]) == {"median_seconds", "sample"}


def test_who_is_too_fast_is_asked_to_wait_and_loses_nothing(house):
    visitor = house.browser("192.0.2.18")
    visitor.hello()
    answers = [visitor.write(f"Fast {number}") for number in range(45)]
    slow = [answer for answer in answers if answer.status_code == 429]

    assert {answer.status_code for answer in answers} == {202, 429}
    assert slow[0].json()["retry_after"] >= 1
    assert int(slow[0].headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("lines", {"id": "line-0003", "text": ""}, 422),
        ("lines", {"id": "line-0003", "text": "x" * 20_000}, 422),
        ("lines", {"id": 7, "text": "x"}, 400),
        ("lines", {"id": "line-0003", "files": ["nothing"]}, 422),
        ("lines", {"id": "line-0003", "files": "nothing"}, 400),
        ("seen", {"until": "yesterday"}, 400),
        ("details", {"email": "at home"}, 422),
        ("hello", [1], 400),
        ("hello", {"page": "x"}, 400),
    ],
)
def test_what_makes_no_sense_is_said_so(house, path, said, status):
    visitor = house.browser("192.0.2.19")
    visitor.hello()
    answer = visitor.ask("POST", path, json=said)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_device_that_said_bye_is_forgotten(house):
    visitor = house.browser("192.0.2.20")
    visitor.hello()
    assert visitor.ask("POST", "bye").status_code == 204
    assert visitor.ask("GET", "messages").status_code == 401


def test_what_was_acknowledged_survives_a_process_that_is_killed_before_it_is_filed(tmp_path, house):
    other = House(tmp_path / "killed").found().start("web")
    visitor = other.browser()
    visitor.hello()
    wanted = [f"Line {number}" for number in range(10)]
    for text in wanted:
        assert visitor.write(text).status_code == 202
    assert visitor.texts() == []
    other.desk.process.kill()
    other.desk.process.wait()

    other.start()
    again = other.browser()
    last = again.hello(token=visitor.welcome["token"])["last_event_id"]
    with again.stream(last) as heard:
        again.write("And one more")
        heard.next("message", lambda line: line["text"] == "And one more")

    assert again.texts() == [*wanted, "And one more"]
    other.close_browsers()
    other.desk.stop()
