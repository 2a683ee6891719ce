"""Hear what is new on an instance: pages asked for now and then, and a stream held open in between.

The marks move only with the pages, so what the stream lost is found by the next look. What Mastodon does not
tell an app (an edit or a deletion of a post that was heard) is found by looking at the newest ones again.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event
from urllib.parse import parse_qs, quote, urlsplit

from allears.connectors.errors import Refused, SlowDown, Unreachable, Unreadable
from allears.connectors.interface import Account, Heard, Piece
from allears.connectors.json_values import Json, id_in, moment_in, object_in, parse, text_in
from allears.connectors.mastodon.client import LOOKING, Client, links_of, read_json
from allears.connectors.mastodon.places import NOT_FOR_US, Place, places_of
from allears.connectors.mastodon.reading import (
    FOUND,
    STATUS,
    piece_of_deletion,
    piece_of_event,
    piece_of_notification,
    piece_of_status,
)
from allears.connectors.mastodon.statuses import concerns
from allears.connectors.ring import Ring, Watched

PAGE = 40
MOST_PAGES_BACK = 60
WATCHED = 40
WATCHED_AT_ONCE = 20
WATCHED_FOR = timedelta(days=3)
LOOK_AGAIN_AFTER = timedelta(minutes=5)
LOOKED = "looked"
STREAM_PAUSES = (5.0, 15.0, 60.0, 300.0)
STREAM_SILENCE = 60.0


def hear_account(account: Account, stop: Event) -> Iterator[Heard]:
    """Yield what the stream tells until `stop`, opening it again whenever it breaks.

    It says nothing about its own troubles: the looks at the pages do, and find what it lost.
    """
    failures = 0
    while not stop.is_set():
        try:
            for heard in _stream(account, stop):
                failures = 0
                yield heard
        except (Unreachable, Refused):
            failures += 1
        stop.wait(STREAM_PAUSES[min(failures, len(STREAM_PAUSES) - 1)])


def poll_account(account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
    """Yield what is new in each place, the oldest first, then what changed of what was heard lately."""
    poll = _Poll(account, cursors)
    if not account.settings.get("account_id"):
        # Without knowing who we are nothing can be told apart; the keys are tried, and the next look hears.
        Client(account).ask("/api/v1/accounts/verify_credentials")
        return
    for place in places_of(account.settings):
        yield from poll.look(place)
    yield from poll.look_again()


class _Poll:
    def __init__(self, account: Account, cursors: Mapping[str, str]) -> None:
        self._client = Client(account)
        self._us = account.settings.get("account_id", "")
        self._since = account.since or datetime.now(UTC) - timedelta(days=1)
        self._cursors = cursors
        self._ring = Ring(cursors, WATCHED, WATCHED_FOR)
        self._may_look_above = True

    def look(self, place: Place) -> Iterator[Heard]:
        """Yield the pages of a place: from its mark on, or from the first moment wanted."""
        try:
            pages = self._newer(place) if self._cursors.get(place.name) else self._back(place)
            for items, mark in pages:
                yield self._heard(place, items, mark)
                yield from self._ring.watch(_worth_watching(place, items, self._us), datetime.now(UTC))
        except Refused:
            # Without that permission, or where the server has no search, the other places go on.
            if place.name == "notifications":
                raise

    def _newer(self, place: Place) -> Iterator[tuple[list[Json], str]]:
        mark, has_more = self._cursors[place.name], True
        while has_more:
            items, newest, _ = self._page(place, {"min_id": mark})
            has_more = bool(items) and bool(newest) and newest != mark
            if has_more:
                mark = newest
                yield items[::-1], mark

    def _back(self, place: Place) -> Iterator[tuple[list[Json], str]]:
        """Go back page by page as far as wanted, then give the pages, the oldest first."""
        pages: list[tuple[list[Json], str]] = []
        older: dict[str, str] = {}
        for _ in range(MOST_PAGES_BACK):
            items, newest, oldest = self._page(place, older)
            fresh = [item for item in items if (_moment(place, item) or self._since) >= self._since]
            if newest:
                pages.append((fresh[::-1], newest))
            if not items or len(fresh) < len(items) or not oldest or oldest == older.get("max_id"):
                break
            older = {"max_id": oldest}
        yield from reversed(pages)

    def _page(self, place: Place, where: Mapping[str, str]) -> tuple[list[Json], str, str]:
        """Ask for one page: its items, the newest first, and the ids that the next pages begin at."""
        response = self._client.get(place.path, {**place.query, **where, "limit": str(PAGE)})
        found = read_json(response, self._client.base)
        found = found.get("statuses") if isinstance(found, dict) else found
        items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        links = links_of(response)
        ids = sorted((id_ for item in items if (id_ := id_in(place.take(item), "id"))), key=_by_age)
        newest = _id_in_link(links.get("prev", ""), "min_id", "since_id") or (ids[-1] if ids else "")
        oldest = _id_in_link(links.get("next", ""), "max_id") or (
            ids[0] if ids and place.heard != FOUND else ""
        )
        return items, newest, oldest

    def _heard(self, place: Place, items: list[Json], mark: str) -> Heard:
        pieces = [self._piece(place, place.take(item)) for item in items]
        return Heard(pieces=tuple(piece for piece in pieces if piece), place=place.name, mark=mark)

    def _piece(self, place: Place, item: Json) -> Piece | None:
        if not item:
            return None
        if place.name == "notifications":
            return piece_of_notification(item, self.above(object_in(item, "status"), item))
        heard = STATUS if concerns(item, self._us) else place.heard
        return piece_of_status(item, self.above(item, {}), heard=heard)

    def above(self, status: Json, notification: Json) -> list[Json]:
        """Ask what a status stands under; without an answer it is heard all the same."""
        is_reaction = text_in(notification, "type") in {"favourite", "reblog"}
        if not self._may_look_above or is_reaction or not id_in(status, "in_reply_to_id"):
            return []
        if text_in(status, "visibility") == "direct":
            return []
        try:
            path = f"/api/v1/statuses/{quote(id_in(status, 'id'), safe='')}/context"
            found = self._client.ask(path, budget=LOOKING.name)
        except (Unreachable, SlowDown):
            self._may_look_above = False
            return []
        except Refused:
            return []
        above = found.get("ancestors") if isinstance(found, dict) else None
        return _trim([one for one in above if isinstance(one, dict)]) if isinstance(above, list) else []

    def piece_of_event(self, event: str, data: str) -> Piece | None:
        """Wrap an event of the stream that is for us; much of what it tells is what those we follow write."""
        if event == "delete":
            return piece_of_event(event, data)
        value = _parsed(data)
        if event == "notification" and text_in(value, "type") not in NOT_FOR_US:
            return piece_of_notification(value, self.above(object_in(value, "status"), value))
        status = object_in(value, "last_status") if event == "conversation" else value
        if event not in {"update", "status.update", "conversation"} or not concerns(status, self._us):
            return None
        return piece_of_status(status, self.above(status, {}))

    def look_again(self) -> Iterator[Heard]:
        """Look at what was heard lately for words that changed and posts that are gone."""
        at = datetime.now(UTC)
        looked = self._cursors.get(LOOKED, "")
        due = self._ring.due(at)
        if not due or (
            looked.isdecimal() and at.timestamp() < int(looked) + LOOK_AGAIN_AFTER.total_seconds()
        ):
            return
        for start in range(0, len(due), WATCHED_AT_ONCE):
            batch = due[start : start + WATCHED_AT_ONCE]
            found = self._client.ask("/api/v1/statuses", {"id[]": [one.id for one in batch]})
            there = (
                {id_in(one, "id"): one for one in found if isinstance(one, dict)}
                if isinstance(found, list)
                else {}
            )
            for one in batch:
                yield from self._changes(one, there.get(one.id), at)
        yield Heard(pieces=(), place=LOOKED, mark=str(int(at.timestamp())))

    def _changes(self, one: Watched, status: Json | None, at: datetime) -> Iterator[Heard]:
        if status is None:
            yield Heard(
                pieces=(piece_of_deletion(one.id, at),), place=LOOKED, mark=self._cursors.get(LOOKED, "")
            )
            yield self._ring.forget(one)
        elif (edited_at := _state(status)) != one.state:
            piece = piece_of_status(status, self.above(status, {}))
            yield Heard(pieces=(piece,), place=LOOKED, mark=self._cursors.get(LOOKED, ""))
            yield self._ring.renew(one, edited_at)


def _worth_watching(place: Place, items: list[Json], us: str) -> Iterator[tuple[str, str, datetime]]:
    for item in items:
        status = object_in(item, "status") if place.name == "notifications" else place.take(item)
        is_reaction = text_in(item, "type") in {"favourite", "reblog"}
        created_at = moment_in(status, "created_at")
        is_ours = id_in(object_in(status, "account"), "id") == us
        if created_at and not is_reaction and not is_ours:
            yield id_in(status, "id"), _state(status), created_at


def _state(status: Json) -> str:
    edited_at = moment_in(status, "edited_at")
    return edited_at.isoformat() if edited_at else ""


def _moment(place: Place, item: Json) -> datetime | None:
    return moment_in(place.take(item), "created_at")


def _by_age(id_: str) -> tuple[int, str]:
    """Order ids as their instance made them: longer ones are newer, then the greater."""
    return len(id_), id_


def _id_in_link(url: str, *names: str) -> str:
    found = parse_qs(urlsplit(url).query)
    return next((found[name][0] for name in names if found.get(name)), "")


def _trim(above: list[Json]) -> list[Json]:
    """Keep the root and the nearest ones."""
    return above if len(above) <= 12 else [above[0], *above[-11:]]


def _parsed(data: str) -> Json:
    try:
        value = parse(data.encode())
    except Unreadable:
        return {}
    return value if isinstance(value, dict) else {}


def _stream(account: Account, stop: Event) -> Iterator[Heard]:
    """Hold the stream open and yield what is for us."""
    poll = _Poll(account, {})
    client = Client(account)
    event = ""
    url = f"{account.settings.get('streaming_url') or client.base}/api/v1/streaming/user"
    for line in client.web.lines(url, headers=client.headers(), stop=stop, silence=STREAM_SILENCE):
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if name == "event":
            event = value.strip()
        elif name == "data" and event:
            piece = poll.piece_of_event(event, value.strip())
            event = ""
            if piece:
                yield Heard(pieces=(piece,), place="stream", mark="")
