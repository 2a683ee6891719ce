"""Changes of many as the desk says them: what is selected, what can be done, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allears.foundation.workspaces.queries import Member, active_members_of, teams_of
from allears.pipeline.conversations.queries.bulk import (
    BulkChange,
    BulkOrder,
    BulkState,
    Conversations,
    Preview,
)
from allears.pipeline.conversations.queries.names import Priority, Status
from allears.pipeline.conversations.queries.queue import visible_conversations
from allears.pipeline.conversations.queries.scopes import conversations_in
from allears.pipeline.conversations.queries.tags import tags_of_workspace
from allears.web.desk.sights import Sight, sight_of, view_named
from allears.web.desk.words import REASONS, reason_label

# More than this, or all that match, is shown before it is done.
PREVIEW_FROM = 50
_MOST_IDS = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """What a form has selected: some conversations by id, or all that a list holds."""

    sight: Sight
    ids: list[int]
    is_all: bool

    def conversations(self, member: Member) -> Conversations:
        """Return them, as far as the member may see them."""
        if self.is_all:
            return conversations_in(member, self.sight.scope)
        return visible_conversations(member).filter(id__in=self.ids)


def selection_in(posted: QueryDict, member: Member) -> Selection:
    """Read what is selected; `view` and `query` say in which list."""
    view = view_named(posted.get("view") or "all", member)
    ids = [int(id_) for id_ in posted.getlist("id") if id_.isdecimal() and len(id_) < 19]
    sight = sight_of(view, QueryDict(posted.get("query", "").removeprefix("?")))
    return Selection(sight, ids[:_MOST_IDS], posted.get("all") == "1")


def order_in(posted: QueryDict) -> BulkOrder:
    """Read what is to be done: "status:solved", "assign:" for nobody."""
    verb, _colon, value = posted.get("do", "").partition(":")
    return BulkOrder(verb, value)


def choices_for(member: Member) -> dict[str, Any]:
    """List what can be done to many: the menus of the bar."""
    able = [one for one in active_members_of(member.workspace_id) if one.may_answer]
    return {
        "members": sorted(able, key=lambda one: one.id != member.id),
        "teams": list(teams_of(member)),
        "tags": tags_of_workspace(member.workspace_id),
        "statuses": [(value, label) for value, label in Status.choices if value != Status.NEW],
        "priorities": Priority.choices,
        "reasons": REASONS,
    }


def describe_order(order: BulkOrder, member: Member) -> str:
    """Say what is to be done, as a heading: "Status: Solved"."""
    names: dict[str, tuple[str, Mapping[str, str]]] = {
        "assign": (_("Who has it"), _names(active_members_of(member.workspace_id), _("Nobody"))),
        "team": (_("Team"), _names(teams_of(member), _("No team"))),
        "status": (_("Status"), {value: str(label) for value, label in Status.choices}),
        "priority": (_("Priority"), {str(value): str(label) for value, label in Priority.choices}),
        "tag": (_("Put on"), _names(tags_of_workspace(member.workspace_id))),
        "untag": (_("Take off"), _names(tags_of_workspace(member.workspace_id))),
        "no_reply": (_("No reply needed"), {order.value: reason_label(order.value)}),
        "spam": (_("It is spam"), {}),
    }
    label, values = names.get(order.verb, ("", {}))
    value = values.get(order.value, "")
    return _("%(what)s: %(value)s") % {"what": label, "value": value} if value else label


def grouped(count: int) -> str:
    """Write a number as the reader's language groups it."""
    return number_format(count, force_grouping=True)


def _names(rows: Any, nobody: str = "") -> dict[str, str]:
    return {str(row.id): row.name for row in rows} | ({"": nobody} if nobody else {})


def describe_left(left: Mapping[str, int]) -> list[str]:
    """Say how many are left as they are, and why."""
    sentences = {
        "waits": lambda n: ngettext(
            "%(count)s waits for an answer and is left open.",
            "%(count)s wait for an answer and are left open.",
            n,
        ),
        "nothing_waits": lambda n: ngettext(
            "In %(count)s nothing waits for an answer.", "In %(count)s nothing waits for an answer.", n
        ),
        "already": lambda n: ngettext(
            "%(count)s is like that already.", "%(count)s are like that already.", n
        ),
        "gone": lambda n: ngettext(
            "%(count)s went out of your sight meanwhile.", "%(count)s went out of your sight meanwhile.", n
        ),
    }
    return [
        sentences[name](count) % {"count": grouped(count)}
        for name, count in left.items()
        if name in sentences
    ]


def describe_preview(preview: Preview) -> str:
    """Say how many would be changed."""
    text = ngettext(
        "%(count)s conversation will change.", "%(count)s conversations will change.", preview.changed
    )
    return text % {"count": grouped(preview.changed)} if preview.changed else _("Nothing would change.")


def describe_bulk(bulk: BulkChange) -> str:
    """Say what came of a change of many, or how far it is."""
    if bulk.is_under_way:
        return _("%(done)s of %(total)s") % {
            "done": grouped(bulk.handled),
            "total": grouped(bulk.total if bulk.state == BulkState.RUNNING else bulk.changed),
        }
    if bulk.state == BulkState.UNDONE:
        text = ngettext(
            "%(count)s conversation is as it was.", "%(count)s conversations are as they were.", bulk.undone
        )
        kept = ngettext(
            "%(count)s was changed by somebody since and is left.",
            "%(count)s were changed by somebody since and are left.",
            bulk.kept,
        )
        sentences = [
            text % {"count": grouped(bulk.undone)},
            kept % {"count": grouped(bulk.kept)} if bulk.kept else "",
        ]
    else:
        text = ngettext("%(count)s conversation changed.", "%(count)s conversations changed.", bulk.changed)
        sentences = [text % {"count": grouped(bulk.changed)}, *describe_left(bulk.left)]
    return " ".join(sentence for sentence in sentences if sentence)


def toast_context(bulk: BulkChange) -> dict[str, Any]:
    """What the corner says of a change of many."""
    return {
        "bulk": bulk,
        "text": describe_bulk(bulk),
        "undo_url": reverse("undo_bulk", args=[bulk.id]) if _may_be_undone(bulk) else "",
        "undo_until": bulk.undo_until,
    }


def _may_be_undone(bulk: BulkChange) -> bool:
    return bulk.state == BulkState.RUNNING or (bulk.state == BulkState.DONE and bulk.changed > 0)
