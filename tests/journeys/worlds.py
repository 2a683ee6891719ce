"""Small worlds to walk through: a workspace with one of everything, and browsers that are signed in."""

import json
from dataclasses import dataclass

from django.test import Client

from allears.connectors.interface import Piece
from allears.flow import process_waiting
from allears.foundation.clock import now
from allears.foundation.tokens.actions import make_api_token
from allears.foundation.workspaces.actions import (
    accept_invitation_as_new,
    create_account,
    create_team,
    create_workspace,
    invite_member,
    record_sign_in,
    set_team_members,
)
from allears.foundation.workspaces.models import Member, Role
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.actions.bulk import begin_bulk
from allears.pipeline.conversations.actions.tagging import make_tag, tag_conversations
from allears.pipeline.conversations.actions.views import ViewWords, save_view
from allears.pipeline.conversations.models import Conversation, Message, MessageBody
from allears.pipeline.conversations.queries.bulk import BulkOrder
from allears.pipeline.conversations.queries.filters import ConversationFilter
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.people.actions.notes import write_customer_note
from allears.pipeline.people.models import Customer, CustomerMerge
from allears.pipeline.replies.actions.drafting import add_draft_file
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.models import ItemDeed
from allears.pipeline.suggesting.models import Suggestion
from allears.watch.webhooks.actions.keeping import add_endpoint
from allears.watch.webhooks.actions.telling import put_test_call

PASSWORD = "kettle-harbour-39"


@dataclass(frozen=True)
class World:
    """One workspace: its owner, an agent, a team, a channel and an open invitation's token."""

    owner: Member
    agent: Member
    channel: Channel
    token: str


def make_world(name: str) -> World:
    """Make a workspace with one of everything that the settings show, a conversation and a dead letter."""
    host = f"{name.lower()}.example"
    owner = create_workspace(create_account(f"Owner of {name}", f"owner@{host}", PASSWORD), name)
    agent = join(owner, Role.AGENT, f"agent@{host}")
    set_team_members(owner, create_team(owner, "Billing"), [agent.id])
    address = {"webhook_url": "https://shop.example/answers"}
    channel, _secret = add_channel(owner.workspace, "api", "Shop", address, owner)
    deliver(channel, one_message("1", "Where is my parcel?"), b"this is no message")
    answer_everything(owner)
    tag_everything(owner)
    everything = Conversation.objects.filter(workspace=owner.workspace)
    begin_bulk(owner, BulkOrder("priority", "1"), everything)
    save_view(owner, ViewWords("Unanswered", "all", ConversationFilter(is_waiting=True)))
    endpoint, _secret = add_endpoint(owner, "Orders", "https://shop.example/hook")
    put_test_call(endpoint, owner, "test_1")
    make_api_token(agent, "Shop", None)
    know_someone_well(owner)
    create_saved_reply(owner, SavedWords(title="Where it is", text="{{ customer.name }}, it is on its way."))
    _invitation, token = invite_member(owner, Role.AGENT)
    return World(owner, agent, channel, token)


def know_someone_well(member: Member) -> None:
    """Write a note about the first customer, into whom another one was merged once."""
    customer = Customer.objects.filter(workspace=member.workspace).earliest("id")
    write_customer_note(customer, "Prefers letters.", member)
    CustomerMerge.objects.create(
        workspace=member.workspace,
        survivor=customer,
        absorbed_id=1_000_000 + member.workspace_id,
        absorbed_name="Anya",
        absorbed_first_seen_at=now(),
        moved={"named": []},
        last_conversation_id=0,
        by=member,
        merged_at=now(),
    )


def answer_everything(member: Member) -> None:
    """Reply to every conversation and begin another reply with a file; give each an HTML side, like mail."""
    for conversation in Conversation.objects.filter(workspace=member.workspace):
        key = f"reply-{conversation.id}"
        words = Reply(text="On its way.", idempotency_key=key, seen_message_id=conversation.last_message_id)
        queue_reply(member, conversation, words)
        add_draft_file(member, conversation, "reply", "label.txt", "text/plain", b"a label")
        first = conversation.messages.earliest("id")
        MessageBody.objects.update_or_create(message=first, defaults={"html": "<p>Where is it?</p>"})


def tag_everything(member: Member) -> None:
    """Tag every conversation."""
    ids = list(Conversation.objects.filter(workspace=member.workspace).values_list("id", flat=True))
    tag_conversations(ids, [make_tag(member, "Refund").id], member)


def join(by: Member, role: str, email: str) -> Member:
    """Let someone join with a role."""
    _invitation, token = invite_member(by, role)
    return accept_invitation_as_new(token, email.split("@", maxsplit=1)[0].title(), email, PASSWORD)


def deliver(channel: Channel, *bodies: bytes) -> None:
    """Let a channel receive, read and file these."""
    pieces = [Piece(body=body) for body in bodies]
    store_submissions([Submission(channel.workspace_id, channel.id, pieces, now())])
    while process_waiting():
        pass


def one_message(id_: str, text: str) -> bytes:
    """Write a private message as a program would deliver it."""
    author = {"id": "7", "name": "Anna"}
    file = {"name": "photo.txt", "content_type": "text/plain", "data": "YSBwaG90bw=="}
    message = {"id": id_, "thread": "t1", "author": author, "text": text, "sent_at": now().isoformat()}
    return json.dumps({**message, "visibility": "private", "attachments": [file]}).encode()


def message_from(name: str, text: str, visibility: str = "private") -> bytes:
    """Write a message as a program would deliver it, one thread for each customer."""
    at = now()
    author = {"id": name, "name": name}
    message = {"id": f"{name} {at.timestamp()}", "thread": name, "author": author, "text": text}
    return json.dumps({**message, "sent_at": at.isoformat(), "visibility": visibility}).encode()


def browser_of(member: Member) -> Client:
    """Open a browser in which a member is signed in."""
    client = Client()
    client.force_login(member.account, backend="django.contrib.auth.backends.ModelBackend")
    record_sign_in(member.account, client.session.session_key or "", "Firefox, Linux", "192.0.2.1")
    return client


def a_deed(workspace_id: int) -> int:
    """Like something, to have a deed that others must not touch."""
    message, at = Message.objects.filter(workspace=workspace_id).earliest("id"), now()
    made = ItemDeed.objects.create(
        workspace_id=workspace_id,
        channel_id=message.channel_id,
        message=message,
        kind="like",
        state="done",
        due_at=at,
        asked_at=at,
    )
    return made.id


def a_suggestion(workspace_id: int) -> int:
    """Have something written by a language model, to have a suggestion that others must not see."""
    message, at = Message.objects.filter(workspace=workspace_id).earliest("id"), now()
    made = Suggestion.objects.create(
        workspace_id=workspace_id,
        conversation_id=message.conversation_id,
        use="draft",
        state="done",
        text="We look for it.",
        language="en",
        asked_at=at,
        ended_at=at,
        seen_message_id=message.id,
    )
    return made.id
