"""What is measured inside the product's own process: its queue, and filling it. Run as a program.

`python -m bench.inside '{"do": "fill", "count": 1000}'` prints one JSON object. The data folder and the
database are those of the environment.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.messages import Said, say

if TYPE_CHECKING:
    from allears.foundation.workspaces.models import Workspace

STORED_AT_ONCE = 5000


def fill(*, channel: int, count: int, first: int = 1, share_of_new: float = 0.28) -> dict[str, Any]:
    """Store and file messages as fast as the product can, without waiting for the disk."""
    from allears.pipeline.intake.models import Waiting

    _be_quick()
    started = time.perf_counter()
    messages = say(count, first=first, share_of_new=share_of_new)
    while part := list(islice(messages, STORED_AT_ONCE)):
        _store(channel, part)
        _drain(1000)
    assert not Waiting.objects.exists()
    return {"filled": count, "seconds": round(time.perf_counter() - started, 2)}


def queue(*, channel: int, count: int, batch: int, first: int) -> dict[str, Any]:
    """Store messages, then measure reading and filing them in batches of one size."""
    spent: dict[str, float] = {}
    messages = list(say(count, first=first))
    with _measured(spent, "store"):
        for part in _parts(messages, batch):
            _store(channel, part)
    with _measured(spent, "file"):
        done = _drain(batch)
    assert done == count, (done, count)
    return {"batch": batch, "messages": count, **_per_message(spent, count)}


def networks(*, count: int, batch: int) -> dict[str, Any]:
    """Store a mixed stream of all social networks, then measure reading and filing it."""
    from allears.foundation.clock import now
    from allears.foundation.workspaces.models import Workspace
    from allears.pipeline.intake.storing import Submission, store_submissions
    from bench.mixed import NETWORKS, mixed

    workspace = Workspace.objects.get()
    channels = _channels_of_networks(workspace)
    spent: dict[str, float] = {}
    pieces = mixed(count)
    with _measured(spent, "store"):
        for start in range(0, len(pieces), batch):
            parts = pieces[start : start + batch]
            store_submissions(
                [Submission(workspace.id, channels[kind], [piece], now()) for kind, piece in parts]
            )
    with _measured(spent, "file"):
        _drain(batch)
    by_network = {kind: sum(1 for one, _ in pieces if one == kind) for kind in NETWORKS}
    return {
        "batch": batch,
        "messages": len(pieces),
        **_per_message(spent, len(pieces)),
        "became": {**_what_became(channels.values()), "by_network": by_network},
    }


def _channels_of_networks(workspace: "Workspace") -> dict[str, int]:
    """Connect every network, each to the account whose payloads there are; return their channels' ids."""
    from allears.connectors.registry import get_connector
    from allears.pipeline.channels.actions import add_channel
    from allears.pipeline.channels.models import Channel
    from bench.mixed import NETWORKS, values_for, whose

    channels: dict[str, int] = {}
    for kind in NETWORKS:
        made, _secret = add_channel(workspace, kind, f"Bench {kind}", values_for(get_connector(kind)))
        Channel.objects.filter(id=made.id).update(found=whose(kind))
        channels[kind] = made.id
    return channels


def _what_became(channels: Iterable[int]) -> dict[str, int]:
    """Count what a stream was made into."""
    from allears.pipeline.conversations.models import Message, MessageVersion, Reaction
    from allears.pipeline.intake.models import Ending

    return {
        "dead": Ending.objects.filter(channel_id__in=list(channels), ended_as="dead").count(),
        "messages": Message.objects.count(),
        "versions": MessageVersion.objects.count(),
        "deleted": Message.objects.exclude(deleted_at=None).count(),
        "reactions": Reaction.objects.count(),
    }


def copies(*, times: int, share_open: int = 0) -> dict[str, Any]:
    """Multiply what is stored by copying it; with `share_open`, solve all but one in so many."""
    from bench.multiply import multiply, settle

    _be_quick()
    messages = multiply(times)
    return settle(share_open) if share_open else {"stored": messages}


def store(*, channel: int, count: int, first: int) -> dict[str, Any]:
    """Store messages and leave them waiting."""
    _be_quick()
    messages = say(count, first=first)
    while part := list(islice(messages, STORED_AT_ONCE)):
        _store(channel, part)
    return {"stored": count}


def waiting() -> dict[str, Any]:
    """Say how many envelopes wait."""
    from allears.pipeline.intake.models import Waiting

    return {"waiting": Waiting.objects.count()}


