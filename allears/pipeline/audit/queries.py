"""Does everything that was received have an outcome? Counted anew each time, from the rows themselves."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from time import sleep
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from allears.connectors.words import mark
from allears.pipeline.audit.findings import (
    Problem,
    conversation_problems,
    dispatch_problems,
    file_problems,
    message_problems,
)
from allears.pipeline.conversations.models import Conversation, Direction, Message
from allears.pipeline.intake.models import EndedAs, Ending, Envelope, Waiting
from allears.pipeline.replies.queries import count_dispatches

STATES = ("held", "waiting", "sending", "sent", "refused", "unknown", "cancelled")
FINAL = [EndedAs.MESSAGES, EndedAs.NOTHING, EndedAs.DEAD]
_LOOKS = 3
_PAUSE = 0.4
_CHUNK = 20_000

UNEQUAL = mark("%(envelopes)s envelopes were received, but %(accounted)s are accounted for.")
NO_ENDING = mark("Envelopes that neither wait nor have an ending.")
MESSAGES_MISSING = mark("Envelopes ended as %(ended)s messages, but %(stored)s are stored.")


@dataclass(slots=True)
class Audit:
    """The equation envelopes = processed + waiting + dead, what became of messages, and every problem."""

    envelopes: int = 0
    waiting: int = 0
    processed: int = 0
    dead: int = 0
    messages: int = 0
    inbound_messages: int = 0
    unanswered_messages: int = 0
    conversations: int = 0
    open_conversations: int = 0
    dispatches: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def accounted(self) -> int:
        """How many envelopes are accounted for."""
        return self.waiting + self.processed + self.dead

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self)


def audit_workspace(workspace_id: int | None = None) -> Audit:
    """Audit one workspace, or all. What is in motion while it is counted is counted again before it is called wrong."""
    audit = _audit(workspace_id)
    for _ in range(_LOOKS - 1):
        if audit.is_good:
            break
        sleep(_PAUSE)
        audit = _audit(workspace_id)
    return audit


def _audit(workspace_id: int | None) -> Audit:
    audit = Audit()
    _count_envelopes(audit, workspace_id)
    _count_messages(audit, workspace_id)
    audit.dispatches = dict.fromkeys(STATES, 0) | count_dispatches(workspace_id)
    audit.problems += message_problems(workspace_id)
    audit.problems += conversation_problems(workspace_id)
    audit.problems += dispatch_problems(workspace_id)
    audit.problems += file_problems(workspace_id)
    return audit


def _count_envelopes(audit: Audit, workspace_id: int | None) -> None:
    """Count up to the newest envelope of this moment: first those in the queue, then the endings."""
    newest = Envelope.objects.aggregate(newest=Max("id"))["newest"] or 0
    envelopes = _of(Envelope.objects.filter(id__lte=newest), workspace_id)
    kept = envelopes.count()
    waiting = set(Waiting.objects.filter(envelope_id__lte=newest).values_list("envelope_id", flat=True))
    # Of those whose bytes were let go, no envelope tells how new they are.
    counted = Q(envelope_id__lte=newest) | Q(is_purged=True)
    endings = _of(Ending.objects.filter(counted), workspace_id)
    totals = endings.aggregate(
        processed=Count("envelope_id", filter=Q(ended_as__in=[EndedAs.MESSAGES, EndedAs.NOTHING])),
        dead=Count("envelope_id", filter=Q(ended_as=EndedAs.DEAD)),
        purged=Count("envelope_id", filter=Q(is_purged=True)),
        messages=Sum("message_count", filter=Q(ended_as__in=FINAL)),
    )
    audit.envelopes = kept + totals["purged"]
    audit.processed, audit.dead = totals["processed"], totals["dead"]
    audit.messages = totals["messages"] or 0
    audit.waiting = sum(1 for _ in _without_ending(envelopes, waiting))
    if audit.envelopes != audit.accounted:
        facts = {"envelopes": str(audit.envelopes), "accounted": str(audit.accounted)}
        audit.problems.append(Problem(UNEQUAL, facts))
        audit.problems += _unaccounted(envelopes, waiting)


def _without_ending(envelopes: QuerySet[Envelope], waiting: set[int]) -> Iterator[int]:
    """Yield the envelopes in the queue whose ending is not committed yet."""
    ids = sorted(waiting)
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        mine = set(envelopes.filter(id__in=part).values_list("id", flat=True))
        yield from mine - _ended(part)


def _ended(ids: list[int]) -> set[int]:
    found = Ending.objects.filter(envelope_id__in=ids, ended_as__in=FINAL)
    return set(found.values_list("envelope_id", flat=True))


def _unaccounted(envelopes: QuerySet[Envelope], waiting: set[int]) -> list[Problem]:
    """Name the envelopes that have neither a place in the queue nor an ending."""
    lost: list[int] = []
    last = 0
    while part := list(envelopes.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:_CHUNK]):
        lost += sorted(set(part) - waiting - _ended(part))
        last = part[-1]
    return [Problem(NO_ENDING, {}, [f"envelope:{id_}" for id_ in lost[:100]])] if lost else []


def _count_messages(audit: Audit, workspace_id: int | None) -> None:
    messages = _of(Message.objects.all(), workspace_id)
    totals = messages.aggregate(
        inbound=Count("id", filter=Q(direction=Direction.IN)),
        unanswered=Count("id", filter=Q(direction=Direction.IN, outcome="")),
        from_envelopes=Count("id", filter=Q(envelope_id__isnull=False)),
    )
    audit.inbound_messages, audit.unanswered_messages = totals["inbound"], totals["unanswered"]
    conversations = _of(Conversation.objects.all(), workspace_id)
    counts = conversations.aggregate(
        count=Count("id"), open=Count("id", filter=Q(status__in=["new", "open", "pending", "on_hold"]))
    )
    audit.conversations, audit.open_conversations = counts["count"], counts["open"]
    if totals["from_envelopes"] != audit.messages:
        facts = {"ended": str(audit.messages), "stored": str(totals["from_envelopes"])}
        audit.problems.append(Problem(MESSAGES_MISSING, facts))


def _of(rows: QuerySet[Any], workspace_id: int | None) -> QuerySet[Any]:
    return rows if workspace_id is None else rows.filter(workspace_id=workspace_id)
