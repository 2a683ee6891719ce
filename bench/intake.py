"""How fast messages are heard, read, filed and seen, and what each costs. One command: bench/intake."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.clients import Delivered, deliver
from bench.figures import in_ms, median_of, report, tell
from bench.mail import measure_imap, measure_import
from bench.messages import say
from bench.usage import cpu_seconds, resident_mb
from bench.watching import Watcher
from bench.world import World, world

PARTS = ("http", "paced", "queue", "networks", "mail", "growth")


@dataclass
class Size:
    """How much of everything; --quick takes little."""

    runs: int = 3
    single: int = 6000
    together: int = 20_000
    pace: int = 2000
    paced: int = 20_000
    queued: int = 10_000
    naive: int = 300
    mails: int = 1500
    stored: Sequence[int] = (10_000, 100_000, 1_000_000)
    sample: int = 10_000


QUICK = Size(
    runs=1, single=60, together=400, pace=100, paced=100, queued=200, naive=10, mails=30, stored=(200, 600),
    sample=200,
)  # fmt: skip


def measure_http(place: World, size: Size) -> dict[str, Any]:
    """Deliver over HTTP as fast as answers come, one message or a hundred at a time."""
    figures = {}
    channel = place.add_channel("api", "HTTP")
    first = 1
    with place.serving() as desk:
        deliver_and_watch(place, desk, channel, messages(first, 200), 4)
        first += 200
        for batch in (1, 100):
            for clients in (4, 32):
                runs = []
                for _ in range(size.runs):
                    count = size.single if batch == 1 else size.together
                    bodies = messages(first, count, batch)
                    runs.append(deliver_and_watch(place, desk, channel, bodies, clients))
                    first += count
                name = f"batch_{batch}_clients_{clients}"
                figures[name] = median_of(runs)
                tell_run(f"HTTP, {batch} at a time, {clients} clients", figures[name])
        figures["memory_mb"] = resident_mb(desk.process.pid)
    figures["audit"] = proof(place)
    return figures


def measure_paced(place: World, size: Size) -> dict[str, Any]:
    """Deliver single messages at an even pace, as a busy day does."""
    channel = place.add_channel("api", "Paced")
    runs = []
    with place.serving() as desk:
        deliver_and_watch(place, desk, channel, messages(5_000_001, 200), 4)
        for number in range(size.runs):
            bodies = messages(6_000_001 + number * size.paced, size.paced)
            runs.append(deliver_and_watch(place, desk, channel, bodies, 64, size.pace))
    figures = median_of(runs)
    tell_run(f"HTTP, {size.pace} a second offered", figures)
    return {"offered_per_second": size.pace, **figures, "audit": proof(place)}


def messages(first: int, count: int, batch: int = 1) -> list[bytes]:
    """Write messages as bodies of single ones, or of lists."""
    each = [one.as_json() for one in say(count, first=first)]
    if batch == 1:
        return each
    return [b"[" + b",".join(each[at : at + batch]) + b"]" for at in range(0, count, batch)]


def deliver_and_watch(
    place: World, desk: Any, channel: dict[str, Any], bodies: list[bytes], clients: int, rate: float = 0
) -> dict[str, Any]:
    """Deliver bodies, wait until all their messages can be seen, and say how it went."""
    pid = desk.process.pid
    before = cpu_seconds(pid), place.database_cpu()
    with Watcher(place) as watcher:
        seen = deliver(f"{desk.url}{channel['address']}", channel["secret"], bodies, clients, rate)
        assert not seen.failures, seen.failures[:3]
        assert watcher.wait_for(len(seen.acknowledged), 120), "not everything was filed in time"
    spent = cpu_seconds(pid) - before[0], place.database_cpu() - before[1]
    return figures_of(seen, watcher, spent)


def figures_of(seen: Delivered, watcher: Watcher, spent: tuple[float, float]) -> dict[str, Any]:
    """Put together what the clients saw, what the watcher saw, and what it cost."""
    count = len(seen.acknowledged)
    waits = [max(0.0, watcher.seen[id_] - at) for id_, at in seen.acknowledged.items()]
    found: dict[str, Any] = {
        "messages": count,
        "acknowledged_per_second": round(count / (seen.ended - seen.began)),
        "visible_per_second": round(count / (max(watcher.seen.values()) - seen.began)),
        "answer_ms": in_ms(seen.took),
        "stored_to_visible_ms": in_ms(waits),
        "cpu_us_per_message": round(spent[0] / count * 1e6),
    }
    if spent[1]:
        found["database_cpu_us_per_message"] = round(spent[1] / count * 1e6)
    return found


def tell_run(name: str, figures: dict[str, Any]) -> None:
    """Say one measurement in a line."""
    answer, wait = figures["answer_ms"], figures["stored_to_visible_ms"]
    tell(
        f"{name}: {figures['visible_per_second']:.0f} messages/s visible, {figures['cpu_us_per_message']:.0f} us"
        f" CPU each, answer p50 {answer['p50']} p95 {answer['p95']} p99 {answer['p99']} ms,"
        f" stored to visible p99 {wait['p99']} ms"
    )


def measure_queue(place: World, size: Size) -> dict[str, Any]:
    """Let the queue work by itself, in several batch sizes, and beside it the naive way."""
    channel = place.add_channel("api", "Queue")["id"]
    place.inside(do="queue", channel=channel, count=size.queued, batch=500, first=10_000_001)
    figures: dict[str, Any] = {}
    first = 11_000_001
    for batch in (50, 100, 500):
        runs = []
        for _ in range(size.runs):
            runs.append(
                place.inside(do="queue", channel=channel, count=size.queued, batch=batch, first=first)
            )
            first += 1_000_000
        figures[f"batch_{batch}"] = median_of(runs)
    figures["naive"] = place.inside(do="naive", channel=channel, count=size.naive, first=first)
    ours, theirs = figures["batch_100"]["file_cpu_us"], figures["naive"]["file_cpu_us"]
    figures["naive_costs_times"] = round(theirs / ours, 1)
    rates = ", ".join(f"{figures[f'batch_{b}']['file_cpu_us']} us at {b}" for b in (50, 100, 500))
    tell(f"queue: {rates}; naive {theirs} us, {figures['naive_costs_times']} times as much")
    return figures


def measure_networks(place: World, size: Size) -> dict[str, Any]:
    """Let the queue work on a mixed stream of all social networks, and beside it on that of a program."""
    channel = place.add_channel("api", "Beside")["id"]
    beside = place.inside(do="queue", channel=channel, count=size.queued, batch=100, first=10_000_001)
    figures = place.inside(do="networks", count=size.queued, batch=100)
    figures["beside_a_program"] = beside
    figures["times_a_program"] = round(cost_of(figures) / cost_of(beside), 2)
    tell(
        f"all networks mixed: {figures['per_second']} pieces/s, {figures['file_cpu_us']} us CPU each,"
        f" {figures['times_a_program']} times those of a program"
    )
    return figures


def measure_mail(place: World, size: Size) -> dict[str, Any]:
    """Take in mail from a file, and from a mailbox over IMAP."""
    figures = {
        "import": median_of([measure_import(place, size.mails, run) for run in range(size.runs)]),
        "imap": median_of([measure_imap(place, size.mails, run) for run in range(size.runs)]),
    }
    for name, one in figures.items():
        tell(f"mail by {name}: {one['per_second']:.0f} mails/s, {one['cpu_us_per_mail']:.0f} us CPU each")
    return {**figures, "audit": proof(place)}


def measure_growth(place: World, size: Size) -> dict[str, Any]:
    """Measure the cost of a message as more and more are stored (most of them copies, see multiply.py).

    Each run is measured beside one over almost nothing, so that what else the machine does cancels out.
    """
    figures: dict[str, Any] = {}
    channel = place.add_channel("api", "Growth")["id"]
    first, stored = 20_000_001, 0
    with world(place.db) as small:
        beside = small.add_channel("api", "Growth")["id"]
        for goal in size.stored:
            stored = grow(place, channel, stored, goal)
            runs = []
            for _ in range(size.runs):
                order = {"do": "queue", "count": size.sample, "batch": 100, "first": first}
                first += size.sample
                little = small.inside(channel=beside, **order)
                much = place.inside(channel=channel, **order)
                runs.append({**much, "times_the_cost_of_little": cost_of(much) / cost_of(little)})
            figures[str(goal)] = {**median_of(runs), "stored": stored}
            stored += size.runs * size.sample
            tell(
                f"at {goal} stored: {figures[str(goal)]['times_the_cost_of_little']} times the cost at the beginning"
            )
    figures["bytes_per_message"] = round(size_of(place.folder) / stored)
    return figures


def grow(place: World, channel: int, stored: int, goal: int) -> int:
    """Store more until about the goal is reached; return how many messages there are."""
    if stored:
        return int(place.inside(do="copies", times=max(1, round(goal / stored)))["stored"])
    return int(place.inside(do="fill", channel=channel, count=goal)["filled"])


def cost_of(one: dict[str, Any]) -> float:
    """Add up the CPU of storing and filing, the database's included."""
    return float(one["store_cpu_us"] + one["file_cpu_us"] + one.get("database_cpu_us", 0))


