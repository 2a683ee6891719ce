"""Find the thread of each arrival: by the network's own thread, our signed token, or message ids.

Message ids come in any order: whatever names a common id belongs together, so two threads are joined
when a message shows that they were one. A forward starts anew and is found only by its own id.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from allears.foundation.rows import insert_rows
from allears.pipeline.conversations.models import Thread, ThreadKey

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

MOST_KEYS = 40
_Key = tuple[int, str]


def find_threads(arrivals: "Sequence[Arrival]") -> list[tuple[Thread, Thread]]:
    """Give every arrival its thread, making new ones; return pairs of threads that turned out to be one."""
    by_id = _named_threads(arrivals)
    by_token = _threads_by_token(arrivals)
    by_key = _threads_by_key(arrivals)
    joins: list[tuple[Thread, Thread]] = []
    new_keys: dict[_Key, Thread] = {}
    for arrival in arrivals:
        name = (arrival.channel_id, arrival.incoming.thread)
        if arrival.incoming.thread:
            arrival.thread = by_id.get(name) or _new_thread(arrival)
            by_id[name] = arrival.thread
            continue
        token = by_token.get((arrival.channel_id, arrival.incoming.thread_token))
        found = ([token] if token else []) + [by_key[key] for key in _keys(arrival) if key in by_key]
        arrival.thread = found[0] if found else _new_thread(arrival)
        joins += [(arrival.thread, other) for other in found[1:] if other is not arrival.thread]
        for key in _keys(arrival):
            if key not in by_key:
                by_key[key] = new_keys[key] = arrival.thread
    _save(arrivals, new_keys)
    return _each_once(joins)


def _keys(arrival: "Arrival") -> list[_Key]:
    """List the ids that tell the thread, the nearest first, the message's own among them."""
    incoming = arrival.incoming
    ids = [incoming.in_reply_to, incoming.bounced_id, *reversed(incoming.references)]
    if incoming.starts_anew:
        ids = []
    ids.append(incoming.external_id)
    if len(ids) > MOST_KEYS:
        ids = [*ids[: MOST_KEYS - 2], ids[-2], ids[-1]]
    return [(arrival.channel_id, id_[:300]) for id_ in dict.fromkeys(ids) if id_]


def _new_thread(arrival: "Arrival") -> Thread:
    return Thread(
        workspace_id=arrival.workspace_id,
        channel_id=arrival.channel_id,
        external_id=arrival.incoming.thread[:300],
        visibility=arrival.incoming.visibility,
        subject=arrival.incoming.subject[:300],
    )


def _named_threads(arrivals: "Sequence[Arrival]") -> dict[_Key, Thread]:
    names = _by_channel((a.channel_id, a.incoming.thread) for a in arrivals if a.incoming.thread)
    return {
        (channel_id, thread.external_id): thread
        for channel_id, ids in names.items()
        for thread in Thread.objects.filter(channel=channel_id, external_id__in=ids)
    }


def _threads_by_token(arrivals: "Sequence[Arrival]") -> dict[_Key, Thread]:
    """Find threads by tokens, which the connector checked; a forward may carry one by accident."""
    tokens = _by_channel(
        (a.channel_id, a.incoming.thread_token)
        for a in arrivals
        if a.incoming.thread_token.isdecimal() and not a.incoming.starts_anew
    )
    return {
        (channel_id, str(thread.id)): thread
        for channel_id, ids in tokens.items()
        for thread in Thread.objects.filter(channel=channel_id, id__in=ids)
    }


def _threads_by_key(arrivals: "Sequence[Arrival]") -> dict[_Key, Thread]:
    keys = _by_channel(key for a in arrivals if not a.incoming.thread for key in _keys(a))
    found: dict[_Key, Thread] = {}
    threads: dict[int, Thread] = {}
    for channel_id, ids in keys.items():
        for row in ThreadKey.objects.filter(channel=channel_id, key__in=ids).select_related("thread"):
            found[channel_id, row.key] = threads.setdefault(row.thread_id, row.thread)
    return found


def _by_channel(pairs: Iterable[_Key]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for channel_id, value in pairs:
        found.setdefault(channel_id, []).append(value)
    return found


def _save(arrivals: "Sequence[Arrival]", new_keys: dict[_Key, Thread]) -> None:
    threads = {id(a.thread): a.thread for a in arrivals if a.thread}
    insert_rows(thread for thread in threads.values() if thread._state.adding)
    insert_rows(
        ThreadKey(channel_id=channel_id, key=key, thread=thread)
        for (channel_id, key), thread in new_keys.items()
    )


def _each_once(joins: list[tuple[Thread, Thread]]) -> list[tuple[Thread, Thread]]:
    """Keep one pair for each thread that is to be joined to another; the older one wins."""
    once: dict[int, tuple[Thread, Thread]] = {}
    for one, other in joins:
        winner, loser = sorted((one, other), key=lambda thread: thread.pk)
        if winner.pk != loser.pk:
            once.setdefault(loser.pk, (winner, loser))
    return list(once.values())
