"""What thousands of open lines hold and how soon a message is on screen. One command: bench/live.

Idle: visitors' chats and desk pages open in one process; memory for each, then messages while all are open.
Talk: a thousand visitors, a line every ten seconds each, while agents read, answer and set priorities.
"""

import argparse
import asyncio
import os
import re
import resource
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from bench.figures import in_ms, report, tell
from bench.lines import Caller, Line, open_line
from bench.pages import Browser, conversations_on
from bench.usage import cpu_seconds, resident_mb
from bench.world import World, world
from tests.servers.desk import Desk

PARTS = ("idle", "talk")
OPENED_AT_ONCE = 50
CALLERS = 40
UNDO = 3.0
_SEEN = re.compile(r'name="seen_message_id"\s+value="(\d+)"')


@dataclass
class Size:
    """How much of everything; --quick takes little."""

    chats: int = 7_500
    desks: int = 500
    warm: int = 100
    probes: int = 150
    visitors: int = 1_000
    every: float = 10.0
    talking: float = 45.0
    agents: int = 4


QUICK = Size(chats=30, desks=5, warm=5, probes=5, visitors=10, every=2, talking=4, agents=1)


@dataclass
class Scene:
    """A running desk, its visitors, and what was heard when."""

    url: str
    key: str
    tokens: Sequence[str]
    cookie: str
    lines: list[Line] = field(default_factory=list)
    posted: dict[str, float] = field(default_factory=dict)
    to_visitor: list[float] = field(default_factory=list)
    to_desk: list[float] = field(default_factory=list)
    answers: dict[str, float] = field(default_factory=dict)
    to_chat: list[float] = field(default_factory=list)
    untold: deque[float] = field(default_factory=deque)
    has_desk: bool = False

    def headers(self, number: int) -> dict[str, str]:
        """Return what a visitor's browser sends; each comes from an address of its own."""
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        return {"authorization": f"Bearer {self.tokens[number]}", "x-forwarded-for": address}

    async def open_chat(self, number: int) -> None:
        """Open a visitor's line."""
        path = f"/chat/{self.key}/live"
        self.lines.append(await open_line(self.url, path, self.headers(number), self.hear_chat))

    async def open_desk(self) -> None:
        """Open a member's line; what the first one hears is measured."""
        hear = self.hear_desk if not self.has_desk else _hear_nothing
        self.has_desk = True
        self.lines.append(await open_line(self.url, "/live/events", {"cookie": self.cookie}, hear))

    def hear_chat(self, name: str, data: dict[str, Any], at: float) -> None:
        """Note when a visitor's page was told of a line, theirs or ours."""
        if name != "message":
            return
        if data["is_ours"]:
            began = self.answers.pop(data["text"], None)
            if began:
                self.to_chat.append(at - began - UNDO)
        elif data["client_id"] in self.posted:
            self.to_visitor.append(at - self.posted[data["client_id"]])

    def hear_desk(self, name: str, data: dict[str, Any], at: float) -> None:
        """Note when the desk was told of lines: they come in the order in which they were written."""
        for event in data.get("events", ()) if name == "changes" else ():
            if event["kind"] == "message.received" and self.untold:
                self.to_desk.append(at - self.untold.popleft())

    async def say(self, caller: Caller, number: int, text: str) -> float:
        """Let a visitor write; return the seconds until it was acknowledged."""
        id_ = uuid4().hex
        self.posted[id_] = time.monotonic()
        self.untold.append(self.posted[id_])
        path = f"/chat/{self.key}/lines"
        status, took = await caller.post(path, self.headers(number), {"id": id_, "text": text})
        assert status == 202, status
        return took


def _hear_nothing(_name: str, _data: dict[str, Any], _at: float) -> None:
    """Be open, and no more."""


async def in_groups(deeds: Sequence[Any]) -> None:
    """Do many things, so many at once."""
    turns = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(deed: Any) -> None:
        async with turns:
            await deed

    await asyncio.gather(*(one(deed) for deed in deeds))


async def measure_idle(scene: Scene, pid: int, size: Size) -> dict[str, Any]:
    """Open all lines, see what they hold, then write while all are open."""
    found = await open_all(scene, pid, size)
    cpu, at = cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(min(30.0, size.talking))
    found["idle_cpu_percent"] = round((cpu_seconds(pid) - cpu) / (time.monotonic() - at) * 100, 1)
    callers = [Caller(scene.url) for _ in range(4)]
    acknowledged = []
    for number in range(size.probes):
        acknowledged.append(await scene.say(callers[number % 4], number % size.warm, f"Probe {number}"))
        await asyncio.sleep(0.1)
    await asyncio.sleep(3)
    return {**found, **_told(scene, acknowledged, size.probes)}


async def open_all(scene: Scene, pid: int, size: Size) -> dict[str, Any]:
    """Open a few lines to warm up, then all, and return what these hold."""
    await in_groups([scene.open_chat(number) for number in range(size.warm)])
    await asyncio.sleep(3)
    before, cpu, began = resident_mb(pid), cpu_seconds(pid), time.monotonic()
    await in_groups([scene.open_chat(number) for number in range(size.warm, size.warm + size.chats)])
    with_chats = resident_mb(pid)
    await in_groups([scene.open_desk() for _ in range(size.desks)])
    took = time.monotonic() - began
    await asyncio.sleep(5)
    after, count = resident_mb(pid), size.chats + size.desks
    found = {
        "connections": count + size.warm,
        "memory_before_mb": before,
        "memory_after_mb": after,
        "kb_each": round((after - before) * 1024 / count, 1),
        "kb_each_chat": round((with_chats - before) * 1024 / size.chats, 1),
        "opened_per_second": round(count / took, 1),
        "open_cpu_ms": round((cpu_seconds(pid) - cpu) * 1000 / count, 2),
    }
    tell(f"{count} lines: {found['kb_each']} KB each, {found['open_cpu_ms']} ms CPU to open one")
    return found