def size_of(folder: Path) -> int:
    """Add up the sizes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def proof(place: World) -> dict[str, Any]:
    """Return the audit's counts; it must find nothing wrong."""
    found = place.audit()
    assert not found["problems"] and not found["dead"] and not found["waiting"], found
    return {name: found[name] for name in ("envelopes", "processed", "inbound_messages", "conversations")}


MEASURES = {
    "http": measure_http,
    "paced": measure_paced,
    "queue": measure_queue,
    "networks": measure_networks,
    "mail": measure_mail,
    "growth": measure_growth,
}


def main() -> None:
    """Measure what is asked for, each part in a world of its own."""
    parser = argparse.ArgumentParser(prog="bench/intake", description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--quick", action="store_true", help="a trial of seconds, whose figures mean nothing")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="measure only these parts")
    parser.add_argument("--runs", type=int, help="runs of each measurement (3)")
    parser.add_argument(
        "--stored", type=int, nargs="+", help="how many messages are stored when growth is measured"
    )
    given = parser.parse_args()
    size = QUICK if given.quick else Size()
    size.runs = given.runs or size.runs
    size.stored = given.stored or size.stored
    figures = {}
    for part in given.only:
        with world(given.db) as place:
            figures[part] = MEASURES[part](place, size)
    report("intake", vars(given), figures)


if __name__ == "__main__":
    main()