def pages(*, paths: list[str], rounds: int) -> dict[str, Any]:
    """Draw pages without a server; return CPU time and statements of each (the most of any page)."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from allears.pipeline.conversations.queries.queue import forget_counts
    from bench.world import OWNER, PASSWORD

    browser = Client()
    browser.post("/sign-in/", {"email": OWNER, "password": PASSWORD})
    assert browser.get(paths[0]).status_code == 200
    statements, took = 0, []
    for path in paths * rounds:
        forget_counts()
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        statements = max(statements, len(asked))
        began = time.process_time()
        browser.get(path)
        took.append((time.process_time() - began) * 1000)
    return {"statements": statements, "cpu_ms": round(median(took), 2)}


def counts() -> dict[str, Any]:
    """Compare what the queue's numbers say with the rows."""
    from allears.foundation.workspaces.models import Member
    from allears.pipeline.conversations.models import Conversation
    from allears.pipeline.conversations.queries.queue import queue_counts

    started = time.process_time()
    found = queue_counts(Member.objects.get())
    took = time.process_time() - started
    opened = Conversation.objects.filter(status__in=["new", "open"])
    right = {
        "open": opened.count(),
        "unassigned": opened.filter(assignee=None).count(),
        "pending": Conversation.objects.filter(status="pending").count(),
    }
    are_exact = all(found[name] == count for name, count in right.items())
    return {**right, "are_exact": are_exact, "counting_cpu_ms": round(took * 1000, 2)}


def naive(*, channel: int, count: int, first: int) -> dict[str, Any]:
    """File the same messages row by row, as one would at first, over the same tables."""
    from bench.naive import file_one

    spent: dict[str, float] = {}
    messages = list(say(count, first=first))
    with _measured(spent, "file"):
        for message in messages:
            file_one(channel, message.as_json(), f"naive-{message.number}")
    return {"messages": count, **_per_message(spent, count)}


class _measured:  # noqa: N801 - reads as a word of the sentence it stands in
    """Add the wall and CPU time of a block to a dictionary."""

    def __init__(self, spent: dict[str, float], name: str) -> None:
        self._spent, self._name = spent, name

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self._spent[f"{self._name}_wall"] = time.perf_counter() - self._began[0]
        self._spent[f"{self._name}_cpu"] = time.process_time() - self._began[1]


def _per_message(spent: dict[str, float], count: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, seconds in spent.items():
        found[f"{name}_us"] = round(seconds / count * 1e6, 1)
    found["per_second"] = round(count / sum(spent[name] for name in spent if name.endswith("wall")))
    return found


def _parts(messages: list[Said], size: int) -> Iterator[list[Said]]:
    for start in range(0, len(messages), size):
        yield messages[start : start + size]


def _store(channel_id: int, messages: list[Said]) -> None:
    """Store messages just as the door of programs does, without HTTP."""
    from allears.connectors.interface import Delivery
    from allears.foundation.clock import now
    from allears.pipeline.channels.queries import open_channels
    from allears.pipeline.intake.storing import Submission, store_submissions

    channel = open_channels({channel_id})[channel_id]
    body = b"[" + b",".join(message.as_json() for message in messages) + b"]"
    pieces = channel.connector.split(Delivery(body=body, received_at=now()))
    store_submissions([Submission(channel.workspace_id, channel_id, pieces, now())])


def _drain(batch: int) -> int:
    from allears.flow import process_waiting

    total = 0
    while done := process_waiting(batch):
        total += done
    return total


def visitors(*, channel: int, count: int) -> dict[str, Any]:
    """Make visitors of a chat, each with a token."""
    from allears.pipeline.channels.models import Channel
    from allears.pipeline.channels.queries import open_channel
    from allears.public.chat.actions.visiting import Hello, greet_visitor

    _be_quick()
    opened = open_channel(Channel.objects.get(id=channel))
    return {"tokens": [greet_visitor(opened, Hello())[1] for _ in range(count)]}


def _be_quick() -> None:
    """Let the disk write when it likes: nothing here is measured."""
    from django.db import connections

    for connection in connections.all():
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous=OFF")
            else:
                cursor.execute("SET synchronous_commit = off")


DEEDS: dict[str, Callable[..., dict[str, Any]]] = {
    "copies": copies,
    "counts": counts,
    "fill": fill,
    "naive": naive,
    "networks": networks,
    "pages": pages,
    "queue": queue,
    "store": store,
    "visitors": visitors,
    "waiting": waiting,
}


def main() -> None:
    """Do what the argument says."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allears.settings")
    import django

    django.setup()
    for text in sys.argv[1:]:
        order = json.loads(text)
        print(json.dumps(DEEDS[order.pop("do")](**order)), flush=True)


if __name__ == "__main__":
    main()
