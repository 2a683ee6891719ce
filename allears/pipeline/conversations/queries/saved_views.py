"""Saved views: which a member has, what they hold, and how many conversations, exactly."""

import json
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, When

from allears.foundation.errors import NotVisible
from allears.foundation.events.queries import last_event_id_of
from allears.foundation.workspaces.models import Member
from allears.foundation.workspaces.queries import hidden_team_ids
from allears.pipeline.conversations.models import Audience, Conversation, Order, SavedView
from allears.pipeline.conversations.queries.filters import EVERYTHING, ME, ConversationFilter, parse_filter
from allears.pipeline.conversations.queries.queue import (
    COUNTS_SERVE_FOR,
    UNCHANGED_COUNTS_SERVE_FOR,
    counted_views,
    visible_conversations,
)
from allears.pipeline.conversations.queries.scopes import Scope, conversations_in

__all__ = ["Audience", "Order", "SavedView"]

# Counting dear views again and again would cost more than it tells: so many times its own cost apart.
_APART = 20
_Key = tuple[int, tuple[int, ...], int, str]
_MOST_KEPT = 5_000


def visible_saved_views(member: Member) -> list[SavedView]:
    """List the saved views in a member's rail: their own, those of their teams, those for everyone."""
    turn = Case(
        When(audience=Audience.ME, then=0),
        When(audience=Audience.TEAM, then=1),
        default=2,
        output_field=IntegerField(),
    )
    return list(_visible(member).select_related("team").order_by(turn, "team", "position", "id"))


def get_visible_saved_view(member: Member, saved_view_id: int) -> SavedView:
    """Return a saved view of the member's rail. Raise NotVisible for any other."""
    view = _visible(member).filter(id=saved_view_id).select_related("team", "owner").first()
    if view is None:
        raise NotVisible
    return view


def _visible(member: Member) -> QuerySet[SavedView]:
    mine = Q(audience=Audience.ME, owner=member) | Q(audience=Audience.ALL)
    mine |= Q(audience=Audience.TEAM, team__in=member.teams.values("id"))
    return SavedView.objects.filter(mine, workspace=member.workspace_id)


def may_change_view(member: Member, view: SavedView) -> bool:
    """Say whether a member may change or delete a saved view that they see."""
    if view.audience == Audience.ME:
        return view.owner_id == member.id
    return member.may_answer if view.audience == Audience.TEAM else member.may_lead


def audiences_of(member: Member) -> list[tuple[str, str]]:
    """List for whom a member may save a view: Audience values, a team as "team:3", with their labels."""
    found = [(str(Audience.ME), str(Audience.ME.label))]
    if member.may_answer:
        found += [(f"team:{team.id}", team.name) for team in member.teams.order_by("name")]
    return [*found, (str(Audience.ALL), str(Audience.ALL.label))] if member.may_lead else found


def filter_of(view: SavedView) -> ConversationFilter:
    """Read what a saved view asks for."""
    return parse_filter(view.wanted)


def scope_of(view: SavedView, asked: ConversationFilter, order: str = "") -> Scope:
    """Return what a saved view shows, narrowed by a filter on top."""
    return Scope("all", filter_of(view), asked, order or view.order)


def saved_view_counts(member: Member, views: Iterable[SavedView]) -> dict[str, int]:
    """Count what stands in each view, for this member, by the view's name in addresses.

    All that have to be counted are counted in one statement, again only after something happened.
    """
    hidden = tuple(sorted(hidden_team_ids(member)))
    keys = {view.path: (view, _key_of(view, member, hidden)) for view in views}
    newest = last_event_id_of(member.workspace_id) if keys else 0
    stale = {key: view for view, key in keys.values() if not _serves(key, newest)}
    if stale:
        _count_again(member, stale, newest)
    return {path: counted_views[key][3] for path, (_view, key) in keys.items()}


def _key_of(view: SavedView, member: Member, hidden: tuple[int, ...]) -> _Key:
    """Tell apart what may be counted differently: colleagues who see the same share a count."""
    is_personal = ME in view.wanted.get("assignee", []) or "text" in view.wanted
    asked = json.dumps(view.wanted, sort_keys=True)
    return (member.workspace_id, hidden, member.id if is_personal else 0, asked)


def _serves(key: _Key, newest: int) -> bool:
    counted_at, cost, event_id, _ = counted_views.get(key, (0.0, 0.0, -1, 0))
    age = monotonic() - counted_at
    if age < max(COUNTS_SERVE_FOR, cost * _APART):
        return event_id >= 0
    return event_id == newest and age < UNCHANGED_COUNTS_SERVE_FOR


def _count_again(member: Member, stale: dict[_Key, SavedView], newest: int) -> None:
    began = monotonic()
    visible = visible_conversations(member)
    counts = _count_all(
        [conversations_in(member, scope_of(view, EVERYTHING), visible) for view in stale.values()]
    )
    at = monotonic()
    if len(counted_views) > _MOST_KEPT:
        counted_views.clear()
    for key, count in zip(stale, counts, strict=True):
        counted_views[key] = (at, (at - began) / len(stale), newest, count)


def _count_all(asked: Sequence[QuerySet[Conversation]]) -> list[int]:
    """Count several sets in one statement, each by the index that suits it."""
    parts: list[str] = []
    values: list[Any] = []
    for found in asked:
        try:
            statement, given = found.order_by().values("id").query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({statement}) AS counted)")  # noqa: S608 - Django wrote it
        values.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())
