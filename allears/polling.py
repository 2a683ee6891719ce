"""Ask networks for what is new, now and then: for those that tell nothing by themselves, and as a backstop beside
those that do.

Whatever was heard is stored before its mark moves, so a poll that breaks in the middle keeps what it had, and a
gap is filled by going on from the mark.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import cast

import structlog
from django.db import connections

from allears.connectors.errors import ConnectorError, SlowDown, Unreachable
from allears.connectors.interface import Ability, Heard, PollingConnector
from allears.foundation.clock import now
from allears.foundation.gate import behind_people
from allears.pipeline.channels.actions import move_cursor, note_heard, note_trouble, note_well
from allears.pipeline.channels.actions.polling import (
    claim_polls,
    end_poll,
    fail_poll,
    keep_polling,
    may_poll,
)
from allears.pipeline.channels.actions.refreshing import with_fresh_keys
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import account_of, cursors_of, get_connector
from allears.pipeline.intake.storing import Submission, store_submissions

log = structlog.get_logger("allears.polling")
POLLERS = 3


class Polls:
    """The polls of one process: a few channels side by side, one poll at a time for each."""

    def __init__(self, name: str, wake: Callable[[], None]) -> None:
        self._name = name[-64:]
        self._wake = wake
        self._stop = Event()
        self._pool = ThreadPoolExecutor(POLLERS, thread_name_prefix="poller")
        self._under_way: dict[int, Future[None]] = {}

    def step(self) -> int:
        """Begin the polls whose turn it is, as many as there is room for."""
        self._under_way = {id_: future for id_, future in self._under_way.items() if not future.done()}
        room = POLLERS - len(self._under_way)
        if room <= 0 or self._stop.is_set():
            return 0
        due = claim_polls(self._name, set(self._under_way), room)
        for channel in due:
            self._under_way[channel.id] = self._pool.submit(self._poll, channel)
        return len(due)

    def stop(self) -> None:
        """Begin no more, and wait for those under way to store what they have in hand."""
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _poll(self, channel: Channel) -> None:
        try:
            with behind_people():
                poll_channel(channel, self._name, self._wake, self._stop)
        except Exception:
            log.exception("poll_failed", channel=channel.id)
            connections.close_all()
            fail_poll(channel, self._name)
        finally:
            connections.close_all()


def poll_channel(channel: Channel, poller: str, wake: Callable[[], None], stop: Event) -> None:
    """Poll one channel that was claimed, and say when it is its turn again."""
    if not may_poll(channel):
        end_poll(channel, poller)
        return
    try:
        poll_once(channel, wake, lambda: not stop.is_set() and keep_polling(channel.id, poller))
    except SlowDown as error:
        log.info("asked_to_slow_down", channel=channel.id, raw=error.raw)
        end_poll(channel, poller, error.until)
    except ConnectorError as error:
        log.info("poll_broke", channel=channel.id, error=type(error).__name__, raw=error.raw)
        failures = fail_poll(channel, poller)
        if failures > 1 or not isinstance(error, Unreachable):
            note_trouble(channel, error)
    else:
        end_poll(channel, poller)
        note_well(channel)


def poll_once(channel: Channel, wake: Callable[[], None], may_go_on: Callable[[], bool]) -> int:
    """Ask a channel's network once for what is new, store it as it comes, and return how many pieces came."""
    return with_fresh_keys(channel, lambda at: _poll_with_keys(at, wake, may_go_on))


def can_poll(channel: Channel) -> bool:
    """Say whether a channel's network can be asked for what is new."""
    return Ability.HEAR_POLLING in get_connector(channel.kind).can


def _poll_with_keys(channel: Channel, wake: Callable[[], None], may_go_on: Callable[[], bool]) -> int:
    connector = cast("PollingConnector", get_connector(channel.kind))
    count = 0
    with closing(connector.poll(account_of(channel), cursors_of(channel))) as polled:  # type: ignore[type-var]
        for heard in polled:
            store_heard(channel, heard)
            if heard.pieces:
                count += len(heard.pieces)
                wake()
            if not may_go_on():
                break
    return count


def store_heard(channel: Channel, heard: Heard) -> None:
    """Store what was heard at a place, then remember how far it was heard."""
    at = now()
    if heard.pieces:
        store_submissions([Submission(channel.workspace_id, channel.id, heard.pieces, at)])
    move_cursor(channel.id, heard.place, heard.mark)
    if heard.pieces:
        note_heard(channel.id, at)
