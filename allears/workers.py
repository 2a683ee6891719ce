"""The workers: everything that goes on by itself while the web answers people.

Loops read envelopes, send dispatches, do jobs; one thread listens to each mailbox. Each can be killed
at any moment: what it had in hand is found again.
"""

import os
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from math import inf
from socket import gethostname
from threading import Event, Thread
from time import monotonic
from typing import cast

import structlog
from django.conf import settings
from django.db import connections

from allears.connectors.errors import ConnectorError, Unreachable
from allears.connectors.interface import ListeningConnector
from allears.flow import process_waiting
from allears.foundation.clock import now
from allears.foundation.gate import behind_people
from allears.foundation.letters import use_carrier
from allears.foundation.work.actions import (
    claim_jobs,
    end_job,
    forget_times,
    give_back_job,
    keep_schedule,
    note_time,
    put_scheduled_jobs,
)
from allears.foundation.work.lock import hold_folder, release_folder
from allears.foundation.work.loops import Loop
from allears.housekeeping import SCHEDULE, TASKS
from allears.pipeline.channels.actions import (
    free_listening,
    leave_listening,
    note_trouble,
    note_well,
    take_listening,
)
from allears.pipeline.channels.actions.polling import free_polling
from allears.pipeline.channels.letters import MailboxCarrier
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import (
    account_of,
    channels_heard_by_listening,
    cursors_of,
    get_connector,
)
from allears.pipeline.intake.actions import queue_forgotten_replays, queue_unaccounted
from allears.pipeline.replies.actions.deeds import do_due_deeds
from allears.pipeline.replies.actions.sending import (
    claim_dispatches,
    find_interrupted,
    look_up_unknown,
    release_dispatches,
    send_dispatch,
)
from allears.pipeline.replies.models import Dispatch
from allears.pipeline.suggesting.writer import SuggestionWriter
from allears.polling import Polls, can_poll, poll_once, store_heard
from allears.watch.health.running import WORKER
from allears.watch.webhooks.sender import WebhookSender

log = structlog.get_logger("allears.workers")

SIGN_OF_LIFE_EVERY = 15.0
LISTEN_LEASE = timedelta(seconds=90)
HOLDS_AFTER = 20.0
BATCH = 100
BACKLOG_BATCH = 400
WORTH_A_BATCH = 60
GATHER_FOR = 0.04
SENDERS = 4
RETRY_LISTENING = [5, 15, 60, 120, 300]


class Workers:
    """All loops of one process."""

    def __init__(self) -> None:
        self.pipeline = Loop("pipeline", self._process, idle=0.25)
        self._webhooks = WebhookSender()
        self._suggestions = SuggestionWriter()
        self._loops = [
            self.pipeline,
            Loop("sender", self._send, idle=0.5),
            Loop("look-up", look_up_unknown, idle=5.0),
            Loop("deeds", do_due_deeds, idle=0.5),
            Loop("jobs", self._work, idle=2.0),
            Loop("listeners", self._listen, idle=2.0),
            Loop("polls", self._poll, idle=2.0),
            Loop("webhooks", self._webhooks.step, idle=1.0),
            Loop("suggestions", self._suggestions.step, idle=0.5),
        ]
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")
        self._sending: dict[int, Future[None]] = {}
        self._listeners: dict[int, Listener] = {}
        self._batch = BATCH
        self._is_stopping = Event()
        self._name = f"{gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._polls = Polls(self._name, self.pipeline.wake)
        self._seen_at = -inf

    def start(self) -> None:
        """Start every loop, after finding what an earlier process left in hand."""
        find_interrupted(is_only_sender=not settings.DATABASE_URL)
        queue_forgotten_replays()
        queue_unaccounted()
        if not settings.DATABASE_URL:
            free_listening()
            free_polling()
        self._webhooks.begin()
        self._suggestions.begin()
        keep_schedule(SCHEDULE)
        use_carrier(MailboxCarrier())
        for loop in self._loops:
            loop.start()

    def stop(self, wait_for: float = 8.0) -> None:
        """Finish what is in hand, let go of the rest."""
        self._is_stopping.set()
        for listener in self._listeners.values():
            listener.stop.set()
        for loop in self._loops:
            loop.ask_to_stop()
        for loop in self._loops:
            loop.join(wait_for)
        for listener in self._listeners.values():
            listener.thread.join(2.0)
        self._polls.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        forget_times(f"{WORKER}{self._name}", now() + timedelta(minutes=1))
        self._webhooks.stop()
        self._suggestions.stop()
        release_folder()

    def _process(self) -> int:
        """Read a batch: small ones while little waits, so that people never wait for long.

        What comes alone is read at once; what comes while others are read may gather a little, since
        most of a small batch's cost is the batch's own (docs/decisions/0004).
        """
        done = process_waiting(self._batch)
        self._batch = BACKLOG_BATCH if done >= self._batch else BATCH
        if 0 < done < WORTH_A_BATCH:
            self._is_stopping.wait(GATHER_FOR)
        return done

    def _send(self) -> int:
        """Send what is due, one dispatch at a time in each channel, channels side by side."""
        self._sending = {channel: f for channel, f in self._sending.items() if not f.done()}
        find_interrupted(is_only_sender=False)
        if len(self._sending) >= SENDERS:
            return 0
        due = claim_dispatches(set(self._sending))
        by_channel: dict[int, list[Dispatch]] = {}
        for dispatch in due:
            by_channel.setdefault(dispatch.channel_id, []).append(dispatch)
        for channel_id, dispatches in by_channel.items():
            self._sending[channel_id] = self._pool.submit(_send_all, dispatches, self._is_stopping)
        return len(due)

    def _poll(self) -> int:
        return self._polls.step()

    def _work(self) -> int:
        self._give_sign_of_life()
        put_scheduled_jobs()
        jobs = claim_jobs()
        for job in jobs:
            try:
                TASKS[job.name](**job.arguments)
            except Exception as error:
                log.warning("job_failed", job=job.name, error=type(error).__name__, exc_info=error)
                give_back_job(job, type(error).__name__)
            else:
                end_job(job)
        return len(jobs)

    def _give_sign_of_life(self) -> None:
        """Note, four times a minute, that this process works; the health page shows it."""
        if monotonic() - self._seen_at > SIGN_OF_LIFE_EVERY:
            self._seen_at = monotonic()
            note_time(f"{WORKER}{self._name}", host=gethostname(), pid=os.getpid())

    def _listen(self) -> int:
        """Keep one listener for each channel that is on and hears by listening."""
        wanted = {channel.id: channel for channel in channels_heard_by_listening()}
        for channel_id, listener in list(self._listeners.items()):
            channel = wanted.get(channel_id)
            if channel is None or listener.fingerprint != fingerprint_of(channel):
                listener.stop.set()
            if not listener.thread.is_alive():
                del self._listeners[channel_id]
        for channel_id, channel in wanted.items():
            if channel_id not in self._listeners:
                self._listeners[channel_id] = Listener(channel, self.pipeline.wake)
        for listener in self._listeners.values():
            listener.keep_up()
        return 0


