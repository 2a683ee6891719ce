"""Keep saved replies. Everyone who answers keeps their own; the shared ones are looked after by leads."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F

from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.foundation.workspaces.queries import get_visible_brand
from allears.pipeline.replies.errors import SavedReplyIsEmpty, ShortcutTaken
from allears.pipeline.replies.filling import check_variables
from allears.pipeline.replies.models import SavedReply

LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedWords:
    """What a saved reply is to say, and for whom: no brand or language means any."""

    title: str
    text: str
    shortcut: str = ""
    language: str = ""
    brand_id: int | None = None
    is_shared: bool = True
    is_thanks: bool = False


def create_saved_reply(by: Member, words: SavedWords) -> SavedReply:
    """Keep words to answer with again. Raise UnknownVariable, ShortcutTaken, SavedReplyIsEmpty."""
    saved_reply = SavedReply(workspace_id=by.workspace_id)
    _put(saved_reply, words, by, "saved_reply.created")
    return saved_reply


def change_saved_reply(by: Member, saved_reply: SavedReply, words: SavedWords) -> None:
    """Change a saved reply; those who use it get the new words from now on."""
    _check_may(by, is_shared=saved_reply.owner_id is None)
    _put(saved_reply, words, by, "saved_reply.changed")


def delete_saved_reply(by: Member, saved_reply: SavedReply) -> None:
    """Let go of a saved reply; what was answered with it stays."""
    _check_may(by, is_shared=saved_reply.owner_id is None)
    with transaction.atomic():
        SavedReply.objects.filter(id=saved_reply.id).delete()
        _record("saved_reply.deleted", saved_reply, by)


def may_change(by: Member, saved_reply: SavedReply) -> bool:
    """Say whether a member may change a saved reply that they see."""
    return by.may_lead or (by.may_answer and saved_reply.owner_id == by.id)


def count_saved_replies(ids: Iterable[int], workspace_id: int) -> None:
    """Count an answer that went out with these saved replies in it."""
    used = SavedReply.objects.filter(workspace=workspace_id, id__in=list(ids))
    used.update(used_count=F("used_count") + 1, last_used_at=now())


def _check_may(by: Member, *, is_shared: bool) -> None:
    if not by.may_answer or (is_shared and not by.may_lead):
        raise NotAllowed


def _put(saved_reply: SavedReply, words: SavedWords, by: Member, kind: str) -> None:
    _check_may(by, is_shared=words.is_shared)
    saved_reply.title = words.title.replace("\x00", "").strip()[:120]
    saved_reply.text = words.text.replace("\x00", "").strip()[:LONGEST]
    if not saved_reply.title or not saved_reply.text:
        raise SavedReplyIsEmpty
    check_variables(saved_reply.text)
    saved_reply.shortcut = "-".join(words.shortcut.lower().lstrip("/").split())[:32]
    saved_reply.language = words.language
    saved_reply.brand = get_visible_brand(by, words.brand_id) if words.brand_id else None
    saved_reply.owner = None if words.is_shared else by
    saved_reply.is_thanks = words.is_thanks
    saved_reply.changed_at = now()
    try:
        with transaction.atomic():
            saved_reply.save()
            _record(kind, saved_reply, by)
    except IntegrityError as error:
        raise ShortcutTaken from error


def _record(kind: str, saved_reply: SavedReply, by: Member) -> None:
    title = saved_reply.title if saved_reply.owner_id is None else ""
    record_event(kind, saved_reply.workspace_id, by, f"saved_reply:{saved_reply.pk}", title=title)
