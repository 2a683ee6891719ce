"""Ask about replies: where one would go, what is being written, what became of those sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Lower

from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.rows import find_rows, hang_on
from allears.foundation.text import index_text, index_words, language_of_letters
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import (
    Conversation,
    Direction,
    Message,
    Outcome,
)
from allears.pipeline.conversations.queries.queue import visible_conversations
from allears.pipeline.replies.filling import Filler, gaps_in
from allears.pipeline.replies.models import Dispatch, DispatchState, Draft, ItemDeed, SavedReply

LOOKED_BACK = 1000


def drafts_in(conversation: Conversation) -> list[Draft]:
    """List what members are writing in a conversation."""
    drafts = find_rows(Draft, "conversation_id {among} ORDER BY saved_at DESC", among=[conversation.id])
    hang_on(drafts, "member")
    prefetch_related_objects(drafts, "files")
    return drafts


def get_visible_dispatch(member: Member, dispatch_id: int) -> Dispatch:
    """Return a dispatch of a conversation the member may see. Raise NotVisible for any other."""
    dispatch = Dispatch.objects.filter(id=dispatch_id).select_related("message", "channel").first()
    if dispatch is None or not visible_conversations(member).filter(id=dispatch.conversation_id).exists():
        raise NotVisible
    return dispatch


def troubled_dispatches(member: Member, size: int = 100) -> list[Dispatch]:
    """List what was refused or is unknown, newest first: each needs a person."""
    mine = dispatches_of(member.workspace_id).filter(state__in=[DispatchState.REFUSED, DispatchState.UNKNOWN])
    found = mine.filter(conversation__in=visible_conversations(member), message__isnull=False)
    return list(found.select_related("conversation", "channel", "member").order_by("-id")[:size])


def longest_wait_today(member: Member) -> timedelta | None:
    """Say how long the customer waited who waited longest of those answered today, by the workspace's clock.

    It looks at the newest thousand answers; None while nobody was answered today.
    """
    zone = ZoneInfo(member.workspace.time_zone)
    midnight = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = dispatches_of(member.workspace_id).filter(state=DispatchState.SENT).order_by("-id")
    newest = sent.values_list("conversation_id", "ended_at")[:LOOKED_BACK]
    answered = {conversation for conversation, ended_at in newest if ended_at and ended_at >= midnight}
    mine = visible_conversations(member).filter(id__in=answered)
    received = Message.objects.filter(conversation__in=mine, direction=Direction.IN, outcome=Outcome.ANSWERED)
    waits = received.filter(outcome_at__gte=midnight).values_list("sent_at", "outcome_at")
    return max((ended - began for began, ended in waits if ended), default=None)


def dispatches_of(workspace_id: int) -> QuerySet[Dispatch]:
    """Return a workspace's dispatches."""
    return Dispatch.objects.filter(workspace=workspace_id)


def count_dispatches(workspace_id: int | None) -> dict[str, int]:
    """Count dispatches by state, in one workspace or all."""
    found = Dispatch.objects.all() if workspace_id is None else dispatches_of(workspace_id)
    return dict(found.order_by().values_list("state").annotate(count=Count("id")))


def visible_saved_replies(member: Member) -> QuerySet[SavedReply]:
    """Return the saved replies a member may use, by title: the workspace's and their own, none for who can't answer."""
    if not member.may_answer:
        return SavedReply.objects.none()
    mine = SavedReply.objects.filter(workspace=member.workspace_id)
    mine = mine.filter(Q(owner__isnull=True) | Q(owner=member.id))
    return mine.select_related("brand").order_by(Lower("title"), "id")


def find_saved_replies(member: Member, text: str = "", language: str = "") -> list[SavedReply]:
    """List a member's saved replies whose title, shortcut or words hold all of these words, by title."""
    wanted = list(index_words(text))
    found = visible_saved_replies(member).filter(Q(language=language) if language else Q())
    return [
        one
        for one in found
        if not wanted or _holds(wanted, index_text(f"{one.title} {one.shortcut} {one.text}").split())
    ]


def _holds(wanted: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(begun) for word in words) for begun in wanted)


def get_visible_saved_reply(member: Member, saved_reply_id: int) -> SavedReply:
    """Return a saved reply that the member may use. Raise NotVisible for any other."""
    saved_reply = visible_saved_replies(member).filter(id=saved_reply_id).first()
    if saved_reply is None:
        raise NotVisible
    return saved_reply


@dataclass(frozen=True, slots=True)
class FilledReply:
    """A saved reply, filled for one conversation; `gaps` are the variables for which nothing is known."""

    saved_reply: SavedReply
    text: str
    gaps: list[str]


MOST_SAVED_REPLIES = 500


def saved_replies_for(member: Member, conversation: Conversation) -> list[FilledReply]:
    """Fill a member's saved replies for a conversation: its brand and language first, then the most used."""
    filler = Filler(member, conversation)
    language = language_of(conversation, filler.brand.language)

    def rank(one: SavedReply) -> tuple[bool, int, int, str]:
        is_foreign = one.brand_id not in {None, filler.brand.id}
        distance = [language, ""].index(one.language) if one.language in {language, ""} else 2
        return is_foreign, distance, -one.used_count, one.title.casefold()

    ordered = sorted(visible_saved_replies(member), key=rank)[:MOST_SAVED_REPLIES]
    texts = [(one, filler.fill(one)) for one in ordered]
    return [FilledReply(one, text, gaps_in(text)) for one, text in texts]


def language_of(conversation: Conversation, usual: str) -> str:
    """Say in which language the customer writes: by their letters, else what their device says, else the brand's."""
    words = Message.objects.filter(conversation=conversation.id, direction=Direction.IN)
    newest = words.order_by("-sent_at", "-id").values_list("text", "identity__language").first()
    text, told = newest or ("", "")
    return language_of_letters(text) or (told or "").partition("-")[0] or usual


def deeds_of(message_ids: Sequence[int]) -> dict[int, list[ItemDeed]]:
    """Return what was done to messages, newest last, in one statement."""
    found: dict[int, list[ItemDeed]] = {}
    deeds = ItemDeed.objects.filter(message__in=message_ids).select_related("member").order_by("id")
    for deed in deeds:
        found.setdefault(deed.message_id, []).append(deed)
    return found


def get_visible_deed(member: Member, deed_id: int) -> ItemDeed:
    """Return a deed in a conversation the member may see. Raise NotVisible for any other."""
    deed = ItemDeed.objects.filter(id=deed_id).select_related("message", "member").first()
    if deed is None or not visible_conversations(member).filter(id=deed.message.conversation_id).exists():
        raise NotVisible
    return deed
