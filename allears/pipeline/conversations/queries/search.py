"""Search over messages, people and notes, with operators; newest first.

Operators: from: channel: status: assignee: team: tag: is: has: before: after: in:notes "a phrase" #12 word*
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from allears.foundation.text import index_line, index_words
from allears.foundation.word_index import terms_in
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    ConversationTag,
    Message,
    Note,
    Status,
    Visibility,
)
from allears.pipeline.conversations.queries.queue import QueueRow, rows_of, visible_conversations
from allears.pipeline.conversations.search_index import (
    Term,
    find_messages,
    find_notes,
    matching_messages,
    matching_notes,
)
from allears.pipeline.people.models import Identity

NEWEST_MATCHES = 2000
MOST_MATCHES = 100_000
_PART = re.compile(r'(?:(\w+):)?(?:"([^"]*)"?|(\S+))')


@dataclass(slots=True)
class Wanted:
    """What a search asks for, understood; `unknown` lists operators with values that mean nothing here."""

    terms: list[Term] = field(default_factory=list)
    filters: list[Q] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    is_in_notes: bool = False
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """Conversations that match, newest match first, and whether there are more than could be shown."""

    rows: list[QueueRow]
    has_more: bool
    unknown: list[str]


def search_conversations(member: Member, text: str, size: int = 50) -> Found:
    """Find the conversations a member may see that match a search."""
    wanted = understand_search(member, text)
    found = visible_conversations(member)
    for condition in wanted.filters:
        found = found.filter(condition)
    if wanted.people:
        found = found.filter(customer__in=_customers_called(member, wanted.people))
    if not wanted.terms:
        is_asking = bool(wanted.filters or wanted.people)
        rows = rows_of(found.order_by("-last_message_at", "-id")[: size + 1]) if is_asking else []
        return Found(rows[:size], len(rows) > size, wanted.unknown)
    ids = _matching_conversations(member, wanted)
    kept = {row.id: row for row in rows_of(found.filter(id__in=ids))}
    ordered = [kept[id_] for id_ in ids if id_ in kept]
    return Found(ordered[:size], len(ordered) > size, wanted.unknown)


def narrow_by_text(found: QuerySet[Conversation], member: Member, text: str) -> QuerySet[Conversation]:
    """Keep of some conversations those that a search would find, however many (MOST_MATCHES messages)."""
    wanted = understand_search(member, text)
    for condition in wanted.filters:
        found = found.filter(condition)
    if wanted.people:
        found = found.filter(customer__in=_customers_called(member, wanted.people))
    if wanted.is_in_notes and wanted.terms:
        notes = matching_notes(wanted.terms, member.workspace_id, MOST_MATCHES)
        return found.filter(id__in=Note.objects.filter(id__in=notes).values("conversation"))
    if wanted.terms:
        ids = matching_messages(wanted.terms, member.workspace_id, MOST_MATCHES)
        return found.filter(id__in=Message.objects.filter(id__in=ids).values("conversation"))
    return found if wanted.filters or wanted.people else found.none()


def _matching_conversations(member: Member, wanted: Wanted) -> list[int]:
    """List conversations by their newest match, each once."""
    if wanted.is_in_notes:
        notes = find_notes(wanted.terms, member.workspace_id, NEWEST_MATCHES)
        pairs = Note.objects.filter(id__in=notes).order_by("-id").values_list("conversation_id", flat=True)
        return list(dict.fromkeys(pairs))
    ids = find_messages(wanted.terms, member.workspace_id, NEWEST_MATCHES)
    messages = Message.objects.filter(id__in=ids, workspace=member.workspace_id).order_by("-id")
    return list(dict.fromkeys(messages.values_list("conversation_id", flat=True)))


def _customers_called(member: Member, names: Iterable[str]) -> set[int]:
    """Find customers by words of their name, handle or address, as the index would see them."""
    kept: set[int] | None = None
    for name in names:
        wanted = terms_in(name)
        if not wanted:
            return set()
        ids = find_messages(wanted, member.workspace_id, NEWEST_MATCHES)
        identities = Identity.objects.filter(id__in=Message.objects.filter(id__in=ids).values("identity"))
        rows = identities.values_list("customer_id", "name", "handle", "address", "external_id")
        found = {row[0] for row in rows if _is_called(" ".join(row[1:]), wanted)}
        kept = found if kept is None else kept & found
    return kept or set()


def _is_called(names: str, wanted: Iterable[Term]) -> bool:
    words = set(index_line(names).split())
    return all(term.is_among(words) for term in wanted)


def understand_search(member: Member, text: str) -> Wanted:
    """Take a search apart into words, phrases and operators."""
    wanted = Wanted()
    for operator, phrase, word in _PART.findall(text):
        value = phrase or word
        if operator.lower() in _OPERATORS:
            _OPERATORS[operator.lower()](wanted, value, member)
        elif not operator and word[:1] == "#" and word[1:].isdecimal():
            wanted.filters.append(Q(id=int(word[1:])))
        else:
            _want_words(wanted, f"{operator} {value}" if operator else value, is_phrase=bool(phrase))
    return wanted


def _want_words(wanted: Wanted, value: str, *, is_phrase: bool) -> None:
    words = tuple(index_words(value))
    if is_phrase and words:
        wanted.terms.append(Term(words))
        return
    terms = terms_in(value)
    if value.endswith("*") and terms:
        terms[-1] = terms_in(value, is_prefix=True)[-1]
    wanted.terms += terms


def _want_person(wanted: Wanted, value: str, member: Member) -> None:
    if value.lower() == "me":
        return
    wanted.people.append(value)


def _want_channel(wanted: Wanted, value: str, member: Member) -> None:
    wanted.filters.append(Q(channel__name__icontains=value) | Q(channel__kind__iexact=value))


def _want_status(wanted: Wanted, value: str, member: Member) -> None:
    status = value.lower().replace("-", "_")
    if status not in Status.values:
        wanted.unknown.append(f"status:{value}")
        return
    wanted.filters.append(Q(status=status))


def _want_assignee(wanted: Wanted, value: str, member: Member) -> None:
    if value.lower() in {"none", "nobody"}:
        wanted.filters.append(Q(assignee__isnull=True))
    elif value.lower() == "me":
        wanted.filters.append(Q(assignee=member.id))
    else:
        wanted.filters.append(Q(assignee__name__icontains=value))


def _want_team(wanted: Wanted, value: str, member: Member) -> None:
    wanted.filters.append(Q(team__name__icontains=value))


def _want_tag(wanted: Wanted, value: str, member: Member) -> None:
    tagged = ConversationTag.objects.filter(conversation=OuterRef("pk"))
    if value.lower() == "none":
        wanted.filters.append(~Q(Exists(tagged)))
    else:
        wanted.filters.append(Q(Exists(tagged.filter(tag__name__icontains=value))))


_KINDS: dict[str, Callable[[Member], Q]] = {
    "open": lambda member: Q(status__in=[Status.NEW, Status.OPEN]),
    "waiting": lambda member: Q(waiting_since__isnull=False),
    "unassigned": lambda member: Q(assignee__isnull=True),
    "mine": lambda member: Q(assignee=member.id),
    "public": lambda member: Q(visibility=Visibility.PUBLIC),
    "private": lambda member: Q(visibility=Visibility.PRIVATE),
    "spam": lambda member: Q(is_spam=True),
    "urgent": lambda member: Q(priority=0),
}


def _want_kind(wanted: Wanted, value: str, member: Member) -> None:
    if value.lower() in _KINDS:
        wanted.filters.append(_KINDS[value.lower()](member))
    else:
        wanted.unknown.append(f"is:{value}")


def _want_having(wanted: Wanted, value: str, member: Member) -> None:
    if value.lower() in {"attachment", "file"}:
        files = Attachment.objects.filter(message__conversation=OuterRef("pk"), is_inline=False)
        wanted.filters.append(Q(Exists(files)))
    elif value.lower() == "note":
        wanted.filters.append(Q(Exists(Note.objects.filter(conversation=OuterRef("pk")))))
    else:
        wanted.unknown.append(f"has:{value}")


def _want_place(wanted: Wanted, value: str, member: Member) -> None:
    if value.lower() == "notes":
        wanted.is_in_notes = True
    else:
        wanted.unknown.append(f"in:{value}")


def _want_before(wanted: Wanted, value: str, member: Member) -> None:
    at = _day(value)
    _want_moment(wanted, f"before:{value}", Q(last_message_at__lt=at) if at else None)


def _want_after(wanted: Wanted, value: str, member: Member) -> None:
    at = _day(value)
    _want_moment(wanted, f"after:{value}", Q(last_message_at__gte=at + timedelta(days=1)) if at else None)


def _want_moment(wanted: Wanted, given: str, condition: Q | None) -> None:
    if condition is None:
        wanted.unknown.append(given)
    else:
        wanted.filters.append(condition)


def _day(value: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    except ValueError:
        return None


_OPERATORS: dict[str, Callable[[Wanted, str, Member], None]] = {
    "from": _want_person,
    "channel": _want_channel,
    "status": _want_status,
    "assignee": _want_assignee,
    "team": _want_team,
    "tag": _want_tag,
    "is": _want_kind,
    "has": _want_having,
    "in": _want_place,
    "before": _want_before,
    "after": _want_after,
}
