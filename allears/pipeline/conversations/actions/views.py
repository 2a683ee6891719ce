"""Save views, change, order and delete them."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.actions import record_event
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.errors import NoSuchOrder, TooManyViews, ViewNameNeeded
from allears.pipeline.conversations.models import Audience, Order, SavedView
from allears.pipeline.conversations.queries.filters import ConversationFilter, as_mapping
from allears.pipeline.conversations.queries.saved_views import may_change_view, visible_saved_views

MOST_VIEWS = 60


@dataclass(frozen=True, slots=True)
class ViewWords:
    """What is said of a view: its name, for whom it is ("me", "all", "team:3"), its filter and order."""

    name: str
    audience: str
    wanted: ConversationFilter
    order: str = Order.WAITING


def save_view(by: Member, words: ViewWords) -> SavedView:
    """Save a view at the end of its part of the rail. Raise TooManyViews."""
    with transaction.atomic():
        if len(visible_saved_views(by)) >= MOST_VIEWS:
            raise TooManyViews
        view = SavedView(workspace_id=by.workspace_id, owner=by)
        _put_words(view, words, by)
        view.position = _last_position(view) + 1
        view.save()
        _record("view.saved", view, by)
    return view


def change_view(by: Member, view: SavedView, words: ViewWords) -> None:
    """Change a saved view's name, audience, filter and order."""
    _require_change(by, view)
    with transaction.atomic():
        place = _place(view)
        _put_words(view, words, by)
        if _place(view) != place:
            view.position = _last_position(view) + 1
            SavedView.objects.filter(id=view.id).update(position=view.position)
        view.save(update_fields=["owner", "audience", "team", "name", "wanted", "order"])
        _record("view.changed", view, by)


def delete_view(by: Member, view: SavedView) -> None:
    """Delete a saved view; its conversations stand where they are."""
    _require_change(by, view)
    with transaction.atomic():
        _record("view.deleted", view, by)
        SavedView.objects.filter(id=view.id).delete()


def move_view(by: Member, view: SavedView, step: int) -> None:
    """Move a view up (-1) or down (1) among those of the same audience."""
    _require_change(by, view)
    with transaction.atomic():
        beside = [one for one in visible_saved_views(by) if _place(one) == _place(view)]
        at = next(number for number, one in enumerate(beside) if one.id == view.id)
        to = min(max(at + step, 0), len(beside) - 1)
        if to == at:
            return
        beside.insert(to, beside.pop(at))
        for position, one in enumerate(beside, 1):
            one.position = position
        SavedView.objects.bulk_update(beside, ["position"])
        _record("view.changed", view, by)


def _place(view: SavedView) -> tuple[str, int | None]:
    return (view.audience, view.team_id)


def _put_words(view: SavedView, words: ViewWords, by: Member) -> None:
    view.name = " ".join(words.name.replace("\x00", "").split())[:60]
    if not view.name:
        raise ViewNameNeeded
    if words.order not in Order.values:
        raise NoSuchOrder
    view.order, view.wanted = words.order, as_mapping(words.wanted)
    audience, _, team = words.audience.partition(":")
    view.audience, view.team_id = _known_audience(audience), _own_team(team, by) if team else None
    if view.audience == Audience.ME and view.owner_id != by.id:
        view.owner = by
    _require_change(by, view)


def _known_audience(audience: str) -> str:
    if audience not in Audience.values:
        raise NotVisible
    return audience


def _own_team(team: str, by: Member) -> int:
    """Return the id of a team the member belongs to. Raise NotVisible for any other."""
    found = by.teams.filter(id=int(team)).first() if team.isdecimal() and len(team) < 19 else None
    if found is None:
        raise NotVisible
    return int(found.id)


def _require_change(by: Member, view: SavedView) -> None:
    if not may_change_view(by, view):
        raise NotAllowed


def _last_position(view: SavedView) -> int:
    beside = SavedView.objects.filter(workspace=view.workspace_id, audience=view.audience, team=view.team_id)
    return beside.aggregate(last=Max("position"))["last"] or 0


def _record(kind: str, view: SavedView, by: Member) -> None:
    record_event(kind, view.workspace_id, by, f"view:{view.id}", name=view.name, audience=view.audience)