def _told(scene: Scene, acknowledged: list[float], written: int) -> dict[str, Any]:
    found = {
        "lines_written": written,
        "acknowledged_ms": in_ms(acknowledged),
        "line_to_own_other_page_ms": in_ms(scene.to_visitor),
        "line_to_desk_ms": in_ms(scene.to_desk),
        "told_to_visitors": len(scene.to_visitor),
    }
    tell(
        f"line to visitor's page p50/p95 {found['line_to_own_other_page_ms']}, desk {found['line_to_desk_ms']}"
    )
    return found


async def measure_talk(scene: Scene, pid: int, size: Size) -> dict[str, Any]:
    """Let all visitors talk while agents work."""
    await in_groups([scene.open_chat(number) for number in range(size.visitors)])
    await in_groups([scene.open_desk() for _ in range(size.agents)])
    callers: asyncio.Queue[Caller] = asyncio.Queue()
    for _ in range(CALLERS):
        callers.put_nowait(Caller(scene.url))
    ends, acknowledged = time.monotonic() + size.talking, list[float]()
    pages, clicks = list[float](), list[float]()
    cpu, began = cpu_seconds(pid), time.monotonic()
    agents = [asyncio.to_thread(work, scene, ends, pages, clicks, n) for n in range(size.agents)]
    visitors = [talk(scene, n, callers, (ends, size.every), acknowledged) for n in range(size.visitors)]
    await asyncio.gather(*visitors, *agents)
    await asyncio.sleep(6)
    used = (cpu_seconds(pid) - cpu) / (time.monotonic() - began)
    return {
        "visitors": size.visitors,
        **_told(scene, acknowledged, len(acknowledged)),
        "lines_per_second": round(len(acknowledged) / size.talking, 1),
        "answer_to_visitor_ms": in_ms(scene.to_chat),
        "answers": len(scene.to_chat),
        "agents_pages_ms": in_ms(pages),
        "agents_clicks_ms": in_ms(clicks),
        "server_cpu_percent": round(used * 100, 1),
    }


async def talk(
    scene: Scene,
    number: int,
    callers: "asyncio.Queue[Caller]",
    pace: tuple[float, float],
    acknowledged: list[float],
) -> None:
    """Let one visitor write a line every so many seconds, until the end."""
    ends, every = pace
    await asyncio.sleep(Random(number).uniform(0, every))
    while time.monotonic() < ends:
        caller = await callers.get()
        try:
            acknowledged.append(await scene.say(caller, number, f"Line of visitor {number}"))
        finally:
            callers.put_nowait(caller)
        await asyncio.sleep(every)


def work(scene: Scene, ends: float, pages: list[float], clicks: list[float], number: int) -> None:
    """Work as an agent: read a conversation, answer it, look at the queue again."""
    browser, chance = Browser.signed_in(scene.url), Random(number)
    with suppress(IndexError):
        while time.monotonic() < ends:
            began = time.monotonic()
            ids = conversations_on(browser.get("/desk/open/"))
            pages.append(time.monotonic() - began)
            id_, began = chance.choice(ids), time.monotonic()
            page = browser.get(f"/desk/open/{id_}/")
            pages.append(time.monotonic() - began)
            text, seen = f"Answer {uuid4().hex}", _SEEN.findall(page)[0]
            words = {"text": text, "idempotency_key": uuid4().hex, "seen_message_id": seen, "mode": "reply"}
            began = time.monotonic()
            scene.answers[text] = began
            answer = browser.post(f"/desk/conversations/{id_}/reply/", words)
            assert answer.status_code < 400 or answer.status_code == 409, answer.status_code
            clicks.append(time.monotonic() - began)
            time.sleep(1)


def set_scene(place: World, desk: Desk, size: Size) -> Scene:
    """Make a chat with its visitors, and sign in to the desk."""
    channel = place.add_channel("chat", f"Web {uuid4().hex[:6]}")
    count = max(size.chats + size.warm, size.visitors)
    tokens = place.inside(do="visitors", channel=channel["id"], count=count)["tokens"]
    browser = Browser.signed_in(desk.url)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    return Scene(desk.url, channel["key"], tokens, cookie)


def main() -> None:
    """Measure each part on a fresh process."""
    parser = argparse.ArgumentParser(prog="bench/live", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a trial in little")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    size = QUICK if given.quick else Size()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, hard) if hard > 0 else 20_000, hard))
    figures: dict[str, Any] = {"load_1m": round(os.getloadavg()[0], 1)}
    measures = {"idle": measure_idle, "talk": measure_talk}
    with world(given.db) as place:
        place.environment["ALLEARS_PROXIES"] = "1"
        for part in given.only:
            with place.serving() as desk:
                scene = set_scene(place, desk, size)
                figures[part] = asyncio.run(measures[part](scene, desk.process.pid, size))
                figures[part]["load_1m"] = round(os.getloadavg()[0], 1)
    report("live", vars(given), figures)


if __name__ == "__main__":
    main()
