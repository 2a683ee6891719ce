"""A small desk for the tests of the pipeline: a workspace, three members, and a channel of a fake network."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from allears.connectors.interface import Record
from allears.flow import process_waiting
from allears.foundation.clock import now, shifted_clock
from allears.foundation.workspaces.actions import (
    accept_invitation_as_new,
    create_account,
    create_workspace,
    invite_member,
)
from allears.foundation.workspaces.models import Member, Role
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.replies.actions.queueing import UNDO_FOR, Reply, queue_reply
from allears.pipeline.replies.actions.sending import claim_dispatches, send_dispatch
from allears.pipeline.replies.models import Dispatch
from tests.fake_network import FakeConnector, add_fake_channel, plug_in

PASSWORD = "kettle-harbour-39"


@pytest.fixture
def network(monkeypatch) -> FakeConnector:
    return plug_in(monkeypatch)


@pytest.fixture
def owner(db) -> Member:
    return create_workspace(create_account("Olga", "olga@lantern.example", PASSWORD), "Lantern")


@pytest.fixture
def agent(owner) -> Member:
    return join(owner, Role.AGENT, "Ada")


@pytest.fixture
def colleague(owner) -> Member:
    return join(owner, Role.AGENT, "Bo")


@pytest.fixture
def observer(owner) -> Member:
    return join(owner, Role.OBSERVER, "Otto")


@pytest.fixture
def stranger(owner) -> Member:
    """The owner of another workspace."""
    return create_workspace(create_account("Sten", "sten@elsewhere.example", PASSWORD), "Elsewhere")


@pytest.fixture
def channel(network, owner) -> Channel:
    return add_fake_channel(owner.workspace)


Deliver = Callable[..., None]


@pytest.fixture
def deliver(network, channel) -> Deliver:
    """Let messages arrive, each in an envelope of its own, and be read in one batch."""

    def arrive(*incoming: Record, at: Channel = channel, **more: object) -> None:
        store(at, *(network.piece(one, **more) for one in incoming))
        read_all()

    return arrive


def store(channel: Channel, *pieces: object) -> list[int]:
    """Store pieces as one delivery and return their envelopes' ids."""
    return store_submissions([Submission(channel.workspace_id, channel.id, pieces, now())])[0]


def read_all() -> None:
    while process_waiting():
        pass


def join(by: Member, role: str, name: str) -> Member:
    _invitation, token = invite_member(by, role)
    return accept_invitation_as_new(token, name, f"{name.lower()}@lantern.example", PASSWORD)


def only_conversation() -> Conversation:
    return Conversation.objects.get()


def reply(
    conversation: Conversation, member: Member, text: str = "It is on its way.", **more: object
) -> Dispatch:
    """Answer as from a page that shows everything."""
    conversation.refresh_from_db()
    given = {"idempotency_key": uuid4().hex, "seen_message_id": conversation.last_message_id}
    return queue_reply(member, conversation, Reply(text=text, **{**given, **more}))  # type: ignore[arg-type]


def send_everything(later: float = 0.0) -> int:
    """Send what is due once the time to undo (and so many seconds more) has passed; say how much it was."""
    count = 0
    with shifted_clock(UNDO_FOR + timedelta(seconds=later)):
        while due := claim_dispatches(set()):
            for dispatch in due:
                send_dispatch(dispatch)
                count += 1
    return count
