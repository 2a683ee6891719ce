"""The way one would write it first: a transaction for each message, and a question for each row.

It writes the same rows as the pipeline (no rules are left out), and serves as the yardstick beside it.
"""

import json
from datetime import datetime

from django.db import transaction

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation, Direction, Leg, Message, Status, Thread
from allears.pipeline.conversations.positions import place_in_queues
from allears.pipeline.conversations.search_index import index_messages
from allears.pipeline.intake.models import EndedAs, Ending, Envelope
from allears.pipeline.people.models import Customer, Identity


def file_one(channel_id: int, body: bytes, key: str) -> None:
    """Store one delivery and file it, row by row."""
    at = now()
    channel = Channel.objects.get(id=channel_id)
    envelope = Envelope.objects.create(
        workspace_id=channel.workspace_id, channel_id=channel.id, key=key, received_at=at, body=body
    )
    said = json.loads(envelope.body)
    with transaction.atomic():
        if Message.objects.filter(channel=channel, external_id=key).exists():
            return
        message = _file(channel, envelope, said, _identity(channel, said["author"]), key)
        index_messages(
            [(message.id, channel.workspace_id, channel.id, f"{message.text} {said['author']['name']}")]
        )
        Ending.objects.create(
            envelope_id=envelope.id,
            workspace=channel.workspace,
            channel_id=channel.id,
            ended_as=EndedAs.MESSAGES,
            message_count=1,
            received_at=at,
            ended_at=now(),
        )


def _identity(channel: Channel, author: dict[str, str]) -> Identity:
    place = {"workspace": channel.workspace, "network": channel.kind, "realm": f"naive:{channel.id}"}
    found = Identity.objects.filter(**place, external_id=author["id"]).select_related("customer").first()
    if found:
        return found
    customer = Customer.objects.create(workspace=channel.workspace, name=author["name"], first_seen_at=now())
    return Identity.objects.create(
        first_seen_at=customer.first_seen_at,
        **place,
        external_id=author["id"],
        customer=customer,
        name=author["name"],
        handle=author["handle"],
    )


def _file(
    channel: Channel, envelope: Envelope, said: dict[str, str], identity: Identity, key: str
) -> Message:
    sent_at = datetime.fromisoformat(said["sent_at"])
    thread, _ = Thread.objects.get_or_create(
        channel=channel,
        external_id=f"naive-{said['thread']}",
        defaults={"workspace": channel.workspace, "visibility": said["visibility"]},
    )
    conversation = _conversation(channel, thread, identity, said, sent_at)
    message = Message.objects.create(
        workspace=channel.workspace,
        channel=channel,
        thread=thread,
        conversation=conversation,
        identity=identity,
        envelope_id=envelope.id,
        direction=Direction.IN,
        visibility=said["visibility"],
        external_id=key,
        text=said["text"],
        sent_at=sent_at,
        received_at=envelope.received_at,
    )
    conversation.last_message_id = message.id
    conversation.save()
    record_event("message.received", channel.workspace, conversation=conversation.id, message=message.id)
    return message


def _conversation(
    channel: Channel, thread: Thread, identity: Identity, said: dict[str, str], at: datetime
) -> Conversation:
    party = 0 if said["visibility"] == "private" else identity.id
    leg = Leg.objects.filter(thread=thread, party=party).select_related("conversation").first()
    conversation = (
        leg.conversation
        if leg
        else Conversation(
            workspace=channel.workspace,
            channel=channel,
            customer=identity.customer,
            customer_name=identity.customer.name,
            visibility=said["visibility"],
            opened_at=at,
        )
    )
    if conversation.status not in {Status.NEW, Status.OPEN}:
        conversation.status, conversation.solved_at = Status.OPEN, None
    conversation.waiting_since = min(conversation.waiting_since or at, at)
    conversation.last_message_at = max(conversation.last_message_at or at, at)
    conversation.preview = " ".join(said["text"].split())[:160]
    conversation.message_count += 1
    place_in_queues(conversation)
    is_new = conversation.pk is None
    conversation.save()
    if is_new:
        Leg.objects.create(thread=thread, party=party, conversation=conversation)
        record_event("conversation.opened", channel.workspace, conversation=conversation.id)
    return conversation
