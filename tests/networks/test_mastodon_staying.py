"""Mastodon when things go wrong, and when it is connected."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import (
    Account,
)
from allears.connectors.mastodon import CONNECTOR
from tests.networks.faults import Fault, cut_short, fails, hangs_up, slow, too_many
from tests.networks.mastodon import MastodonServer, Person, mastodon_server
from tests.networks.mastodon_desk import Desk, people_of


@pytest.fixture(scope="module")
def server() -> Iterator[MastodonServer]:
    with mastodon_server() as running:
        yield running


@pytest.fixture
def people(server: MastodonServer, request: pytest.FixtureRequest) -> Iterator[tuple[Desk, Person]]:
    """The brand with its desk, and a customer; new ones for each test."""
    yield people_of(server, request.node.nodeid)
    server.behave()


@pytest.mark.parametrize(
    ("fault", "error", "is_posted"),
    [
        (fails(503), Unreachable, False),
        (fails(502, is_done=True), Unknown, True),
        (fails(401, {"error": "The access token is invalid"}), Disconnected, False),
        (fails(403, {"error": "This action is outside the authorized scopes"}), Disconnected, False),
        (fails(403, {"error": "This action is not allowed"}), Refused, False),
        (fails(404, {"error": "Record not found"}), Refused, False),
        (fails(410), Refused, False),
        (fails(422, {"error": "Validation failed: Text character limit of 500 exceeded"}), Refused, False),
        (too_many({"x-ratelimit-reset": "2099-01-01T00:00:00.000Z"}), SlowDown, False),
        (cut_short(), Unknown, True),
        (hangs_up(is_done=True), Unknown, True),
    ],
)
def test_a_reply_is_never_lost_and_never_sent_twice(
    people: tuple[Desk, Person], fault: Fault, error: type[ConnectorError], *, is_posted: bool
) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} is it safe?")
    [mention] = desk.messages()
    reply = desk.reply(mention, "It is, whatever comes.")
    desk.server.misbehave(fault, on="POST /api/v1/statuses")
    with pytest.raises(error) as raised:
        CONNECTOR.send(reply, desk.account)
    assert type(raised.value) is error
    assert len(ann.says.status_context(said["id"])["descendants"]) == is_posted
    if error is Unknown:
        found = CONNECTOR.look_up(reply, desk.account)
        assert found is not None
        [answer] = ann.says.status_context(said["id"])["descendants"]
        assert str(answer["id"]) == found.external_id
    else:
        CONNECTOR.send(reply, desk.account)
        CONNECTOR.send(reply, desk.account)
    assert len(ann.says.status_context(said["id"])["descendants"]) == 1


def test_what_never_arrived_is_not_found_at_once_and_sent_again_while_its_key_counts(
    people: tuple[Desk, Person],
) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} hello?")
    [mention] = desk.messages()
    reply = desk.reply(mention, "Hello.")
    desk.server.misbehave(hangs_up(), on="POST /api/v1/statuses")
    with pytest.raises(Unknown):
        CONNECTOR.send(reply, desk.account)
    assert CONNECTOR.look_up(reply, desk.account) is None
    later = replace(reply, sent_at=datetime.now(UTC) - timedelta(minutes=5))
    found = CONNECTOR.look_up(later, desk.account)
    assert found is not None
    assert len(ann.says.status_context(said["id"])["descendants"]) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [(fails(500), Unreachable), (too_many({"retry-after": "30"}), SlowDown), (cut_short(), Unreachable)],
)
def test_a_poll_that_failed_is_made_up_for_by_the_next(
    people: tuple[Desk, Person], fault: Fault, error: type[ConnectorError]
) -> None:
    desk, ann = people
    desk.poll()
    ann.says.status_post(f"@{desk.brand.name} anybody?")
    desk.server.misbehave(fault, on="GET /api/v1/notifications")
    with pytest.raises(error):
        desk.poll()
    assert len(desk.messages()) == 1


def test_a_slow_server_is_waited_for(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} hurry")
    desk.server.misbehave(slow(0.3), on="GET /api/v1/notifications")
    assert len(desk.messages()) == 1


def test_connecting_says_what_works(people: tuple[Desk, Person]) -> None:
    desk, _ = people
    checks = CONNECTOR.check(desk.account)
    assert [check.is_good for check in checks] == [True] * 4
    assert desk.account.settings["handle"].startswith(f"@{desk.brand.name}@")
    wrong = Account(
        channel_id=1, name="x", settings=desk.account.settings, secrets={"token": "no"}, web=desk.account.web
    )
    [check] = CONNECTOR.check(wrong)
    assert not check.is_good
