"""Budgets: never more than a network allows, in whatever while; and what reads never keeps a reply back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.connectors.errors import SlowDown
from allears.connectors.interface import Budget
from allears.foundation.clock import now, stopped_clock
from allears.pipeline.channels import budgets
from allears.pipeline.channels.budgets import (
    ChannelWeb,
    asked_to_wait,
    counted,
    free_at,
    left_in,
    take_from_budget,
)
from allears.pipeline.channels.models import Bucket
from allears.pipeline.channels.queries import account_of

pytestmark = pytest.mark.django_db(databases="__all__")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class AnsweringWeb:
    """A network that answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def request(self, method: str, url: str, **more) -> httpx.Response:
        self.asked.append(f"{method} {url}")
        return self.answers.pop(0) if self.answers else httpx.Response(200)

    def get(self, url: str, **more) -> httpx.Response:
        return self.request("GET", url)

    def post(self, url: str, **more) -> httpx.Response:
        return self.request("POST", url)

    def lines(self, url: str, **more) -> Iterator[bytes]:
        yield from ()


@given(
    most=st.integers(1, 8),
    seconds=st.integers(1, 900),
    gaps=st.lists(st.floats(0, 0.4), min_size=1, max_size=40),
)
def test_no_while_holds_more_than_may_be(most, seconds, gaps):
    """Whoever comes as soon as it may, or a little later, is never too early for a while that slides."""
    budget, bucket, at, went = Budget(name="read", most=most, seconds=seconds), Bucket(used={}), NOON, []
    for gap in gaps:
        came = at + timedelta(seconds=gap * seconds)
        at = free_at(bucket, budget, came)
        assert came <= at <= came + timedelta(seconds=seconds * 14 / 12)
        bucket.used = counted(bucket, budget, at)
        went.append(at)
    for first, last in zip(went, went[most:], strict=False):
        assert last - first >= timedelta(seconds=seconds)


def test_all_of_it_can_be_used_at_once_and_refuses_before_anything_is_sent(lines):
    network = AnsweringWeb()
    web = ChannelWeb(lines.id, [Budget(name="read", most=3, seconds=60)], network)

    for _ in range(3):
        web.get("https://harbour.example/posts", budget="read")
    with pytest.raises(SlowDown):
        web.get("https://harbour.example/posts", budget="read")

    assert len(network.asked) == 3


def test_a_reply_never_waits_behind_a_poll(lines):
    network = AnsweringWeb()
    web = account_of(lines).web
    web._web = network  # the fake network's own budgets, and a web that only answers
    for _ in range(10):
        web.get("https://harbour.example/posts", budget="read")
    with pytest.raises(SlowDown):
        web.get("https://harbour.example/posts", budget="read")

    assert web.post("https://harbour.example/posts", body=b"", headers={}, budget="write").status_code == 200
    assert web.get("https://harbour.example/free").status_code == 200


def test_processes_that_count_at_once_lose_no_use(lines, monkeypatch):
    """Another process counts between our reading and our writing, again and again."""
    budget = Budget(name="read", most=10, seconds=60)
    others = iter(range(3))
    plain = budgets.free_at

    def interrupted(bucket: Bucket, one: Budget, at: datetime) -> datetime:
        if next(others, None) is not None:
            monkeypatch.setattr(budgets, "free_at", plain)
            take_from_budget(lines.id, budget)
            monkeypatch.setattr(budgets, "free_at", interrupted)
        return plain(bucket, one, at)

    monkeypatch.setattr(budgets, "free_at", interrupted)
    with stopped_clock(NOON):
        take_from_budget(lines.id, budget)
        assert left_in(Bucket.objects.get(), budget) == 6


def test_a_network_that_says_too_much_is_left_alone(lines):
    network = AnsweringWeb(httpx.Response(429, headers={"Retry-After": "120"}))
    web = ChannelWeb(lines.id, [Budget(name="read", most=100, seconds=60)], network)

    with stopped_clock(NOON):
        assert web.get("https://harbour.example/posts", budget="read").status_code == 429
        with pytest.raises(SlowDown) as caught:
            web.get("https://harbour.example/posts", budget="read")
    assert caught.value.until == NOON + timedelta(seconds=120)
    assert len(network.asked) == 1
    with stopped_clock(NOON + timedelta(seconds=121)):
        assert web.get("https://harbour.example/posts", budget="read").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "seconds"),
    [
        ("retry-after", "30", 30),
        ("Retry-After", "0", 1),
        ("retry-after", "Mon, 02 Mar 2026 12:05:00 GMT", 300),
        ("x-rate-limit-reset", str(int(NOON.timestamp()) + 900), 900),
        ("ratelimit-reset", "60", 60),
        ("X-RateLimit-Reset", "2026-03-02T12:01:30.000Z", 90),
        ("retry-after", "999999", 24 * 3600),
        ("retry-after", "soon", 60),
        ("retry-after", "inf", 60),
        ("content-type", "text/plain", 60),
    ],
)
def test_how_long_a_network_wants_to_be_left_alone(name, value, seconds):
    assert asked_to_wait({name: value}, NOON) == NOON + timedelta(seconds=seconds)


def test_a_clock_that_was_set_back_closes_nothing_for_long(lines):
    budget = Budget(name="read", most=1, seconds=60)
    with stopped_clock(NOON):
        take_from_budget(lines.id, budget)
    with stopped_clock(NOON - timedelta(days=3)):
        take_from_budget(lines.id, budget)
        bucket = Bucket.objects.get()
        bucket.closed_until = NOON
        assert free_at(bucket, Budget(name="read", most=2, seconds=60), now()) == now()
