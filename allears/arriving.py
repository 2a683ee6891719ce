"""Bring what envelopes were found to say together with whom and what it is about: the middle of flow.py.

Messages become arrivals, everything else a change of what is here; afterwards it says how each envelope ended.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from allears.batches import Batch, Told
from allears.connectors.interface import (
    Author,
    Deletion,
    Edit,
    Hiding,
    Notice,
    Reaction,
    Receipt,
    Renaming,
)
from allears.foundation.clock import now
from allears.pipeline.channels.actions.noticing import take_notice
from allears.pipeline.channels.queries import OpenChannel
from allears.pipeline.conversations.actions.changes import Came, Change, newer_version, take_changes
from allears.pipeline.conversations.actions.fetching import put_fetching, put_seeing
from allears.pipeline.conversations.actions.filing import Arrival
from allears.pipeline.conversations.actions.renaming import rename_thread
from allears.pipeline.conversations.queries.arriving import files_to_fetch, recipients_of
from allears.pipeline.intake.actions import Result
from allears.pipeline.intake.endings import ALREADY_HERE, CHANGED, NOTHING_TO_CHANGE, OUR_OWN
from allears.pipeline.intake.models import EndedAs
from allears.pipeline.intake.reading import Reading
from allears.pipeline.people.actions import Place, know_people
from allears.pipeline.people.actions.naming import rename_person
from allears.pipeline.people.places import Known
from allears.pipeline.people.queries import identities_among
from allears.pipeline.replies.actions.receipts import HeardReceipt, take_receipts
from allears.pipeline.understanding.reading import Reading as TextReading

SILENT_BEFORE = timedelta(hours=1)
PAST_BEFORE = timedelta(days=3)


def rename_all(batch: Batch) -> None:
    """Know people and exchanges by their new ids, before anything is filed by them."""
    for reading in batch.readings:
        for change in reading.changes:
            if isinstance(change, Renaming):
                place = place_of(batch.channels[reading.envelope.channel_id])
                found = [rename_person(place, change)] if change.author else []
                if change.old_thread and change.thread:
                    is_news, joined = rename_thread(reading.envelope.channel_id, change)
                    found.append(is_news)
                    batch.joined += joined
                for is_news in found:
                    came = {True: Came.CHANGED, False: Came.KNOWN, None: Came.MISSING}[is_news]
                    batch.note(reading.envelope.id, came)


def arrivals_of(batch: Batch) -> list[Arrival]:
    """Bring messages together with the people who wrote them, or to whom we did."""
    places = {id_: place_of(channel) for id_, channel in batch.channels.items()}
    whom = _whom(batch)
    told = [one for one in batch.told if id(one.incoming) in whom]
    batch.to_nobody |= {one.reading.envelope.id for one in batch.told if id(one.incoming) not in whom}
    people = know_people(
        (
            places[one.channel_id],
            whom[id(one.incoming)],
            min(one.incoming.sent_at, one.reading.envelope.received_at),
        )
        for one in told
    )
    return [
        _arrival(
            one,
            people[places[one.channel_id], whom[id(one.incoming)].id],
            batch.channels[one.channel_id],
            batch.understood.get(id(one.incoming)),
        )
        for one in told
    ]


def _arrival(told: Told, known: Known, channel: OpenChannel, understood: TextReading | None) -> Arrival:
    envelope = told.reading.envelope
    return Arrival(
        envelope_id=envelope.id,
        workspace_id=envelope.workspace_id,
        channel_id=told.channel_id,
        team_id=channel.team_id,
        incoming=told.incoming,
        known=known,
        received_at=envelope.received_at,
        is_silent=_is_silent(told.reading, told.incoming.sent_at, channel),
        is_past=_is_past(told, channel),
        names=told.names,
        reading=understood,
        files=told.files,
    )


def _whom(batch: Batch) -> dict[int, Author]:
    """Say whom each message is from, or to; our own words that name nobody are to whom they answer."""
    whom = {}
    unnamed = []
    for one in batch.told:
        incoming = one.incoming
        if incoming.recipient or not incoming.is_ours:
            whom[id(incoming)] = incoming.recipient or incoming.author
        else:
            unnamed.append(one)
    if unnamed:
        among = {(one.channel_id, one.incoming.external_id): whom.get(id(one.incoming)) for one in batch.told}
        known = recipients_of(
            {(o.channel_id, name) for o in unnamed if (name := o.incoming.in_reply_to)},
            {(o.channel_id, o.incoming.thread) for o in unnamed if o.incoming.thread},
        )
        for one in unnamed:
            answered = (one.channel_id, one.incoming.in_reply_to)
            found = (
                among.get(answered) or known.get(answered) or known.get((one.channel_id, one.incoming.thread))
            )
            if found:
                whom[id(one.incoming)] = among[one.channel_id, one.incoming.external_id] = found
    return whom


def _is_silent(reading: Reading, at: datetime, channel: OpenChannel) -> bool:
    """Say whether something is of the past: it was written before its channel was connected."""
    return reading.envelope.is_silent or bool(
        channel.connected_at and not reading.envelope.reader and at < channel.connected_at - SILENT_BEFORE
    )


def _is_past(told: Told, channel: OpenChannel) -> bool:
    """Say whether a message is so old that nobody waits for an answer any more."""
    return bool(
        channel.connected_at
        and not told.reading.envelope.reader
        and told.incoming.sent_at < channel.connected_at - PAST_BEFORE
    )


def place_of(channel: OpenChannel) -> Place:
    """Say where the people of a channel are known."""
    realm = "" if channel.connector.knows_people_everywhere else f"channel:{channel.id}"
    return Place(channel.workspace_id, channel.kind, realm)


def change_all(batch: Batch, known: Sequence[Arrival]) -> None:
    """Take everything that changes what is here: newer versions of known messages, and all that is no message."""
    changes = [change for arrival in known if (change := newer_version(arrival))]
    receipts: list[HeardReceipt] = []
    people = _people_who_react(batch)
    for reading in batch.readings:
        for record in reading.changes:
            if isinstance(record, Receipt):
                receipts.append(_receipt(reading, record, batch))
            elif isinstance(record, Notice):
                is_news = not reading.envelope.is_silent and take_notice(reading.envelope.channel_id, record)
                batch.note(reading.envelope.id, Came.CHANGED if is_news else Came.KNOWN)
            elif not isinstance(record, Renaming) and not (isinstance(record, Edit) and record.whole):
                changes.append(_change(reading, record, batch, people))
    take_changes(changes)
    take_receipts(receipts)
    for change in changes:
        batch.note(change.envelope_id, change.came)
    for receipt in receipts:
        batch.note(receipt.envelope_id, receipt.came)


def _change(
    reading: Reading,
    record: Edit | Deletion | Reaction | Hiding,
    batch: Batch,
    people: Mapping[int, Mapping[str, int]],
) -> Change:
    envelope = reading.envelope
    at = record.edited_at if isinstance(record, Edit) else record.at
    return Change(
        envelope_id=envelope.id,
        workspace_id=envelope.workspace_id,
        channel_id=envelope.channel_id,
        record=record,
        received_at=envelope.received_at,
        is_silent=_is_silent(reading, at, batch.channels[envelope.channel_id]),
        people=people.get(envelope.channel_id, {}),
    )


def _receipt(reading: Reading, record: Receipt, batch: Batch) -> HeardReceipt:
    envelope = reading.envelope
    return HeardReceipt(
        envelope_id=envelope.id,
        workspace_id=envelope.workspace_id,
        channel_id=envelope.channel_id,
        record=record,
        received_at=envelope.received_at,
        is_silent=_is_silent(reading, record.at, batch.channels[envelope.channel_id]),
    )


def _people_who_react(batch: Batch) -> dict[int, Mapping[str, int]]:
    """Find those who are known among the people who reacted; a reaction makes nobody a customer."""
    ids: dict[int, set[str]] = {}
    for reading in batch.readings:
        for record in reading.changes:
            if isinstance(record, Reaction) and not record.is_ours:
                ids.setdefault(reading.envelope.channel_id, set()).add(record.author.id)
    return {id_: identities_among(place_of(batch.channels[id_]), wanted) for id_, wanted in ids.items()}


def put_what_follows(fresh: Sequence[Arrival]) -> None:
    """Have fetched what lies on the network still: files now, those of the past bit by bit (fetch_forgotten_files)."""
    with_files = [a.message_id for a in fresh if not a.is_silent and any(file.remote for file in a.files)]
    put_fetching(dict.fromkeys(files_to_fetch(with_files), now()))
    put_seeing({a.post_id for a in fresh if a.post_id})


def results_of(batch: Batch, fresh: Sequence[Arrival]) -> list[Result]:
    """Say how each envelope ended; one that brought no new message says in words what it did."""
    counts: dict[int, int] = {}
    for arrival in fresh:
        counts[arrival.envelope_id] = counts.get(arrival.envelope_id, 0) + 1
    results = []
    for reading in batch.readings:
        count = counts.get(reading.envelope.id, 0)
        ended_as, reason = reading.ended_as, reading.reason
        if ended_as == EndedAs.MESSAGES and not count:
            ended_as, reason = EndedAs.NOTHING, _reason(reading, batch)
        results.append(
            Result(
                envelope=reading.envelope,
                ended_as=ended_as,
                message_count=count,
                reason=reason,
                reason_facts=reading.reason_facts,
                technical=reading.technical,
            )
        )
    return results


def _reason(reading: Reading, batch: Batch) -> str:
    came = batch.came.get(reading.envelope.id, [])
    if Came.CHANGED in came:
        return CHANGED
    if Came.MISSING in came:
        return NOTHING_TO_CHANGE
    return OUR_OWN if reading.envelope.id in batch.to_nobody else ALREADY_HERE
