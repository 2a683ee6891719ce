"""Which conversations somebody means: by status, people, tags, time and words.

One language for addresses (`?status=open&tag=4`), saved views and programs. A name may be given several
times, or with commas; what is said of different names holds together. Moments are ISO 8601 (a bare day
begins in the reader's time zone), lengths of time are written 90m, 4h or 3d.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from allears.foundation.clock import now
from allears.foundation.rows import spelled_out
from allears.foundation.workspaces.models import Brand, Member
from allears.pipeline.conversations.errors import FilterNotUnderstood
from allears.pipeline.conversations.models import Conversation, ConversationTag, Status
from allears.pipeline.conversations.queries.filter_words import (
    Part,
    read_choices,
    read_id,
    read_ids,
    read_languages,
    read_length,
    read_moment,
    read_priorities,
    read_single,
    read_text,
    read_truth,
    read_urgencies,
    read_visibility,
    read_words,
    values_of,
    write_languages,
    write_length,
    write_moment,
    write_priorities,
    write_urgencies,
    write_word,
    write_words,
)
from allears.pipeline.conversations.queries.queue import OPEN, visible_conversations
from allears.pipeline.conversations.queries.search import narrow_by_text
from allears.pipeline.understanding.reading import Advice, Intent, Sentiment

NOBODY = "none"
ME = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFilter:
    """What is wanted; what is empty or None is not asked. Among ids, "none" means without, "me" who asks."""

    statuses: tuple[str, ...] = ()
    assignees: tuple[int | str, ...] = ()
    teams: tuple[int | str, ...] = ()
    priorities: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()
    brands: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[int | str, ...] = ()
    visibility: str = ""
    customer: int | None = None
    languages: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    urgencies: tuple[int, ...] = ()
    advices: tuple[str, ...] = ()
    copies: int | None = None
    asks: bool | None = None
    is_praise: bool | None = None
    has_personal: bool | None = None
    is_spam: bool | None = None
    is_waiting: bool | None = None
    waiting_longer_than: timedelta | None = None
    quiet_longer_than: timedelta | None = None
    opened_after: datetime | None = None
    opened_before: datetime | None = None
    last_message_after: datetime | None = None
    last_message_before: datetime | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return self != EVERYTHING


def parse_filter(given: Mapping[str, Any], besides: Collection[str] = ()) -> ConversationFilter:
    """Understand a query string (any mapping, also with `getlist`) or what `as_mapping` wrote.

    Raise FilterNotUnderstood, whose `field` is the name given, for a name that is neither known nor one of
    `besides`, and for a value that makes no sense. An empty value asks nothing.
    """
    found: dict[str, Any] = {}
    for name in given:
        if name in besides:
            continue
        part = _PARTS.get(name)
        if part is None:
            raise FilterNotUnderstood(name, "")
        values = values_of(given, name, is_text=name == "text")
        if values:
            found[part.attribute] = part.read(name, values)
    return ConversationFilter(**found)


def as_mapping(wanted: ConversationFilter) -> dict[str, list[str]]:
    """Write a filter so that `parse_filter` reads it again; fit for JSON and for `urlencode(..., True)`."""
    return {
        name: part.write(value)
        for name, part in _PARTS.items()
        if (value := getattr(wanted, part.attribute)) not in ((), "", None)
    }


def matching_conversations(member: Member, wanted: ConversationFilter) -> QuerySet[Conversation]:
    """Return the conversations a member may see that match, in no order."""
    return narrowed(visible_conversations(member), member, wanted)


def narrowed(
    found: QuerySet[Conversation], member: Member, wanted: ConversationFilter
) -> QuerySet[Conversation]:
    """Keep of some conversations those that match."""
    found = _by_status(found, wanted.statuses)
    for condition in (
        *_by_place(wanted, member),
        *_by_kind(wanted),
        *_by_reading(wanted),
        *_by_time(wanted),
    ):
        found = found.filter(condition)
    return narrow_by_text(found, member, wanted.text) if wanted.text else found


def _by_status(found: QuerySet[Conversation], statuses: tuple[str, ...]) -> QuerySet[Conversation]:
    """Ask for statuses in the words of the partial indexes, which SQLite uses only for those."""
    if not statuses:
        return found
    if set(statuses) <= set(OPEN):
        found = found.filter(spelled_out(Conversation, "status", OPEN))
    return found if set(statuses) == set(OPEN) else found.filter(status__in=statuses)


def _by_place(wanted: ConversationFilter, member: Member) -> list[Q]:
    asked = []
    if wanted.assignees:
        ids = {member.id if one == ME else one for one in wanted.assignees}
        asked.append(_one_of("assignee", ids))
    if wanted.teams:
        asked.append(_one_of("team", wanted.teams))
    if wanted.tags:
        asked.append(_tagged(wanted.tags))
    if wanted.channels:
        asked.append(Q(channel__in=wanted.channels))
    if wanted.brands:
        asked.append(_of_brands(wanted.brands, member))
    if wanted.kinds:
        asked.append(Q(channel__kind__in=wanted.kinds))
    if wanted.customer is not None:
        asked.append(Q(customer=wanted.customer))
    return asked


def _one_of(name: str, ids: Iterable[int | str]) -> Q:
    known = [one for one in ids if isinstance(one, int)]
    asked = Q(**{f"{name}__in": known}) if known else Q()
    return asked | Q(**{f"{name}__isnull": True}) if NOBODY in ids else asked


def _of_brands(brands: tuple[int, ...], member: Member) -> Q:
    """Channels that name no brand have the default one."""
    asked = Q(channel__brand__in=brands)
    mine = Brand.objects.filter(workspace=member.workspace_id, id__in=brands, is_default=True)
    return asked | (Q(channel__brand__isnull=True) & Q(Exists(mine)))


def _tagged(tags: tuple[int | str, ...]) -> Q:
    known = [one for one in tags if isinstance(one, int)]
    asked = Q(id__in=ConversationTag.objects.filter(tag__in=known).values("conversation")) if known else Q()
    if NOBODY in tags:
        asked |= ~Q(Exists(ConversationTag.objects.filter(conversation=OuterRef("pk"))))
    return asked


def _by_kind(wanted: ConversationFilter) -> list[Q]:
    asked = []
    if wanted.priorities:
        asked.append(Q(priority__in=wanted.priorities))
    if wanted.visibility:
        asked.append(Q(visibility=wanted.visibility))
    if wanted.is_spam is not None:
        asked.append(Q(is_spam=wanted.is_spam))
    if wanted.is_waiting is not None:
        asked.append(Q(waiting_since__isnull=not wanted.is_waiting))
    return asked


def _by_reading(wanted: ConversationFilter) -> list[Q]:
    """Ask what understanding made of it, by columns of the conversation."""
    some = {
        "language": wanted.languages,
        "sentiment": wanted.sentiments,
        "intent": wanted.intents,
        "urgency": wanted.urgencies,
        "advice": wanted.advices,
    }
    asked = [Q(**{f"{name}__in": values}) for name, values in some.items() if values]
    truths = {
        "asks": wanted.asks,
        "is_praise": wanted.is_praise,
        "has_personal": wanted.has_personal,
        "copies": wanted.copies,
    }
    return [*asked, *(Q(**{name: value}) for name, value in truths.items() if value is not None)]


def _by_time(wanted: ConversationFilter) -> list[Q]:
    at = now()
    bounds = {
        "waiting_since__lt": at - wanted.waiting_longer_than if wanted.waiting_longer_than else None,
        "last_message_at__lt": at - wanted.quiet_longer_than if wanted.quiet_longer_than else None,
        "opened_at__gte": wanted.opened_after,
        "opened_at__lt": wanted.opened_before,
        "last_message_at__gte": wanted.last_message_after,
    }
    asked = [Q(**{name: moment}) for name, moment in bounds.items() if moment is not None]
    if wanted.last_message_before is not None:
        asked.append(Q(last_message_at__lt=wanted.last_message_before))
    return asked


_PARTS = {
    "status": Part("statuses", read_choices(Status.values), write_words),
    "assignee": Part("assignees", read_ids(ME, NOBODY), write_words),
    "team": Part("teams", read_ids(NOBODY), write_words),
    "priority": Part("priorities", read_priorities, write_priorities),
    "channel": Part("channels", read_ids(), write_words),
    "brand": Part("brands", read_ids(), write_words),
    "kind": Part("kinds", read_words, write_words),
    "tag": Part("tags", read_ids(NOBODY), write_words),
    "language": Part("languages", read_languages, write_languages),
    "sentiment": Part("sentiments", read_choices([str(one) for one in Sentiment]), write_words),
    "intent": Part("intents", read_choices([str(one) for one in Intent]), write_words),
    "urgency": Part("urgencies", read_urgencies, write_urgencies),
    "advice": Part("advices", read_choices([str(one) for one in Advice]), write_words),
    "asks": Part("asks", read_single(read_truth), write_word),
    "praise": Part("is_praise", read_single(read_truth), write_word),
    "personal": Part("has_personal", read_single(read_truth), write_word),
    "copies": Part("copies", read_single(read_id), write_word),
    "visibility": Part("visibility", read_single(read_visibility), write_word),
    "customer": Part("customer", read_single(read_id), write_word),
    "spam": Part("is_spam", read_single(read_truth), write_word),
    "waiting": Part("is_waiting", read_single(read_truth), write_word),
    "waiting_longer_than": Part("waiting_longer_than", read_single(read_length), write_length),
    "quiet_longer_than": Part("quiet_longer_than", read_single(read_length), write_length),
    "opened_after": Part("opened_after", read_single(read_moment), write_moment),
    "opened_before": Part("opened_before", read_single(read_moment), write_moment),
    "last_message_after": Part("last_message_after", read_single(read_moment), write_moment),
    "last_message_before": Part("last_message_before", read_single(read_moment), write_moment),
    "text": Part("text", read_text, write_word),
}
FILTER_NAMES = tuple(_PARTS)
EVERYTHING = ConversationFilter()
assert {part.attribute for part in _PARTS.values()} == {one.name for one in fields(ConversationFilter)}
