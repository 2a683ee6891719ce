"""What the health page and doctor find, each light on and off."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Disconnected
from allears.foundation.clock import now, shifted_clock
from allears.foundation.events.models import Event
from allears.foundation.work.actions import (
    claim_jobs,
    forget_times,
    give_back_job,
    note_time,
    put_job,
    retry_parked_jobs,
)
from allears.foundation.work.models import Job, LastTime
from allears.foundation.work.queries import last_time
from allears.pipeline.channels.actions import note_trouble, pause_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.intake.models import EndedAs, Ending
from allears.pipeline.intake.storing import Piece, Submission, store_submissions
from allears.pipeline.replies.models import Dispatch
from allears.watch.health.actions import KEPT, note_sizes
from allears.watch.health.findings import Length, Light, as_size
from allears.watch.health.machine import SIZES
from allears.watch.health.queries import examine_installation, worst_light
from allears.watch.health.running import BACKUP, WORKER
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")


def found(name, workspace_id=None):
    [finding] = [one for one in examine_installation(workspace_id) if one.name % one.facts == name]
    return finding.light, finding.message % finding.facts


def test_a_channel_is_good_until_it_is_in_trouble(channel):
    assert found(channel.name) == (Light.GOOD, "on; nothing heard yet")

    pause_channel(channel)
    assert found(channel.name)[0] == Light.WARM
    Channel.objects.update(state="on")
    note_trouble(channel, Disconnected("The password is wrong."))
    assert found(channel.name)[0] == Light.HOT


def test_of_other_workspaces_nothing_is_told(channel, owner):
    assert found(channel.name, owner.workspace_id)[0] == Light.GOOD
    names = [one.name % one.facts for one in examine_installation(owner.workspace_id + 1)]
    assert channel.name not in names


def test_envelopes_that_wait_too_long_need_somebody(channel):
    assert found("Envelopes to read") == (Light.GOOD, "nothing waits")

    store_submissions([Submission(channel.workspace_id, channel.id, [Piece(key="1", body=b"x")], now())])
    assert found("Envelopes to read")[0] == Light.GOOD
    with shifted_clock(timedelta(minutes=6)):
        assert found("Envelopes to read") == (Light.HOT, "1 wait, the first for 6 min")


def test_dead_letters_need_somebody(channel):
    assert found("Dead letters") == (Light.GOOD, "none")

    Ending.objects.create(
        workspace_id=channel.workspace_id,
        channel_id=channel.id,
        envelope_id=1,
        ended_as=EndedAs.DEAD,
        received_at=now(),
        ended_at=now(),
    )
    assert found("Dead letters") == (Light.HOT, "1 could not be read")


def test_a_reply_that_does_not_go_out_is_seen(deliver, network, agent):
    deliver(said("1", "Where is it?", thread="dm"))
    reply(only_conversation(), agent)
    assert found("Replies on their way")[0] == Light.GOOD

    with shifted_clock(timedelta(minutes=10)):
        assert found("Replies on their way")[0] == Light.WARM
    send_everything()
    assert found("Replies on their way") == (Light.GOOD, "nothing waits")
    Dispatch.objects.update(state="unknown", ended_at=None)
    assert found("Replies that need a person") == (Light.WARM, "0 refused, 1 whose fate is unknown")


def test_work_that_was_given_up_is_named_and_can_be_tried_again():
    put_job("send_letter")
    for _try in range(6):
        with shifted_clock(timedelta(days=1 + _try)):
            [job] = claim_jobs()
            give_back_job(job, "OSError")
    assert found("Work given up") == (Light.HOT, "given up after many tries: send_letter")

    assert retry_parked_jobs() == 1
    assert found("Work given up") == (Light.GOOD, "none")
    assert Job.objects.get().attempts == 0


def test_a_worker_is_alive_while_it_gives_signs_of_life():
    assert found("Workers") == (Light.WARM, "none was ever heard of")

    note_time(f"{WORKER}a", host="lamp", pid=7)
    with shifted_clock(timedelta(minutes=1)):
        note_time(f"{WORKER}a", host="lamp", pid=7)
        assert found("lamp, 7") == (Light.GOOD, "at work since 60 s")
    with shifted_clock(timedelta(minutes=10)):
        assert found("Workers") == (Light.WARM, "none; the last was heard of 9 min ago")
        forget_times(WORKER, now())
    assert not LastTime.objects.exists()


def test_a_backup_grows_old():
    assert found("Last backup") == (Light.WARM, "none yet")

    note_time(BACKUP, size=5_400_000)
    assert found("Last backup") == (Light.GOOD, "0 s ago, 5.4 MB")
    with shifted_clock(timedelta(days=9)):
        assert found("Last backup")[0] == Light.WARM


def test_growth_is_told_against_a_week_ago():
    assert found("Growth") == (Light.GOOD, "known after the first day")

    before = {(now() - timedelta(days=days)).isoformat(): 0 for days in (9, 6)}
    note_time(SIZES, **before)
    assert found("Growth")[1].endswith(" in 6 d")
    for days in range(KEPT):
        with shifted_clock(timedelta(days=days)):
            note_sizes()
    assert len(last_time(SIZES).facts) == KEPT


def test_a_clock_behind_what_was_recorded_is_seen(owner):
    assert found("Clock")[0] == Light.GOOD

    Event.objects.update(at=now() + timedelta(minutes=5))
    assert found("Clock")[0] == Light.WARM


def test_a_full_disk_needs_somebody(monkeypatch):
    assert found("Free")[0] in {Light.GOOD, Light.WARM}

    monkeypatch.setattr("allears.watch.health.machine.LEAST_FREE", 10**18)
    assert found("Free")[0] == Light.HOT


def test_the_worst_light_is_the_headline(channel):
    note_time(BACKUP)
    note_time(f"{WORKER}a", host="lamp", pid=7)
    quiet = [one for one in examine_installation() if one.group not in {"disk", "machine"}]
    assert worst_light(quiet) == Light.GOOD

    note_trouble(channel, Disconnected("The password is wrong."))
    assert worst_light(examine_installation()) == Light.HOT


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (25 * 10**9, "25 GB")]
)
def test_sizes_are_written_briefly(size, text):
    assert as_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (119, "119 s"), (120, "2 min"), (86_400 * 3, "3 d")]
)
def test_lengths_are_written_briefly(seconds, text):
    assert str(Length(seconds)) == text
