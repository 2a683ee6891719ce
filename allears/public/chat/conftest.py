from copy import deepcopy
from dataclasses import dataclass
from uuid import uuid4

import pytest

from allears.connectors.chat.connector import sign_identity
from allears.flow import process_waiting
from allears.foundation.clock import now
from allears.foundation.workspaces.models import Member, Role
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import OpenChannel, open_channel
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.actions.sending import claim_dispatches, send_dispatch
from allears.pipeline.replies.models import Dispatch
from allears.public.chat.actions.visiting import Hello, Identity, greet_visitor
from allears.public.chat.actions.writing import Written, prepare_line
from allears.public.chat.models import Visitor
from tests.journeys.worlds import World, join, make_world
from tests.kept import keep

SECRET = "shh"


@dataclass
class Site:
    """A workspace with a chat, and what happens in it."""

    world: World
    channel: Channel
    agent: Member

    @property
    def opened(self) -> OpenChannel:
        return open_channel(Channel.objects.get(id=self.channel.id))

    def visit(self, token: str = "", user: str = "", **said: object) -> tuple[Visitor, str]:
        identity = Identity(id=user, hash=sign_identity(SECRET, user)) if user else None
        return greet_visitor(self.opened, Hello(token=token, identity=identity, **said))

    def write(self, visitor: Visitor, text: str, id_: str = "", **more: object) -> None:
        at = now()
        visitor.refresh_from_db()
        piece = prepare_line(visitor, Written(id=id_ or uuid4().hex, text=text, **more), at)
        store_submissions([Submission(self.channel.workspace_id, self.channel.id, [piece], at)])

    def read(self) -> None:
        while process_waiting():
            pass

    def say(self, visitor: Visitor, *texts: str) -> Conversation:
        """Let a visitor write, and what they wrote be filed; return the conversation."""
        for text in texts:
            self.write(visitor, text)
        self.read()
        return Conversation.objects.order_by("-last_message_at", "-id").first()

    def reply(self, conversation: Conversation, text: str) -> Dispatch:
        conversation.refresh_from_db()
        words = Reply(text=text, idempotency_key=uuid4().hex, seen_message_id=conversation.last_message_id)
        return queue_reply(self.agent, conversation, words)

    def answer(self, conversation: Conversation, text: str) -> Dispatch:
        """Let an agent reply, and the reply be sent at once."""
        dispatch = self.reply(conversation, text)
        Dispatch.objects.filter(conversation=conversation).update(due_at=now())
        while claimed := claim_dispatches(set()):
            for one in claimed:
                send_dispatch(one)
        dispatch.refresh_from_db()
        return dispatch


def make_site() -> Site:
    world = make_world("Harbour")
    values = {"origins": "https://shop.example", "secret": SECRET}
    channel, _ = add_channel(world.owner.workspace, "chat", "Web", values)
    return Site(world, channel, join(world.owner, Role.AGENT, "ines@harbour.example"))


kept_site = keep(make_site)


@pytest.fixture
def site(kept_site, db) -> Site:
    return deepcopy(kept_site)
