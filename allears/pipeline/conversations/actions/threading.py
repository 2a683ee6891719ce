"""Find the thread of each arrival: by the network's own thread, our signed token, or message ids.

Message ids come in any order: whatever names a common id belongs together, so two threads are joined
when a message shows that they were one. A forward starts anew and is found only by its own id.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from allears.foundation.rows import find_rows, insert_rows, new_row, select_rows
from allears.pipeline.conversations.models import Message, Thread, ThreadKey

if TYPE_CHECKING:
    from allears.pipeline.conversations.actions.filing import Arrival

MOST_KEYS = 40
# No message id begins like this: where a thread went that was joined to another.
MOVED = "\x01thread "
_NAMED = "channel_id = %s AND NOT (external_id = '') AND external_id {among}"
_KEYED = "SELECT key, thread_id FROM conversations_threadkey WHERE channel_id = %s AND key {among}"
_Key = tuple[int, str]


def find_threads(arrivals: "Sequence[Arrival]") -> list[tuple[Thread, Thread]]:
    """Give every arrival its thread, making new ones; return (winner, loser) for those that turned out to be one."""
    by_name = _named_threads(arrivals)
    by_token = _threads_by_token(arrivals)
    by_key = _threads_by_key(arrivals)
    pairs: list[tuple[Thread, Thread]] = []
    new_keys: dict[_Key, Thread] = {}
    for arrival in arrivals:
        if arrival.incoming.thread:
            found = _found_by_name(arrival, by_name, by_key)
        else:
            found = _found_by_ids(arrival, by_token, by_key)
            for key in _keys(arrival):
                if key not in by_key:
                    by_key[key] = new_keys[key] = found[0]
        arrival.thread = found[0]
        pairs += [(found[0], other) for other in found[1:]]
    _save(arrivals, new_keys)
    return _join(pairs)


def _found_by_name(
    arrival: "Arrival", by_name: dict[_Key, Thread], by_key: dict[_Key, Thread]
) -> list[Thread]:
    """Take the thread the network names, and one that waited for this message without knowing the name."""
    name = (arrival.channel_id, arrival.incoming.thread)
    thread = by_name.get(name) or by_name.setdefault(name, _new_thread(arrival))
    waited = by_key.setdefault((arrival.channel_id, arrival.incoming.external_id), thread)
    return [thread] if waited.external_id or not _fits(arrival, waited) else [thread, waited]


def _found_by_ids(
    arrival: "Arrival", by_token: dict[_Key, Thread], by_key: dict[_Key, Thread]
) -> list[Thread]:
    """Take every thread that the message's ids and its signed address lead to, the nearest first."""
    found = [by_key[key] for key in _keys(arrival) if key in by_key]
    token = by_token.get((arrival.channel_id, arrival.incoming.thread_token))
    if token and not arrival.incoming.starts_anew:
        found.insert(0, token)
    return [thread for thread in found if _fits(arrival, thread)] or [_new_thread(arrival)]


def _fits(arrival: "Arrival", thread: Thread) -> bool:
    """Keep what was said in private out of public threads, and the other way round."""
    return thread.visibility == arrival.incoming.visibility


def _keys(arrival: "Arrival") -> list[_Key]:
    """List the ids that tell the thread, the nearest first, the message's own at the end."""
    incoming = arrival.incoming
    ids = [incoming.in_reply_to, incoming.bounced_id, *reversed(incoming.references)]
    if incoming.starts_anew:
        ids = []
    ids.append(incoming.external_id)
    if len(ids) > MOST_KEYS:
        ids = [*ids[: MOST_KEYS - 2], ids[-2], ids[-1]]
    return [(arrival.channel_id, id_) for id_ in dict.fromkeys(ids) if id_ and id_[0] != MOVED[0]]


def _new_thread(arrival: "Arrival") -> Thread:
    return new_row(
        Thread,
        workspace_id=arrival.workspace_id,
        channel_id=arrival.channel_id,
        external_id=arrival.incoming.thread,
        visibility=arrival.incoming.visibility,
        subject=arrival.incoming.subject[:300],
        starts_anew=arrival.incoming.starts_anew,
    )


def _named_threads(arrivals: "Sequence[Arrival]") -> dict[_Key, Thread]:
    names = _by_channel((a.channel_id, a.incoming.thread) for a in arrivals if a.incoming.thread)
    return {
        (channel_id, thread.external_id): thread
        for channel_id, ids in names.items()
        for thread in find_rows(Thread, _NAMED, channel_id, among=ids)
    }


def _threads_by_token(arrivals: "Sequence[Arrival]") -> dict[_Key, Thread]:
    """Find threads by tokens, which the connector checked; those that were joined, by where they went."""
    tokens = _by_channel(
        (a.channel_id, a.incoming.thread_token) for a in arrivals if a.incoming.thread_token.isdecimal()
    )
    found: dict[_Key, Thread] = {}
    for channel_id, ids in tokens.items():
        for thread in Thread.objects.filter(channel=channel_id, id__in=ids):
            found[channel_id, str(thread.id)] = thread
        moved = ThreadKey.objects.filter(channel=channel_id, key__in=[f"{MOVED}{id_}" for id_ in ids])
        for row in moved.select_related("thread"):
            found[channel_id, row.key.removeprefix(MOVED)] = row.thread
    return found


def _threads_by_key(arrivals: "Sequence[Arrival]") -> dict[_Key, Thread]:
    """Find threads by message ids: those remembered for threads without a name, and messages of named ones."""
    own = [(a.channel_id, a.incoming.external_id) for a in arrivals if a.incoming.thread]
    keys = [key for a in arrivals if not a.incoming.thread for key in _keys(a)]
    found: dict[_Key, Thread] = {}
    threads: dict[int, Thread] = {}
    for channel_id, ids in _by_channel(keys).items():
        named = Message.objects.filter(channel=channel_id, external_id__in=ids).exclude(
            thread__external_id=""
        )
        for message in named.select_related("thread").only("external_id", "thread"):
            found[channel_id, message.external_id] = threads.setdefault(message.thread_id, message.thread)
    for channel_id, ids in _by_channel([*keys, *own]).items():
        rows = select_rows(_KEYED, channel_id, among=ids)
        missing = {thread_id for _, thread_id in rows if thread_id not in threads}
        threads.update((thread.id, thread) for thread in find_rows(Thread, "id {among}", among=missing))
        found.update(((channel_id, key), threads[thread_id]) for key, thread_id in rows)
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
        new_row(ThreadKey, channel_id=channel_id, key=key, thread_id=thread.id)
        for (channel_id, key), thread in new_keys.items()
    )


def _join(pairs: list[tuple[Thread, Thread]]) -> list[tuple[Thread, Thread]]:
    """Gather threads that belong together, however many steps lead from one to the other; the winner of
    each group is the one with a name, else the oldest. Forwards and two names are never joined."""
    groups: dict[int, list[Thread]] = {}
    for one, other in pairs:
        first, second = groups.get(one.pk, [one]), groups.get(other.pk, [other])
        if first is second or one.pk == other.pk or not _may_join([*first, *second]):
            continue
        group = sorted([*first, *second], key=lambda thread: (not thread.external_id, thread.pk))
        groups.update({thread.pk: group for thread in group})
    each = {id(group): group for group in groups.values()}.values()
    return [(winner, loser) for winner, *losers in each for loser in losers]


def _may_join(threads: list[Thread]) -> bool:
    return not any(t.starts_anew for t in threads) and sum(bool(t.external_id) for t in threads) < 2
