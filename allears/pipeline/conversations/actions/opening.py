"""Open another leg of a conversation from our side: a thread in another channel that we are the first to write in."""

from allears.foundation.rows import insert_rows, new_row
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Conversation, Leg, Thread, ThreadKey, Visibility


def open_leg(conversation: Conversation, channel: Channel, subject: str) -> Thread:
    """Return the private thread of a conversation in a channel, making one if there is none yet."""
    found = Leg.objects.filter(
        conversation=conversation, thread__channel=channel, thread__visibility=Visibility.PRIVATE
    )
    leg = found.select_related("thread").order_by("id").first()
    if leg:
        return leg.thread
    thread = new_row(
        Thread,
        workspace_id=conversation.workspace_id,
        channel_id=channel.id,
        visibility=Visibility.PRIVATE,
        subject=subject[:300],
    )
    insert_rows([thread])
    insert_rows([new_row(Leg, thread_id=thread.id, conversation_id=conversation.id)])
    return thread


def remember_in_thread(thread: Thread, external_id: str) -> None:
    """Remember that a message id of ours was written in a thread, so that an answer to it lands there."""
    keys = [ThreadKey(channel_id=thread.channel_id, thread=thread, key=external_id)]
    ThreadKey.objects.bulk_create(keys, ignore_conflicts=True)
