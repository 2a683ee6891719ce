"""How fast pages and clicks are answered, over few and many conversations. One command: bench/desk."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.figures import in_ms, report, tell
from bench.pages import Browser, conversations_on, time_pages
from bench.world import World, world

SEARCHES = (
    "refund",
    "don hang",
    "заказов",
    "AE12*",
    '"tracking page"',
    "the kettle",
    "посылка is:open",
    "from:Сомов",
)
VIEWS = ("open", "unassigned", "all", "pending")
PARTS = ("pages", "clicks")
PER_CONVERSATION = 10
SHARE_OPEN = 10


@dataclass
class Size:
    """How much of everything; --quick takes little."""

    conversations: Sequence[int] = (10_000, 300_000)
    rounds: int = 80
    rounds_of_many: int = 25
    browsers: Sequence[int] = (1, 8)
    backlog: int = 60_000
    clicking: float = 20.0


QUICK = Size(conversations=(40,), rounds=4, rounds_of_many=1, browsers=(1, 2), backlog=300, clicking=2)


def fill(place: World, conversations: int) -> dict[str, Any]:
    """File a part of the conversations, copy it as often as needed, and solve nine in ten."""
    channel = place.add_channel("api", "Shop")["id"]
    part = min(conversations, 10_000)
    place.inside(do="fill", channel=channel, count=part * PER_CONVERSATION, share_of_new=1 / PER_CONVERSATION)
    return place.inside(do="copies", times=max(1, conversations // part), share_open=SHARE_OPEN)


def measure_pages(place: World, size: Size) -> dict[str, Any]:
    """Ask for each kind of page, alone and together with others, and count its statements."""
    with place.serving() as desk:
        paths = paths_of(Browser.signed_in(desk.url))
        figures: dict[str, Any] = {name: {} for name in paths}
        for browsers in size.browsers:
            rounds = size.rounds if browsers == 1 else size.rounds_of_many
            for name, addresses in paths.items():
                took = in_ms(time_pages(desk.url, addresses, rounds, browsers))
                figures[name][f"browsers_{browsers}_ms"] = took
                tell(f"{name}, {browsers} at once: p50 {took['p50']} p95 {took['p95']} ms")
    for name, addresses in paths.items():
        inside = place.inside(do="pages", paths=list(addresses), rounds=3)
        figures[name] |= inside
        tell(f"{name}: {inside['statements']} statements, {inside['cpu_ms']} ms CPU")
    figures["counts"] = place.inside(do="counts")
    assert figures["counts"]["are_exact"], figures["counts"]
    return figures


def paths_of(browser: Browser) -> dict[str, list[str]]:
    """List the addresses of each kind of page, conversations from all over the queues."""
    ids = [id_ for view in VIEWS for id_ in conversations_on(browser.get(f"/desk/{view}/"))]
    chosen = Random(7).sample(sorted(set(ids)), min(60, len(set(ids))))
    return {
        "queue": [f"/desk/{view}/" for view in VIEWS],
        "conversation": [f"/desk/open/{id_}/" for id_ in chosen],
        "search": [f"/desk/search/?{query_of(text)}" for text in SEARCHES],
    }


def query_of(text: str) -> str:
    """Write a search as an address has it."""
    from urllib.parse import urlencode

    return urlencode({"q": text})


def measure_clicks(place: World, size: Size) -> dict[str, Any]:
    """Click, again and again, while a backlog drains in the same process; then once more in peace."""
    channel = place.add_channel("api", "Backlog")["id"]
    place.inside(do="store", channel=channel, count=size.backlog, first=70_000_001)
    with place.serving() as desk:
        browser = Browser.signed_in(desk.url)
        ids = conversations_on(browser.get("/desk/open/"))
        busy = click(browser, ids, size.clicking)
        left = place.inside(do="waiting")["waiting"]
        deadline = time.monotonic() + 300
        while place.inside(do="waiting")["waiting"] and time.monotonic() < deadline:
            time.sleep(1)
        idle = click(browser, ids, size.clicking / 4)
    tell(
        f"click while {size.backlog} drain: p50 {in_ms(busy)['p50']} p95 {in_ms(busy)['p95']} ms ({len(busy)} clicks)"
    )
    tell(f"click in peace: p50 {in_ms(idle)['p50']} p95 {in_ms(idle)['p95']} ms")
    return {
        "backlog": size.backlog,
        "left_after_clicks": left,
        "busy_ms": in_ms(busy),
        "idle_ms": in_ms(idle),
    }


def click(browser: Browser, ids: list[int], seconds: float) -> list[float]:
    """Take conversations and change their priority, five times a second."""
    took = []
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        id_ = ids[number % len(ids)]
        path, values = ("take", {}) if number % 2 else ("priority", {"priority": str(number // 2 % 3 + 1)})
        began = time.perf_counter()
        answer = browser.post(f"/desk/conversations/{id_}/{path}/", values)
        took.append(time.perf_counter() - began)
        assert answer.status_code in {200, 204, 302}, f"{path}: {answer.status_code} {answer.text[:300]}"
        number += 1
        time.sleep(0.2)
    return took


def main() -> None:
    """Measure what is asked for at each size."""
    parser = argparse.ArgumentParser(prog="bench/desk", description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--quick", action="store_true", help="a trial of seconds, whose figures mean nothing")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="measure only these parts")
    parser.add_argument("--conversations", type=int, nargs="+", help="how many conversations there are")
    parser.add_argument("--filled", type=Path, help="a folder with data that were filled before (SQLite)")
    given = parser.parse_args()
    size = QUICK if given.quick else Size()
    size.conversations = given.conversations or size.conversations
    figures: dict[str, Any] = {}
    for count in size.conversations:
        with world(given.db, given.filled) as place:
            filled = {} if given.filled else fill(place, count)
            tell(f"{count} conversations, {filled.get('messages', '?')} messages")
            figures[str(count)] = filled
            if "pages" in given.only:
                figures[str(count)] |= measure_pages(place, size)
            if "clicks" in given.only and count == size.conversations[-1]:
                figures[str(count)]["clicks"] = measure_clicks(place, size)
    report("desk", {**vars(given), "filled": bool(given.filled)}, figures)


if __name__ == "__main__":
    main()
