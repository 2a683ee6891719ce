"""What comes to a channel's door: networks' questions, deliveries, and deliveries for a sibling."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from django.db import connections
from starlette.applications import Starlette
from starlette.routing import Route

from allears.asgi import ANY_METHOD
from allears.connectors.errors import Unreadable, Unverified
from allears.connectors.interface import Account, Answer, Asked, Delivery, Piece
from allears.flow import process_waiting
from allears.pipeline.channels.models import Channel
from allears.pipeline.intake.models import Ending, Envelope
from allears.pipeline.intake.reading import NOT_CONNECTED_HERE
from allears.pipeline.intake.writer import IntakeWriter
from allears.web.hooks import intake
from allears.web.hooks.intake import IntakeDoor
from tests.fake_network import FakeConnector, add_fake_channel, plug_in, said
from tests.journeys.worlds import make_world

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


class Greeting(FakeConnector):
    """A network that asks before it delivers, and wants an answer of its own."""

    headers = frozenset({"signature", "x-token"})

    def greet(self, asked: Asked, account: Account) -> Answer | None:
        if asked.method == "POST":
            return Answer(body=b"code") if asked.body == b"confirm" else None
        if asked.query.get("token") != "open sesame":
            raise Unverified
        return Answer(body=asked.query["challenge"].encode())

    def acknowledge(self, delivery: Delivery) -> Answer:
        return Answer(body=b"ok")

    def split(self, delivery: Delivery) -> list[Piece]:
        """One line is one piece: the account it is for, a colon, its key."""
        if delivery.body == b"no parts":
            raise Unreadable
        lines = [line.partition(b":") for line in delivery.body.split(b"\n")]
        return [
            Piece(body=key, key=key.decode(), account=account.decode(), headers=delivery.headers)
            for account, _colon, key in lines
        ]


@pytest.fixture
def writer() -> Iterator[IntakeWriter]:
    writer = IntakeWriter()
    writer.start()
    yield writer
    writer.stop()


@pytest.fixture
def ask(writer, monkeypatch):
    """Ask at a door: a method, a path and what goes with it. No thread keeps its line to the database."""

    def look_up(question, *given):
        try:
            return question(*given)
        finally:
            connections.close_all()

    monkeypatch.setattr(intake, "with_connections", look_up)
    routes = [Route("/in/{key}", IntakeDoor(writer).answer, methods=ANY_METHOD)]
    transport = httpx.ASGITransport(Starlette(routes=routes))

    def asked(method: str, path: str, **given) -> httpx.Response:
        async def go() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://door.example") as client:
                return await client.request(method, path, **given)

        return asyncio.run(go())

    return asked


@pytest.fixture
def network(monkeypatch) -> Greeting:
    network = Greeting()
    plug_in(monkeypatch, network)
    return network


@pytest.fixture
def channel(network) -> Channel:
    return add_fake_channel(make_world("Lantern").owner.workspace)


def test_a_networks_question_is_answered_in_its_own_way(ask, channel):
    good = ask("GET", f"/in/{channel.key}", params={"token": "open sesame", "challenge": "1158201444"})
    strange = ask("GET", f"/in/{channel.key}", params={"token": "guessed", "challenge": "1"})

    assert (good.status_code, good.text) == (200, "1158201444")
    assert good.headers["content-type"] == "text/plain; charset=utf-8"
    assert good.headers["x-content-type-options"] == "nosniff"
    assert (strange.status_code, "1" in strange.json()["detail"]) == (401, False)


def test_a_confirmation_by_post_is_no_delivery(ask, channel):
    answer = ask("POST", f"/in/{channel.key}", content=b"confirm")

    assert (answer.status_code, answer.text) == (200, "code")
    assert not Envelope.objects.filter(channel_id=channel.id).exists()


def test_a_delivery_is_stored_with_its_headers_and_answered_as_the_network_wants(ask, channel):
    sent = {"signature": "right", "x-token": "t", "cookie": "secret"}
    answer = ask("POST", f"/in/{channel.key}", content=b":first", headers=sent)

    assert (answer.status_code, answer.text) == (200, "ok")
    kept = Envelope.objects.get(channel_id=channel.id).headers
    assert ("right" in kept, "x-token" in kept, "cookie" in kept) == (True, True, False)


def test_a_network_is_not_told_that_it_was_unreadable(ask, channel):
    answer = ask("POST", f"/in/{channel.key}", content=b"no parts")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert bytes(Envelope.objects.get(channel_id=channel.id).body) == b"no parts"


def test_a_wrong_signature_is_refused_and_nothing_is_stored(ask, channel):
    answer = ask("POST", f"/in/{channel.key}", content=b":first", headers={"signature": "wrong"})

    assert answer.status_code == 401
    assert not Envelope.objects.filter(channel_id=channel.id).exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_other_methods_are_refused(ask, channel, method):
    answer = ask(method, f"/in/{channel.key}")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_program_is_answered_as_before(ask):
    shop = make_world("Quay").channel

    assert ask("GET", f"/in/{shop.key}").status_code == 405
    assert ask("GET", "/in/nowhere").status_code == 404
    assert ask("POST", f"/in/{shop.key}", content=b"{}").status_code == 401


def test_what_is_for_a_sibling_reaches_the_sibling(ask, network, channel):
    Channel.objects.filter(id=channel.id).update(account_id="page-1")
    sibling = add_fake_channel(channel.workspace, name="Second")
    Channel.objects.filter(id=sibling.id).update(account_id="page-2")
    network.letters = {key: [said(key.decode())] for key in (b"a", b"b", b"c")}

    body = b"page-2:a\npage-1:b\npage-2:c\npage-9:d\n:e"
    network.letters[b"e"] = [said("e")]
    assert ask("POST", f"/in/{channel.key}", content=body).status_code == 200
    while process_waiting():
        pass

    stored = {one.key[2:]: one for one in Envelope.objects.filter(channel_id__in=[channel.id, sibling.id])}
    whose = {key: one.channel_id for key, one in stored.items()}
    assert whose == {"a": sibling.id, "c": sibling.id, "b": channel.id, "d": channel.id, "e": channel.id}
    ending = Ending.objects.get(envelope_id=stored["d"].id)
    assert (ending.ended_as, ending.reason) == ("nothing", NOT_CONNECTED_HERE)


def test_another_workspace_is_no_sibling(ask, network, channel):
    Channel.objects.filter(id=channel.id).update(account_id="page-1")
    strange = add_fake_channel(make_world("Quay").owner.workspace)
    Channel.objects.filter(id=strange.id).update(account_id="page-2")

    ask("POST", f"/in/{channel.key}", content=b"page-2:a")

    assert [one.channel_id for one in Envelope.objects.filter(key="i:a")] == [channel.id]
