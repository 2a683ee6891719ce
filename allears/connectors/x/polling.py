"""Ask X now and then for what is new, place by place; webhooks and the stream only make it faster.

Each kind of item has a place and a mark of its own, so that a direct message hides no older mention. What is
newest comes first from X and is turned round here. X charges what it hands out once a day, however often it
does; the ledger counts each when it is first read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allears.connectors.interface import Account, Heard, Piece
from allears.connectors.meta.values import Json, id_in, objects_in, text_in, write_json
from allears.connectors.x.asking import OF_MESSAGES, ask_posts
from allears.connectors.x.cutting import cut_page
from allears.connectors.x.describing import MESSAGE_READ, MESSAGES, OWN_READ, POST_READ, READ, SEARCH
from allears.connectors.x.marks import Watched, Way, watched_in, way_of
from allears.connectors.x.moments import moment_in_id, newest_of, written_at
from allears.connectors.x.network import ask, spend
from allears.connectors.x.posts import history_of, root_of

MENTIONS, OURS, DIRECT, THREADS, FOUND, AGAIN = (
    "mentions",
    "ours",
    "direct",
    "conversations",
    "found",
    "again",
)
PAGES = 8
PER_PAGE = "100"
SEARCH_GOES_BACK = timedelta(days=7) - timedelta(minutes=1)
LOOK_AGAIN_EVERY = 6 * 3600
LOOK_AGAIN_FOR = timedelta(days=2)
LONGEST_QUERY = 512


@dataclass(frozen=True, slots=True)
class Place:
    """One list of X: how it is asked, and what each thing in it costs."""

    name: str
    price: str
    ask: Callable[[dict[str, str]], Json]
    takes_since: bool = True
    back: timedelta | None = None


def poll(account: Account, cursors: Mapping[str, str]) -> Iterator[Heard]:
    """Ask once, place by place: what is meant for us first, what is only watched last."""
    us = account.settings.get("account_id", "")
    seen: list[Json] = []
    yield from _read(_posts(MENTIONS, f"/2/users/{us}/mentions", POST_READ, account), account, cursors, seen)
    yield from _read(_posts(OURS, f"/2/users/{us}/tweets", OWN_READ, account), account, cursors, seen)
    if account.settings.get("follow", "yes") == "yes":
        yield from _follow(account, cursors, seen)
    words = account.settings.get("search_words", "").strip()
    if words:
        yield from _read(_search(FOUND, f"({words}) -is:retweet", account), account, cursors, seen)
    yield from _look_again(account, cursors, seen)
    yield from _read(_messages(account), account, cursors, [])


def _posts(name: str, path: str, price: str, account: Account) -> Place:
    def ask_page(query: dict[str, str]) -> Json:
        return ask_posts(account, path, {"max_results": PER_PAGE, **query}, budget=READ)

    return Place(name, price, ask_page)


def _search(name: str, words: str, account: Account) -> Place:
    handle = account.settings.get("handle", "").lstrip("@")
    query = f"{words} -from:{handle}" if handle else words

    def ask_page(more: dict[str, str]) -> Json:
        asked = {"query": query, "max_results": PER_PAGE, **more}
        return ask_posts(account, "/2/tweets/search/recent", asked, budget=SEARCH)

    return Place(name, POST_READ, ask_page, back=SEARCH_GOES_BACK)


def _messages(account: Account) -> Place:
    def ask_page(query: dict[str, str]) -> Json:
        asked = {"max_results": PER_PAGE, **OF_MESSAGES, **query}
        return ask(account, "/2/dm_events", asked, budget=MESSAGES)

    return Place(DIRECT, MESSAGE_READ, ask_page, takes_since=False)


def _read(place: Place, account: Account, cursors: Mapping[str, str], seen: list[Json]) -> Iterator[Heard]:
    """Read a place down to where it was last heard: oldest first, in steps of some pages if the gap is long."""
    way = way_of(cursors.get(place.name, ""))
    while True:
        pages, way = _gather(place, way, account)
        for page in reversed(pages):
            seen += [row for row in objects_in(page, "data") if "text" in row]
            yield Heard(pieces=tuple(_pieces(page)), place=place.name, mark=str(way))
        if not way.token:
            return


def _gather(place: Place, way: Way, account: Account) -> tuple[list[Json], Way]:
    """Ask for up to so many pages, the newest first. The way tells how to go on, or that the floor is reached."""
    pages: list[Json] = []
    while len(pages) < PAGES:
        told = place.ask(_query(place, way, account))
        page, is_down = _above_floor(told, way, account)
        spend(account, place.price, len(list(objects_in(page, "data"))))
        newest = newest_of([way.newest, *(id_in(row, "id") for row in objects_in(page, "data"))])
        token = "" if is_down else text_in(told, "meta", "next_token")
        way = Way(newest, way.floor, token)
        pages.append(page)
        if not token:
            return pages, Way(newest)
    return pages, way


def _query(place: Place, way: Way, account: Account) -> dict[str, str]:
    query = {"pagination_token": way.token} if way.token else {}
    if not place.takes_since:
        return query
    if way.floor and not _is_too_old(way.floor, place):
        return {**query, "since_id": way.floor}
    start = account.since or datetime.now(UTC)
    if place.back:
        start = max(start, datetime.now(UTC) - place.back)
    return {**query, "start_time": start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def _is_too_old(floor: str, place: Place) -> bool:
    """Recent search refuses ids from before the week it knows."""
    at = moment_in_id(floor)
    return bool(place.back and at and at < datetime.now(UTC) - place.back)


def _above_floor(told: Json, way: Way, account: Account) -> tuple[Json, bool]:
    """Drop what was heard before, where X can't be asked for less; say whether the floor is reached."""
    rows = list(objects_in(told, "data"))
    new = [row for row in rows if _is_new(row, way.floor, account)]
    return {**told, "data": new}, len(new) < len(rows)


