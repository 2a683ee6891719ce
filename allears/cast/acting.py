"""Let one step of a story happen, now, through the doors that people and networks use."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from allears.cast.arriving import language_of, read_picture, write_json, write_mail
from allears.cast.chatting import chat_piece
from allears.cast.company import Company
from allears.cast.people import COLLEAGUES
from allears.cast.posting import post_piece
from allears.cast.steps import Step, Story
from allears.connectors.errors import Refused, Unknown, Unreachable
from allears.connectors.interface import Piece, Sent
from allears.connectors.words import mark
from allears.foundation.clock import now, told_clock
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.actions import note_sent
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.correcting import correct_message
from allears.pipeline.conversations.actions.merging import merge_customers
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.outcomes import call_it_spam, need_no_reply
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.actions.tagging import find_or_make_tag, tag_conversations
from allears.pipeline.conversations.models import Conversation, Direction, Message, Priority
from allears.pipeline.people.actions.notes import write_customer_note
from allears.pipeline.people.models import Customer
from allears.pipeline.replies.actions.drafting import add_draft_file, save_draft
from allears.pipeline.replies.actions.ending import end_as_refused, end_as_sent, mark_unknown, postpone
from allears.pipeline.replies.actions.queueing import UNDO_FOR, Reply, queue_reply
from allears.pipeline.replies.actions.sending import begin_dispatch
from allears.pipeline.replies.models import Dispatch, DraftFile

REFUSED = mark("The address for answers did not take it (%(status)s).")
FAR = timedelta(hours=3)


def piece_of(step: Step, story: Story, company: Company, conversation: Conversation | None) -> Piece:
    """Write down what the customer says in a step, as it would be delivered."""
    channel = company.channels[story.via]
    if channel.kind == "chat":
        return chat_piece(step, story, channel, language_of(story.steps[0].text))
    if channel.kind == "api":
        body = write_json(step, story)
        return Piece(body=body, order_key=story.below or story.key)
    written = Message.objects.filter(conversation=conversation).select_related("member").order_by("-id")
    if channel.kind == "mastodon":
        earlier = written.filter(direction=Direction.IN).first() if conversation else None
        return post_piece(step, story, company.at, earlier)
    earlier = written.first() if conversation else None
    return Piece(body=write_mail(step, story, channel.address, earlier))


def act(step: Step, member: Member, conversation: Conversation) -> None:
    """Let a colleague do what a step says; an answer still has to be sent."""
    _DEEDS[step.does](step, member, conversation)


def answer(step: Step, member: Member, conversation: Conversation) -> Dispatch:
    """Put a colleague's answer into the outbox."""
    afterwards = {word.strip() for word in step.how.split(",")} & {"solve", "wait", "hold"}
    words = Reply(
        text=step.text,
        idempotency_key=f"cast-{uuid4().hex}",
        seen_message_id=conversation.last_message_id,
        then=next(iter(afterwards), ""),
        files=[_file(step, member, conversation)] if step.file else [],
    )
    return queue_reply(member, conversation, words)


def answer_and_send(step: Step, member: Member, conversation: Conversation) -> None:
    """Answer, and let the network take it, or not, when the time for undo has passed."""
    with transaction.atomic():
        dispatch = answer(step, member, conversation)
        with told_clock(now() + UNDO_FOR):
            begin_dispatch(dispatch)
            _end(dispatch, step.how)


def _end(dispatch: Dispatch, how: str) -> None:
    if "refused" in how:
        end_as_refused(dispatch, Refused(REFUSED, status="410"))
    elif "unknown" in how:
        mark_unknown(dispatch, now() + FAR, Unknown())
    elif "waiting" in how:
        postpone(dispatch, now() + FAR, Unreachable())
    else:
        end_as_sent(dispatch, Sent(external_id=""))
        note_sent(dispatch.channel_id, now())


def _file(step: Step, member: Member, conversation: Conversation) -> DraftFile:
    data, sort = read_picture(step.file)
    return add_draft_file(member, conversation, "reply", step.file, sort, data)


def _take(_step: Step, member: Member, conversation: Conversation) -> None:
    assign_conversation(conversation.id, member.id, member)


def _hand(step: Step, member: Member, conversation: Conversation) -> None:
    name = next(one.name for one in COLLEAGUES if one.key == step.how.removeprefix("to "))
    other = Member.objects.get(workspace=member.workspace_id, name=name, is_active=True)
    assign_conversation(conversation.id, other.id, member)


def _give(step: Step, member: Member, conversation: Conversation) -> None:
    name = step.how.removeprefix("to ")
    team = member.workspace.teams.filter(name__startswith=name).order_by("id").last()
    give_to_team(conversation.id, team.id if team else None, member)


def _note(step: Step, member: Member, conversation: Conversation) -> None:
    write_note(conversation, step.text, member)


def _raise(step: Step, member: Member, conversation: Conversation) -> None:
    set_priority(conversation.id, Priority[step.how.upper()], member)


def _need_no_reply(step: Step, member: Member, conversation: Conversation) -> None:
    need_no_reply(conversation.id, step.how.removeprefix("no reply: "), member)


def _call_spam(_step: Step, member: Member, conversation: Conversation) -> None:
    call_it_spam(conversation.id, member)


def _draft(step: Step, member: Member, conversation: Conversation) -> None:
    save_draft(member, conversation, "reply", step.text)


def _solve(step: Step, member: Member, conversation: Conversation) -> None:
    set_status(conversation.id, "solved", member, step.how)


def _close(step: Step, member: Member, conversation: Conversation) -> None:
    set_status(conversation.id, "closed", member, step.how)


def _tag(step: Step, member: Member, conversation: Conversation) -> None:
    tags = [find_or_make_tag(member, name) for name in step.how.split(",")]
    tag_conversations([conversation.id], [tag.id for tag in tags], member)


def _correct(step: Step, member: Member, conversation: Conversation) -> None:
    """Say of the customer's newest words how they are meant, "sentiment negative"."""
    said = Message.objects.filter(conversation=conversation, direction=Direction.IN).latest("id")
    question, _, answer = step.how.partition(" ")
    correct_message(said, question, answer, member)


def _merge_namesake(_step: Step, member: Member, conversation: Conversation) -> None:
    """Find out that somebody of the same name, on another network, is the same person."""
    named = Customer.objects.filter(workspace=member.workspace_id, name=conversation.customer_name)
    other = named.exclude(id=conversation.customer_id).order_by("-id").first()
    if other:
        merge_customers(member, conversation.customer_id, other.id)


def _describe(step: Step, member: Member, conversation: Conversation) -> None:
    write_customer_note(conversation.customer, step.text, member)


_DEEDS: dict[str, Callable[[Step, Member, Conversation], object]] = {
    "answers": answer_and_send,
    "notes": _note,
    "takes": _take,
    "hands": _hand,
    "gives": _give,
    "raises": _raise,
    "needs": _need_no_reply,
    "calls": _call_spam,
    "drafts": _draft,
    "solves": _solve,
    "closes": _close,
    "tags": _tag,
    "corrects": _correct,
    "merges": _merge_namesake,
    "describes": _describe,
}
