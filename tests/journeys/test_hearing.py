"""What a channel heard, as its page tells it."""

import pytest

from allears.connectors.interface import Piece
from allears.flow import process_waiting
from allears.foundation.clock import now
from allears.pipeline.channels.models import Channel
from allears.pipeline.intake.storing import Submission, store_submissions
from tests.journeys.worlds import deliver, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_a_channel_says_when_it_last_heard_something():
    channel = make_world("Lantern").channel
    before = Channel.objects.get(id=channel.id).last_heard_at
    assert before is not None and before <= now()


def test_what_is_imported_was_not_heard():
    channel = make_world("Lantern").channel
    Channel.objects.update(last_heard_at=None)
    old = Piece(body=message_from("Kim", "hello"), is_silent=True)
    store_submissions([Submission(channel.workspace_id, channel.id, [old], now())])
    while process_waiting():
        pass
    assert Channel.objects.get(id=channel.id).last_heard_at is None
    deliver(channel, message_from("Lee", "hello"))
    assert Channel.objects.get(id=channel.id).last_heard_at is not None
