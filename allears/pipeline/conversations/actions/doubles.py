"""Let go of a message that turned out to be one of ours, heard from its network before we knew its name."""

from allears.pipeline.conversations.actions.clocks import recount_conversation
from allears.pipeline.conversations.actions.legs import forget_empty_conversation
from allears.pipeline.conversations.models import (
    Direction,
    Message,
    MessageName,
    MessageVersion,
    Reaction,
)
from allears.pipeline.conversations.search_index import forget_message
from allears.pipeline.intake.actions import take_back_message

_TOLD = ("item", "url", "facts", "post_id", "edited_at", "deleted_at", "deleted_by", "hidden_at")


def let_go_of_double(double: Message, kept: Message) -> bool:
    """Make one message of two; say whether that could be. What was heard of the double is kept.

    Only words of ours that no member wrote here can be a double; anything else stays what it is.
    """
    if double.direction != Direction.OUT or double.member_id or double.id == kept.id:
        return False
    for model in (MessageName, MessageVersion, Reaction):
        model._default_manager.filter(message=double.id).update(message=kept.id)
    told = {name: getattr(double, name) for name in _TOLD if getattr(double, name)}
    if told:
        Message.objects.filter(id=kept.id).update(**told)
    if double.envelope_id:
        take_back_message(double.envelope_id)
    conversation_id = double.conversation_id
    forget_message(double.id)
    double.delete()
    for id_ in {conversation_id, kept.conversation_id}:
        recount_conversation(id_)
    if conversation_id != kept.conversation_id:
        forget_empty_conversation(conversation_id)
    return True
