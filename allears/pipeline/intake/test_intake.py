"""Envelopes: stored once, claimed fairly and in order, ended once, read again, let go."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from allears import batches, flow
from allears.connectors.errors import Unreadable
from allears.connectors.interface import File, Piece
from allears.flow import process_waiting
from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import read_all, store
from allears.pipeline.conversations.models import Message
from allears.pipeline.intake.actions import (
    keep_ids_apart,
    purge_envelopes,
    queue_forgotten_replays,
    queue_unaccounted,
    replay_dead_letter,
    settle_dead_letter,
)
from allears.pipeline.intake.claiming import (
    MOST_ATTEMPTS,
    claimed_envelopes,
    postpone_envelopes,
    release_envelopes,
)
from allears.pipeline.intake.errors import EnvelopeGone, NotADeadLetter
from allears.pipeline.intake.models import Ending, Envelope, Waiting
from allears.pipeline.intake.queries import dead_letters
from allears.pipeline.intake.storing import LANES, Submission, lane_of, store_submissions
from tests.fake_network import add_fake_channel, said

pytestmark = pytest.mark.django_db(databases="__all__")


def in_hand(limit=100):
    with claimed_envelopes(limit) as claimed:
        return [bytes(envelope.body) for envelope in claimed.envelopes]


def test_bytes_are_kept_as_they_came(channel):
    body = bytes(range(256)) * 10

    [id_] = store(channel, Piece(body=body, headers={"x-Ünïcode": "đ"}, source="INBOX/1/2"))

    envelope = Envelope.objects.get(id=id_)
    assert bytes(envelope.body) == body
    assert envelope.source == "INBOX/1/2"


def test_the_same_delivery_twice_is_one_envelope(channel, owner):
    other = add_fake_channel(owner.workspace, "Other")

    ids = store(channel, Piece(body=b"a"), Piece(body=b"b"), Piece(body=b"a"))
    again = store(channel, Piece(body=b"b"), Piece(body=b"c"))
    elsewhere = store(other, Piece(body=b"a"))

    assert ids[0] == ids[2] != ids[1] == again[0]
    assert len({*ids, *again, *elsewhere}) == Envelope.objects.count() == Waiting.objects.count() == 4


def test_the_networks_own_id_decides_and_the_first_bytes_stay(channel):
    first = store(channel, Piece(body=b"first", key="7"))

    assert store(channel, Piece(body=b"second", key="7")) == first
    assert store(channel, Piece(body=b"first", key="8")) != first
    assert bytes(Envelope.objects.get(id=first[0]).body) == b"first"


@pytest.mark.parametrize("key", ["a\x00b", "\ud800", "x" * 500, " ", "đ" * 298])
def test_no_id_that_a_network_gives_keeps_a_delivery_out(channel, key):
    [id_] = store(channel, Piece(body=b"a", key=key, order_key=key, source="s" * 500))

    assert store(channel, Piece(body=b"a", key=key)) == [id_]


def test_many_submissions_in_one_commit_each_get_their_own_ids(channel, owner):
    other = add_fake_channel(owner.workspace, "Other")
    given = [
        Submission(
            where.workspace_id,
            where.id,
            [Piece(body=f"{n}".encode()) for n in range(first, first + 700)],
            now(),
        )
        for where, first in ((channel, 0), (other, 0), (channel, 500))
    ]

    ids = store_submissions(given)

    assert [len(its) for its in ids] == [700, 700, 700]
    assert ids[0][500:] == ids[2][:200]
    bodies = {envelope.id: bytes(envelope.body) for envelope in Envelope.objects.all()}
    assert [bodies[id_] for id_ in ids[2]] == [f"{n}".encode() for n in range(500, 1200)]


def test_a_delivery_of_nothing_is_nothing(channel):
    assert store(channel) == []


def test_a_backlog_in_one_channel_does_not_delay_another(channel, owner):
    other = add_fake_channel(owner.workspace, "Other")
    store(channel, *(Piece(body=f"a{n}".encode()) for n in range(300)))
    store(other, *(Piece(body=f"b{n}".encode()) for n in range(3)))

    claimed = in_hand(limit=100)

    assert claimed == [f"a{n}".encode() for n in range(50)] + [b"b0", b"b1", b"b2"]


def test_more_channels_than_fit_in_a_batch_all_get_on(owner, network):
    for n in range(12):
        store(add_fake_channel(owner.workspace, f"Channel {n}"), Piece(body=b"a"), Piece(body=b"b"))

    assert in_hand(limit=5).count(b"a") == 12


def test_what_was_in_hand_when_a_worker_died_is_taken_up_again_one_by_one(channel):
    store(channel, *(Piece(body=f"{n}".encode()) for n in range(3)))
    in_hand()

    store(channel, Piece(body=b"later"))

    assert in_hand() == [b"0"]
    assert in_hand() == [b"0"]


def test_what_stops_the_worker_again_and_again_is_set_aside_and_can_be_read_later(
    channel, network, owner, monkeypatch
):
    killer = network.strange_piece(KeyboardInterrupt())
    monkeypatch.setattr(network, "read", stop_the_worker(network, killer.body))
    store(channel, killer, network.piece(said()))

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            process_waiting()
    read_all()

    dead = Ending.objects.get(ended_as="dead")
    assert "stopped the worker" in dead.reason
    assert Message.objects.count() == 1
    network.letters[killer.body] = [said()]
    monkeypatch.undo()


def stop_the_worker(network, body):
    read = network.read

    def reading(delivery, account):
        if delivery.body == body:
            raise KeyboardInterrupt
        return read(delivery, account)

    return reading


def test_a_worker_that_died_between_filing_and_letting_go_files_nothing_twice(channel, network):
    ids = store(channel, network.piece(said()), network.piece(said()))
    read_all()
    Waiting.objects.bulk_create(
        Waiting(envelope_id=id_, channel_id=channel.id, lane=0, due_at=now(), attempts=MOST_ATTEMPTS + 1)
        for id_ in ids
    )

    read_all()

    assert Message.objects.count() == 2
    assert set(Ending.objects.values_list("ended_as", flat=True)) == {"messages"}
    assert not Waiting.objects.exists()
    assert audit_workspace().is_good


@pytest.mark.parametrize("trouble", [OperationalError("disk I/O error"), OSError(28, "No space left")])
def test_a_database_out_of_order_buries_nothing(channel, network, monkeypatch, trouble):
    store(channel, *(network.piece(said(thread="dm")) for _ in range(5)))
    with monkeypatch.context() as patch:
        patch.setattr(flow, "file_messages", raise_(trouble))
        for _ in range(2 * MOST_ATTEMPTS):
            with pytest.raises(type(trouble)):
                process_waiting()
            Waiting.objects.update(due_at=now())
    assert not Ending.objects.exists()

    read_all()

    assert Message.objects.count() == 5
    assert audit_workspace().is_good


def test_an_attachment_that_finds_no_room_on_the_disk_waits_for_it(channel, network, monkeypatch):
    file = File(name="a", content_type="text/plain", data=b"a")
    store(channel, network.piece(said(files=(file,))))
    with monkeypatch.context() as patch:
        patch.setattr(batches, "store_file", raise_(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            process_waiting()
    Waiting.objects.update(due_at=now())

    read_all()

    assert Message.objects.get().attachments.get().name == "a"


def raise_(error):
    def raising(*_args, **_more):
        raise error

    return raising


def test_what_is_postponed_waits_its_time_and_no_longer(channel):
    ids = store(channel, Piece(body=b"a"))
    postpone_envelopes(ids, timedelta(seconds=5))

    assert in_hand() == []
    with shifted_clock(timedelta(seconds=6)):
        assert in_hand() == [b"a"]


def test_a_clock_set_back_by_hours_keeps_nothing_waiting(channel):
    with shifted_clock(timedelta(hours=3)):
        store(channel, Piece(body=b"a"))

    assert in_hand() == [b"a"]


def test_what_is_released_is_gone_from_the_queue_and_kept(channel):
    ids = store(channel, Piece(body=b"a"))

    release_envelopes(ids)

    assert in_hand() == []
    assert Envelope.objects.count() == 1


def test_lanes_are_even_and_steady():
    lanes = [lane_of(7, f"thread {n}") for n in range(6400)]

    assert set(lanes) == set(range(LANES))
    assert lane_of(7, "thread 1") == lane_of(7, "thread 1")
    assert min(lanes.count(lane) for lane in range(LANES)) > 50


@pytest.fixture
def dead(channel, network):
    piece = network.strange_piece(Unreadable("It makes no sense."))
    [id_] = store(channel, piece)
    read_all()
    return id_, piece.body


def test_a_dead_letter_is_listed_and_read_again_or_settled(dead, network, owner, stranger):
    id_, _body = dead
    assert [ending.envelope_id for ending in dead_letters(owner)] == [id_]
    assert dead_letters(stranger) == []

    replay_dead_letter(id_, owner.workspace_id, owner)
    with pytest.raises(NotADeadLetter):
        replay_dead_letter(id_, owner.workspace_id, owner)
    read_all()
    assert Ending.objects.get().ended_as == "dead"

    settle_dead_letter(id_, owner.workspace_id, "An empty test", owner)
    with pytest.raises(NotADeadLetter):
        settle_dead_letter(id_, owner.workspace_id, "Again", owner)

    assert Ending.objects.get().ended_as == "nothing"
    assert Ending.objects.get().reason == "An empty test"
    kinds = Event.objects.filter(subject=f"envelope:{id_}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["envelope.died", "envelope.replayed", "envelope.died", "envelope.settled"]
    assert audit_workspace().is_good


def test_nobody_touches_the_dead_letters_of_another_workspace(dead, owner, stranger):
    id_, _body = dead

    with pytest.raises(EnvelopeGone):
        replay_dead_letter(id_, stranger.workspace_id, stranger)
    with pytest.raises(NotADeadLetter):
        settle_dead_letter(id_, stranger.workspace_id, "Mine", stranger)

    replay_dead_letter(id_, owner.workspace_id, owner)


def test_a_replay_forgotten_by_a_stopped_machine_is_queued_again(dead, network, owner):
    id_, body = dead
    replay_dead_letter(id_, owner.workspace_id, owner)
    Waiting.objects.all().delete()
    network.letters[body] = [said()]

    assert queue_forgotten_replays() == 1
    read_all()

    assert Ending.objects.get().ended_as == "messages"
    assert queue_forgotten_replays() == 0


def test_bytes_are_let_go_when_their_time_is_over_but_never_of_dead_letters(dead, channel, network):
    store(channel, network.piece(said()))
    read_all()
    assert purge_envelopes(channel.id, timedelta(days=30)) == 0

    with shifted_clock(timedelta(days=31)):
        assert purge_envelopes(channel.id, timedelta(days=30)) == 1
        assert purge_envelopes(channel.id, timedelta(days=30)) == 0

    assert list(Envelope.objects.values_list("id", flat=True)) == [dead[0]]
    audit = audit_workspace()
    assert (audit.envelopes, audit.is_good) == (2, True)


def test_a_purge_stopped_in_the_middle_is_finished_by_the_next(channel, network, monkeypatch):
    store(channel, network.piece(said()))
    read_all()
    Envelope.objects.all().delete()

    with shifted_clock(timedelta(days=31)):
        assert purge_envelopes(channel.id, timedelta(days=30)) == 1

    assert audit_workspace().is_good


def test_an_envelope_that_a_lying_disk_left_without_place_and_ending_is_read_again(channel, network):
    ids = store(channel, network.piece(said()), network.piece(said()), network.piece(said()))
    read_all()
    Ending.objects.filter(envelope_id=ids[1]).delete()
    assert audit_workspace().problems[1].rows == [f"envelope:{ids[1]}"]

    assert queue_unaccounted() == 1
    assert queue_unaccounted() == 0
    read_all()

    assert Message.objects.count() == 3


def test_an_id_that_has_an_ending_is_never_given_again(channel, network):
    store(channel, network.piece(said()), network.piece(said()))
    read_all()
    last = Ending.objects.order_by("-envelope_id")[0].envelope_id
    lose_the_file_of_envelopes()

    keep_ids_apart()
    [id_] = store(channel, network.piece(said()))
    read_all()

    assert id_ > last
    assert Message.objects.count() == 3


def lose_the_file_of_envelopes():
    from django.db import connections

    Envelope.objects.all().delete()
    if "intake" in connections:
        with connections["intake"].cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence")