def _send_all(dispatches: list[Dispatch], is_stopping: Event) -> None:
    """Send one channel's dispatches in turn; one that fails in a way nobody foresaw keeps no other back."""
    try:
        with behind_people():
            while dispatches and not is_stopping.is_set():
                _send_one(dispatches.pop(0))
            release_dispatches([dispatch.id for dispatch in dispatches])
    finally:
        connections.close_all()


def _send_one(dispatch: Dispatch) -> None:
    try:
        send_dispatch(dispatch)
    except Exception:
        log.exception("dispatch_failed", dispatch=dispatch.id)
        connections.close_all()


def fingerprint_of(channel: Channel) -> str:
    """Tell whether a channel's settings have changed since it was last listened to."""
    return f"{channel.settings}{channel.sealed_secrets}"


class Listener:
    """A thread that listens to one channel: stores what it hears, then remembers how far it heard."""

    def __init__(self, channel: Channel, wake: Callable[[], None]) -> None:
        self.channel = channel
        self.fingerprint = fingerprint_of(channel)
        self.stop = Event()
        self._wake = wake
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._is_hearing_since = inf
        self._kept_at = monotonic()
        self.thread = Thread(target=self._run, name=f"listener-{channel.id}", daemon=True)
        self.thread.start()

    def keep_up(self) -> None:
        """Renew the lease while the line is held open; a line that has held for a while is well."""
        at = monotonic()
        if at - self._is_hearing_since > HOLDS_AFTER and at - self._kept_at > HOLDS_AFTER:
            self._kept_at = at
            take_listening(self.channel.id, self._name, LISTEN_LEASE)
            note_well(self.channel)

    def _run(self) -> None:
        failures = 0
        with behind_people():
            while not self.stop.is_set():
                try:
                    self._hear()
                    failures = 0
                except ConnectorError as error:
                    self._is_hearing_since = inf
                    log.info("line_lost", channel=self.channel.id, error=type(error).__name__, raw=error.raw)
                    self._note_trouble(error, failures)
                    failures += 1
                except Exception:
                    log.exception("listener_failed", channel=self.channel.id)
                    connections.close_all()
                    failures += 1
                if failures:
                    self.stop.wait(RETRY_LISTENING[min(failures, len(RETRY_LISTENING)) - 1])
            leave_listening(self.channel.id, self._name)
        connections.close_all()

    def _note_trouble(self, error: ConnectorError, failures: int) -> None:
        """Show trouble that lasts; a line that is lost once is only taken up again."""
        if failures or not isinstance(error, Unreachable):
            note_trouble(self.channel, error)

    def _hear(self) -> None:
        if not take_listening(self.channel.id, self._name, LISTEN_LEASE):
            self.stop.wait(5.0)
            return
        if can_poll(self.channel):  # what was said while nobody held the line
            poll_once(self.channel, self._wake, self._may_go_on)
        listening = cast("ListeningConnector", get_connector(self.channel.kind))
        self._is_hearing_since = monotonic()
        for heard in listening.hear(account_of(self.channel), cursors_of(self.channel), self.stop):
            store_heard(self.channel, heard)
            if heard.pieces:
                self._wake()
            note_well(self.channel)
            if not self._may_go_on():
                return

    def _may_go_on(self) -> bool:
        return not self.stop.is_set() and take_listening(self.channel.id, self._name, LISTEN_LEASE)


def hold_pipeline() -> bool:
    """Say whether this process may run the workers: on SQLite one process of a data folder does."""
    return bool(settings.DATABASE_URL) or hold_folder(settings.DATA, "workers")