def _is_new(row: Json, floor: str, account: Account) -> bool:
    number = id_in(row, "id")
    if floor and number.isdecimal():
        return int(number) > int(floor)
    at = written_at(row, number, datetime.now(UTC))
    return account.since is None or at >= account.since


def _pieces(page: Json) -> list[Piece]:
    if not page.get("data") and not page.get("errors"):
        return []
    return [piece for piece in cut_page(write_json(page)) if piece.key]


def _follow(account: Account, cursors: Mapping[str, str], seen: list[Json]) -> Iterator[Heard]:
    """Search the latest exchanges we take part in for what names nobody of ours."""
    watched = watched_in(cursors.get(THREADS, ""))
    us = account.settings.get("account_id", "")
    ours = [root_of(row) for row in seen if id_in(row, "author_id") == us]
    now_watched = watched.with_ids([one for one in ours if not _is_old(one, SEARCH_GOES_BACK)])
    fresh = tuple(one for one in now_watched.ids if not _is_old(one, SEARCH_GOES_BACK))
    newest = watched.newest
    if fresh:
        words = " OR ".join(f"conversation_id:{one}" for one in fresh)
        while len(words) > LONGEST_QUERY - 40:
            words = words.rpartition(" OR ")[0]
        place = _search(THREADS, f"({words})", account)
        pages, way = _gather(place, way_of(newest), account)
        newest = way.newest
        mark = str(Watched(fresh, newest, 0))
        for page in reversed(pages):
            yield Heard(pieces=tuple(_pieces(page)), place=THREADS, mark=mark)
    elif watched.ids:
        yield Heard(pieces=(), place=THREADS, mark=str(Watched((), newest, 0)))


def _is_old(number: str, most: timedelta) -> bool:
    at = moment_in_id(number)
    return at is None or at < datetime.now(UTC) - most


def _look_again(account: Account, cursors: Mapping[str, str], seen: list[Json]) -> Iterator[Heard]:
    """Look the latest posts up again, a few times a day: a deletion is announced to nobody."""
    us, at = account.settings.get("account_id", ""), int(datetime.now(UTC).timestamp())
    watched = watched_in(cursors.get(AGAIN, ""))
    others = [history_of(row)[0] for row in seen if id_in(row, "author_id") != us]
    kept = [one for one in watched.ids if not _is_old(one, LOOK_AGAIN_FOR)]
    now_watched = Watched((), "", watched.looked_at or at).with_ids([*kept, *others])
    if at - now_watched.looked_at < LOOK_AGAIN_EVERY or not kept:
        if now_watched != watched and now_watched.ids:
            yield Heard(pieces=(), place=AGAIN, mark=str(now_watched))
        return
    page = ask_posts(account, "/2/tweets", {"ids": ",".join(kept)}, budget=READ)
    spend(account, POST_READ, len(list(objects_in(page, "data"))))
    gone = [piece for piece in _pieces(page) if piece.key.startswith("gone:")]
    left = tuple(one for one in now_watched.ids if f"gone:{one}" not in {piece.key for piece in gone})
    yield Heard(pieces=tuple(gone), place=AGAIN, mark=str(Watched(left, "", at)))
