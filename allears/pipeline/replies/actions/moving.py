"""Move replies between legs: into a private one that is opened, and when two conversations turned out to be one."""

from allears.connectors.interface import Author, Visibility
from allears.foundation.events.actions import record_event
from allears.foundation.text import fit_name
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.models import Channel
from allears.pipeline.channels.queries import get_connector
from allears.pipeline.conversations.actions.clocks import recount_conversation
from allears.pipeline.conversations.actions.legs import forget_empty_conversation, move_everything, put_leg
from allears.pipeline.conversations.models import Conversation, Leg, Message, Thread, ThreadKey
from allears.pipeline.people.models import Identity
from allears.pipeline.replies.models import Dispatch, Draft


def open_private_thread(conversation: Conversation, channel: Channel, member: Member) -> Thread:
    """Open the private leg of a public matter. What the network calls it is known once something was sent."""
    thread = Thread.objects.create(
        workspace_id=conversation.workspace_id, channel=channel, visibility=Visibility.PRIVATE
    )
    put_leg(conversation, thread)
    record_event(
        "conversation.taken_private",
        conversation.workspace_id,
        member,
        conversation=conversation.id,
        channel=channel.id,
    )
    return thread


def name_private_thread(message: Message, external_id: str) -> None:
    """Take up what the network calls the private thread that a message of ours went to.

    If it is known already, it becomes a leg of this conversation: what the customer writes there later belongs
    here. A conversation that their answer began before we knew is made one with this one.
    """
    thread, name = message.thread, fit_name(external_id)
    if not name or thread.external_id == name or message.visibility != Visibility.PRIVATE:
        return
    known = Thread.objects.filter(channel=message.channel_id, external_id=name).first()
    if known is None:
        if not thread.external_id:
            Thread.objects.filter(id=thread.id).update(external_id=name)
        return
    conversation = Conversation.objects.get(id=message.conversation_id)
    other = put_leg(conversation, known)
    if not thread.external_id:
        _empty_into(thread, known)
    if other and other.opened_at >= message.sent_at:
        move_everything(other, conversation)
        move_replies(other.id, conversation.id)
        recount_conversation(conversation.id)
        forget_empty_conversation(other.id)


def _empty_into(thread: Thread, known: Thread) -> None:
    Message.objects.filter(thread=thread).update(thread=known)
    ThreadKey.objects.filter(thread=thread).delete()
    Leg.objects.filter(thread=thread).delete()
    thread.delete()


def know_recipient(message: Message, recipient: Author) -> None:
    """Remember how the network calls the customer in the private thread: another identity of the same person."""
    identity = message.identity
    if identity is None or not recipient.id or recipient.id == identity.external_id:
        return
    everywhere = get_connector(message.channel.kind).knows_people_everywhere
    known, _ = Identity.objects.get_or_create(
        workspace_id=message.workspace_id,
        network=message.channel.kind,
        realm="" if everywhere else f"channel:{message.channel_id}",
        external_id=recipient.id[:320],
        defaults={
            "customer_id": identity.customer_id,
            "name": (recipient.name or identity.name)[:200],
            "handle": (recipient.handle or identity.handle)[:200],
            "address": recipient.address[:320],
            "first_seen_at": message.sent_at,
        },
    )
    Message.objects.filter(id=message.id).update(identity=known)


def move_replies(gone: int, kept: int) -> None:
    """Move dispatches and drafts; where a member wrote in both, the words are put together."""
    Dispatch.objects.filter(conversation=gone).update(conversation=kept)
    for draft in Draft.objects.filter(conversation=gone):
        other = Draft.objects.filter(conversation=kept, member=draft.member_id, kind=draft.kind).first()
        if other:
            other.text = f"{other.text}\n\n{draft.text}"
            other.save(update_fields=["text"])
            draft.files.update(draft=other)
            draft.delete()
        else:
            Draft.objects.filter(id=draft.id).update(conversation=kept)
