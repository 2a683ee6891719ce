"""Ask about envelopes and how they ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from allears.foundation.errors import NotVisible
from allears.foundation.rows import moment_in, select_rows, spelled_out
from allears.foundation.sqlite.router import intake_database
from allears.foundation.workspaces.models import Member
from allears.pipeline.channels.queries import hidden_channel_ids
from allears.pipeline.intake.models import EndedAs, Ending, Envelope, Waiting


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An envelope that could not be read: how it ended, and its bytes while they are kept."""

    ending: Ending
    envelope: Envelope | None


def dead_letters(member: Member, before: int | None = None, size: int = 50) -> list[Ending]:
    """List a workspace's dead letters, newest first, from an envelope id on."""
    found = _visible_dead_endings(member)
    if before is not None:
        found = found.filter(envelope_id__lt=before)
    return list(found.order_by("-envelope_id")[:size])


def count_dead_letters(member: Member) -> int:
    """Count a workspace's dead letters."""
    return _visible_dead_endings(member).count()


def dead_endings(workspace_id: int) -> QuerySet[Ending]:
    """Return the endings of a workspace's dead letters, those being read again among them."""
    is_dead = spelled_out(Ending, "ended_as", [EndedAs.DEAD, EndedAs.REPLAYING])
    return Ending.objects.filter(is_dead, workspace=workspace_id)


def get_visible_dead_letter(member: Member, envelope_id: int) -> DeadLetter:
    """Return a dead letter of the member's workspace. Raise NotVisible for any other."""
    ending = _visible_dead_endings(member).filter(envelope_id=envelope_id).first()
    if ending is None:
        raise NotVisible
    return DeadLetter(ending, Envelope.objects.filter(id=envelope_id).first())


def count_waiting() -> int:
    """Count the envelopes that wait to be read, in all workspaces."""
    return Waiting.objects.count()


def oldest_waiting_since() -> datetime | None:
    """Say since when the first envelope waits to be read."""
    first = Waiting.objects.order_by("envelope_id").values_list("envelope_id", flat=True).first()
    if first is None:
        return None
    return Envelope.objects.filter(id=first).values_list("received_at", flat=True).first()


def received_at_of(envelope_id: int) -> datetime | None:
    """Say when an envelope was received; None once its bytes were let go of."""
    statement = "SELECT received_at FROM intake_envelope WHERE id {among}"
    rows = select_rows(statement, among=[envelope_id], alias=intake_database())
    return moment_in(rows[0][0]) if rows else None


def sources_stored(channel_id: int, prefix: str) -> set[str]:
    """List where the stored envelopes of a channel lie on the network, below a place."""
    found = Envelope.objects.filter(channel_id=channel_id, source__startswith=prefix)
    return set(found.values_list("source", flat=True))


def _visible_dead_endings(member: Member) -> QuerySet[Ending]:
    """Leave out what came to channels of private teams that the member does not belong to."""
    return dead_endings(member.workspace_id).exclude(channel_id__in=hidden_channel_ids(member))
