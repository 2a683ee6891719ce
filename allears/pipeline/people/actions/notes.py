"""Write notes about a person. Members read them; nothing here knows the outbox."""

from django.db import transaction

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.people.errors import NoteNeedsWords
from allears.pipeline.people.models import Customer, CustomerNote

LONGEST = 10_000


def write_customer_note(customer: Customer, text: str, by: Member) -> CustomerNote:
    """Write a note about a customer. Raise NoteNeedsWords."""
    words = _checked(text, by)
    with transaction.atomic():
        note = CustomerNote.objects.create(customer=customer, member=by, text=words, written_at=now())
        _record("customer_note.written", note, by)
    return note


def change_customer_note(note: CustomerNote, text: str, by: Member) -> None:
    """Change one's own note. Raise NotAllowed for another's."""
    words = _checked(text, by)
    _require_own(note, by)
    with transaction.atomic():
        CustomerNote.objects.filter(id=note.id).update(text=words, changed_at=now())
        _record("customer_note.changed", note, by)


def delete_customer_note(note: CustomerNote, by: Member) -> None:
    """Delete one's own note. Raise NotAllowed for another's."""
    _require_own(note, by)
    with transaction.atomic():
        CustomerNote.objects.filter(id=note.id).delete()
        _record("customer_note.deleted", note, by)


def _checked(text: str, by: Member) -> str:
    if not by.may_answer:
        raise NotAllowed
    words = text.replace("\x00", "").strip()[:LONGEST]
    if not words:
        raise NoteNeedsWords
    return words


def _require_own(note: CustomerNote, by: Member) -> None:
    if note.member_id != by.id or not by.may_answer:
        raise NotAllowed


def _record(kind: str, note: CustomerNote, by: Member) -> None:
    record_event(kind, by.workspace_id, by, f"customer:{note.customer_id}", note=note.pk)
