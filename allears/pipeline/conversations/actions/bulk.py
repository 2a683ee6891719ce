"""Change many conversations at once: begun with a list that stands, carried on in batches, undone for a while.

Each batch is one transaction with its events and its marks, so whatever dies is taken up where it stopped.
"""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from allears.foundation.clock import now
from allears.foundation.events.actions import record_event, record_events
from allears.foundation.events.queries import last_event_id
from allears.foundation.work.actions import put_job
from allears.foundation.workspaces.models import Member, Team
from allears.pipeline.conversations.actions.bulk_rows import (
    end_messages,
    hold_visible,
    picture_of,
    unanswered_in,
    write_conversations,
    write_items,
)
from allears.pipeline.conversations.actions.bulk_rules import (
    ALREADY,
    GONE,
    OUTCOMES,
    RULES,
    TAGGING,
    Batch,
)
from allears.pipeline.conversations.actions.bulk_undo import turn_round, undo_batch
from allears.pipeline.conversations.actions.holding import require_answering
from allears.pipeline.conversations.actions.tagging import tag_conversations, untag_conversations
from allears.pipeline.conversations.errors import NothingSelected
from allears.pipeline.conversations.models import BulkChange, BulkItem, BulkState, Conversation, ItemState
from allears.pipeline.conversations.queries.bulk import BulkOrder, Conversations, check_order

BATCH = 200
AT_ONCE = 200
UNDO_FOR = timedelta(seconds=10)
KEPT_FOR = timedelta(days=1)


def begin_bulk(by: Member, order: BulkOrder, conversations: Conversations) -> BulkChange:
    """Begin to change some conversations: few are done at once, many by a job. Raise what `check_order` does."""
    require_answering(by)
    check_order(by, order)
    with transaction.atomic():
        bulk = BulkChange.objects.create(
            workspace_id=by.workspace_id, member=by, verb=order.verb, value=order.value, begun_at=now()
        )
        bulk.total = _list_items(bulk, conversations)
        if not bulk.total:
            raise NothingSelected
        bulk.save(update_fields=["total"])
        facts = {"verb": bulk.verb, "value": bulk.value, "conversations": bulk.total}
        record_event("bulk.begun", bulk.workspace_id, by, f"bulk:{bulk.id}", **facts)
        if bulk.total > AT_ONCE:
            put_job("carry_on_bulk", key=f"bulk:{bulk.id}", bulk_id=bulk.id)
    if bulk.total <= AT_ONCE:
        carry_on_bulk(bulk.id)
    bulk.refresh_from_db()
    return bulk


def undo_bulk(by: Member, bulk: BulkChange) -> None:
    """Take a bulk change back, while there is time: few at once, many by a job. Raise TooLateToUndo."""
    is_at_once = bulk.total <= AT_ONCE
    with transaction.atomic():
        turn_round(by, bulk)
        if not is_at_once:
            put_job("carry_on_bulk", key=f"bulk-undo:{bulk.id}", bulk_id=bulk.id)
    if is_at_once:
        carry_on_bulk(bulk.id)
    bulk.refresh_from_db()


def _list_items(bulk: BulkChange, conversations: Conversations) -> int:
    """Write down which conversations are meant, in one statement, whatever their number; return it."""
    table = BulkItem._meta.db_table
    found, values = conversations.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (bulk_id, conversation, state, before, event)"  # noqa: S608 - Django wrote it
            f" SELECT %s, chosen.id, %s, '{{}}', 0 FROM ({found}) AS chosen",
            [bulk.id, ItemState.WAITING, *values],
        )
        return int(cursor.rowcount)


def carry_on_bulk(bulk_id: int) -> None:
    """Carry a bulk change on to its end, or back to its beginning."""
    while _step(bulk_id):
        pass


