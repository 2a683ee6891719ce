"""Put tags on conversations and take them off; make, rename, join and delete tags."""

from collections.abc import Collection, Iterable

from django.db import IntegrityError, connection, transaction

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.actions import Happening, record_event, record_events
from allears.foundation.workspaces.errors import NameTaken
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.errors import NoSuchTone, TagNameNeeded, TooManyTags
from allears.pipeline.conversations.models import Conversation, ConversationTag, SavedView, Tag, Tone
from allears.pipeline.conversations.queries.tags import tag_called

MOST_TAGS = 500
_Pair = tuple[int, int]


def tag_conversations(
    conversation_ids: Collection[int], tag_ids: Collection[int], by: Member, bulk: int | None = None
) -> set[int]:
    """Put tags on conversations of the member's workspace; return the conversations that got one."""
    require_answering(by)
    with transaction.atomic():
        tags = _tags_among(tag_ids, by)
        ids = _hold_among(conversation_ids, by)
        wanted = {(conversation, tag) for conversation in ids for tag in tags}
        new = sorted(wanted - _pairs(ids, tags))
        ConversationTag.objects.bulk_create(
            [ConversationTag(conversation_id=conversation, tag_id=tag) for conversation, tag in new],
            ignore_conflicts=True,
        )
        _record("conversation.tagged", new, tags, by, bulk)
    return {conversation for conversation, _tag in new}


def untag_conversations(
    conversation_ids: Collection[int], tag_ids: Collection[int], by: Member, bulk: int | None = None
) -> set[int]:
    """Take tags off conversations of the member's workspace; return the conversations that lost one."""
    require_answering(by)
    with transaction.atomic():
        tags = _tags_among(tag_ids, by)
        ids = _hold_among(conversation_ids, by)
        gone = sorted(_pairs(ids, tags))
        ConversationTag.objects.filter(conversation__in=ids, tag__in=tags).delete()
        _record("conversation.untagged", gone, tags, by, bulk)
    return {conversation for conversation, _tag in gone}


def _tags_among(tag_ids: Collection[int], by: Member) -> dict[int, str]:
    tags = dict(Tag.objects.filter(workspace=by.workspace_id, id__in=tag_ids).values_list("id", "name"))
    if len(tags) != len(set(tag_ids)):
        raise NotVisible
    return tags


def _hold_among(conversation_ids: Collection[int], by: Member) -> list[int]:
    """Hold conversations against other writers, in one order, so that no two wait for each other."""
    rows = Conversation.objects.filter(workspace=by.workspace_id, id__in=conversation_ids).order_by("id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    return list(rows.values_list("id", flat=True))


def _pairs(conversation_ids: Collection[int], tag_ids: Collection[int]) -> set[_Pair]:
    found = ConversationTag.objects.filter(conversation__in=conversation_ids, tag__in=tag_ids)
    return set(found.values_list("conversation_id", "tag_id"))


def _record(kind: str, pairs: Iterable[_Pair], tags: dict[int, str], by: Member, bulk: int | None) -> None:
    """Write one event for each conversation, with all its tags of this time."""
    changed: dict[int, list[int]] = {}
    for conversation, tag in pairs:
        changed.setdefault(conversation, []).append(tag)
    record_events(
        Happening(
            kind=kind,
            workspace_id=by.workspace_id,
            by=by.id,
            conversation=conversation,
            facts={"tags": ids, "names": [tags[id_] for id_ in ids], **({"bulk": bulk} if bulk else {})},
        )
        for conversation, ids in changed.items()
    )


def find_or_make_tag(by: Member, name: str) -> Tag:
    """Return the workspace's tag of that name, in any case; make it when there is none."""
    require_answering(by)
    found = tag_called(by.workspace_id, _tidy(name))
    return found or make_tag(by, name)


def make_tag(by: Member, name: str, tone: str = Tone.CALM) -> Tag:
    """Make a tag. Raise NameTaken, TooManyTags."""
    require_answering(by)
    name, tone = _tidy(name), _known_tone(tone)
    with transaction.atomic():
        if Tag.objects.filter(workspace=by.workspace_id).count() >= MOST_TAGS:
            raise TooManyTags
        tag = Tag(workspace_id=by.workspace_id, name=name, tone=tone)
        _save(tag)
        record_event("tag.created", by.workspace_id, by, f"tag:{tag.id}", name=name, tone=tone)
    return tag


def change_tag(by: Member, tag: Tag, name: str, tone: str) -> None:
    """Rename a tag and set what its colour means. Raise NameTaken."""
    _require_leading(by)
    before = tag.name
    tag.name, tag.tone = _tidy(name), _known_tone(tone)
    with transaction.atomic():
        _save(tag)
        record_event(
            "tag.changed", by.workspace_id, by, f"tag:{tag.id}", before=before, after=tag.name, tone=tag.tone
        )


def merge_tags(by: Member, gone: Tag, kept: Tag) -> None:
    """Make one tag of two: what had either has the one that is kept."""
    _require_leading(by)
    if gone.workspace_id != by.workspace_id or kept.workspace_id != by.workspace_id or gone.id == kept.id:
        raise NotVisible
    with transaction.atomic():
        moved = ConversationTag.objects.filter(tag=gone)
        has_both = ConversationTag.objects.filter(tag=kept).values("conversation")
        count = moved.exclude(conversation__in=has_both).update(tag=kept)
        _ask_views_for(kept, gone)
        Tag.objects.filter(id=gone.id).delete()
        facts = {"before": gone.name, "after": kept.name, "conversations": count, "into": kept.id}
        record_event("tag.merged", by.workspace_id, by, f"tag:{gone.id}", **facts)


def _ask_views_for(kept: Tag, gone: Tag) -> None:
    """Have saved views that asked for one tag ask for the other."""
    views = [
        view
        for view in SavedView.objects.filter(workspace=kept.workspace_id)
        if str(gone.id) in view.wanted.get("tag", [])
    ]
    for view in views:
        tags = [str(kept.id) if tag == str(gone.id) else tag for tag in view.wanted["tag"]]
        view.wanted["tag"] = list(dict.fromkeys(tags))
    SavedView.objects.bulk_update(views, ["wanted"])


def delete_tag(by: Member, tag: Tag) -> None:
    """Delete a tag and take it off every conversation."""
    _require_leading(by)
    with transaction.atomic():
        count = ConversationTag.objects.filter(tag=tag).delete()[0]
        Tag.objects.filter(id=tag.id, workspace=by.workspace_id).delete()
        record_event("tag.deleted", by.workspace_id, by, f"tag:{tag.id}", name=tag.name, conversations=count)


def _save(tag: Tag) -> None:
    same = tag_called(tag.workspace_id, tag.name)
    if same and same.id != tag.id:
        raise NameTaken
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        raise NameTaken from error


def _tidy(name: str) -> str:
    """Write a tag's name on one line, without the mark some put before it."""
    tidy = " ".join(name.replace("\x00", "").split()).lstrip("#").strip()[:40].strip()
    if not tidy:
        raise TagNameNeeded
    return tidy


def _known_tone(tone: str) -> str:
    if tone not in Tone.values:
        raise NoSuchTone
    return tone


def _require_leading(member: Member) -> None:
    if not member.may_lead:
        raise NotAllowed
