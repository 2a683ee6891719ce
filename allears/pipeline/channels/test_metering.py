"""What using a network costs."""

from datetime import UTC, datetime

import pytest

from allears.foundation.clock import stopped_clock
from allears.foundation.events.models import Event
from allears.pipeline.channels.metering import prices_of, spent_on, stretch_of
from allears.pipeline.channels.models import Channel, Price, Spending
from allears.pipeline.channels.queries import account_of, close_opened_channels

pytestmark = pytest.mark.django_db(databases="__all__")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEXT = datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC)


def test_uses_add_up_by_day_at_the_price_of_their_moment(harbour, lines):
    meter = account_of(lines).meter
    with stopped_clock(NOON):
        meter.spend("post.read", 20)
        Price.objects.create(workspace=lines.workspace, kind="fake", name="post.read", micro_dollars=1000)
        close_opened_channels()
        meter.spend("post.read", 10)
        meter.spend("unheard of", 3)
        meter.spend("post.read", 0)
    with stopped_clock(NEXT):
        meter.spend("post.read")

    found = [
        (row.on.day, row.name, row.count, row.micro_dollars)
        for row in Spending.objects.order_by("on", "name")
    ]
    assert found == [(2, "post.read", 30, 110_000), (2, "unheard of", 3, 0), (3, "post.read", 1, 1000)]
    assert spent_on(lines.id, NOON.date()) == 110_000


def test_a_daily_budget_counts_down_and_is_said_once_to_be_used_up(harbour, lines):
    meter = account_of(lines).meter
    with stopped_clock(NOON):
        assert meter.left() is None
        Channel.objects.filter(id=lines.id).update(daily_budget=12_000)
        meter.spend("post.read")
        assert meter.left() == 7000
        meter.spend("post.read", 2)
        meter.spend("post.read")
        assert meter.left() == 0
    assert Event.objects.filter(kind="channel.budget_spent").count() == 1
    with stopped_clock(NEXT):
        assert meter.left() == 12_000
        meter.spend("post.read", 9)
    assert Event.objects.filter(kind="channel.budget_spent").count() == 2


def test_prices_of_one_workspace_are_not_those_of_another(harbour, lines, stranger):
    Price.objects.create(workspace=stranger.workspace, kind="fake", name="post.read", micro_dollars=1)

    assert prices_of(lines.workspace_id, "fake") == {"post.read": 5000}
    assert prices_of(stranger.workspace_id, "fake") == {"post.read": 1}


@pytest.mark.parametrize(
    ("budget", "left", "expected"),
    [(None, None, 1), (100, 100, 1), (100, 20, 1), (100, 19, 4), (100, 1, 4), (100, 0, 0), (0, 0, 0)],
)
def test_polls_come_more_rarely_as_the_budget_ends(budget, left, expected):
    assert stretch_of(budget, left) == expected
