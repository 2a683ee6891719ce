"""What happens reaches the open pages, each event once and none passed by."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import connection, connections, transaction
from starlette.concurrency import run_in_threadpool

from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.actions import create_account, create_workspace
from allears.web.live.hub import Hub, Subscriber

pytestmark = pytest.mark.django_db(transaction=True)


class Line:
    """An open page that writes down what it is told."""

    def __init__(self):
        self.told = []

    def put(self, chunk):
        data = chunk.decode().partition("data: ")[2]
        self.told += [event["id"] for event in json.loads(data)["events"]]


@pytest.fixture
def member():
    return create_workspace(create_account("Ada", "ada@lantern.example", "kettle-harbour-39"), "Lantern")


def test_what_is_committed_late_with_a_smaller_id_is_told_too(member):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    taken, go_on, line = Signal(), Signal(), Line()

    def record(name, wait=None):
        with transaction.atomic():
            record_event("team.created", member.workspace, name=name)
            if wait:
                taken.set()
                wait.wait(20)
        connections.close_all()

    async def watch():
        hub = Hub()
        hub.subscribe(Subscriber(member.workspace_id, member.id, line))
        await hub._hand_out()
        line.told.clear()
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(2) as pool:
            slow = loop.run_in_executor(pool, record, "slow", go_on)
            await loop.run_in_executor(pool, taken.wait, 20)
            await loop.run_in_executor(pool, record, "quick")
            await hub._hand_out()
            early = list(line.told)
            go_on.set()
            await slow
            await hub._hand_out()
        await run_in_threadpool(connections.close_all)
        return early

    with ThreadPoolExecutor(1) as thread:
        early = thread.submit(asyncio.run, watch()).result(60)
    assert early == []
    assert len(line.told) == 2
    assert line.told == sorted(line.told)