def _step(bulk_id: int) -> bool:
    """Do the next batch; say whether there may be another."""
    with transaction.atomic():
        bulk = _held(bulk_id)
        if bulk is None or not bulk.is_under_way:
            return False
        is_back = bulk.state == BulkState.UNDOING
        wanted = ItemState.CHANGED if is_back else ItemState.WAITING
        items = list(bulk.items.filter(state=wanted).order_by("id")[:BATCH])
        if not items:
            _end(bulk)
            return False
        if is_back:
            undo_batch(bulk, items)
        else:
            _do_batch(bulk, items)
        return True


def _held(bulk_id: int) -> BulkChange | None:
    rows = BulkChange.objects.filter(id=bulk_id)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    return rows.select_related("member").first()


def _end(bulk: BulkChange) -> None:
    is_back = bulk.state == BulkState.UNDOING
    bulk.state = BulkState.UNDONE if is_back else BulkState.DONE
    bulk.undo_until = None if is_back else now() + UNDO_FOR
    bulk.save(update_fields=["state", "undo_until"])
    kind, facts = ("bulk.undone", {"kept": bulk.kept}) if is_back else ("bulk.done", {"left": bulk.left})
    count = bulk.undone if is_back else bulk.changed
    told: dict[str, Any] = {"verb": bulk.verb, "value": bulk.value, "conversations": count, **facts}
    record_event(kind, bulk.workspace_id, bulk.member, f"bulk:{bulk.id}", **told)


def _do_batch(bulk: BulkChange, items: list[BulkItem]) -> None:
    held = {one.id: one for one in hold_visible(bulk.member, [item.conversation for item in items])}
    left = {item.conversation: GONE for item in items if item.conversation not in held}
    left |= _tag(bulk, held) if bulk.verb in TAGGING else _apply(bulk, held, items)
    last = last_event_id()
    for item in items:
        reason = left.get(item.conversation, "")
        item.state, item.event = (ItemState.LEFT, 0) if reason else (ItemState.CHANGED, last)
        if reason:
            bulk.left[reason] = bulk.left.get(reason, 0) + 1
    bulk.changed += sum(item.state == ItemState.CHANGED for item in items)
    write_items(items)
    bulk.save(update_fields=["changed", "left"])


def _tag(bulk: BulkChange, held: dict[int, Conversation]) -> dict[int, str]:
    """Tag or untag a batch; return why which are left."""
    change = tag_conversations if bulk.verb == "tag" else untag_conversations
    changed = change(list(held), [int(bulk.value)], bulk.member, bulk.id)
    return dict.fromkeys(held.keys() - changed, ALREADY)


def _apply(bulk: BulkChange, held: dict[int, Conversation], items: list[BulkItem]) -> dict[int, str]:
    """Change a batch by the verb's rule, write it and tell it; return why which are left."""
    batch = Batch(bulk.member, bulk.id, bulk.value, now(), unanswered_in(held), _members_of_private(bulk))
    pictures = {id_: picture_of(one) for id_, one in held.items()}
    left = {id_: reason for id_, one in held.items() if (reason := RULES[bulk.verb](batch, one))}
    if batch.ended:
        ids = [message for messages in batch.ended.values() for message in messages]
        reason = bulk.value if bulk.verb == "no_reply" else ""
        end_messages(ids, OUTCOMES[bulk.verb], reason, bulk.member, batch.at)
    write_conversations(one for id_, one in held.items() if id_ not in left)
    record_events(batch.happenings)
    for item in items:
        if item.conversation in held and item.conversation not in left:
            item.before = pictures[item.conversation]
            item.before["messages"] = batch.ended.get(item.conversation, [])
    return left


def _members_of_private(bulk: BulkChange) -> set[int] | None:
    if bulk.verb != "team" or not bulk.value:
        return None
    team = Team.objects.filter(id=int(bulk.value), workspace=bulk.workspace_id, is_private=True).first()
    return set(team.members.values_list("id", flat=True)) if team else None


def forget_old_bulk_items() -> None:
    """Let go of what was kept for undoing changes of the past; the ledger still tells of each."""
    ended = BulkChange.objects.filter(
        state__in=[BulkState.DONE, BulkState.UNDONE], begun_at__lt=now() - KEPT_FOR
    )
    BulkItem.objects.filter(bulk__in=ended.values("id")).delete()
