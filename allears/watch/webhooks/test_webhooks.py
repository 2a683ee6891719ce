"""Programs are told what happens: signed, in order, again until they take it, and never from inside."""

import json
from datetime import timedelta

import pytest
from django.urls import resolve
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.events.actions import record_event
from allears.foundation.events.queries import last_event_id
from allears.foundation.vault import VaultLocked
from allears.foundation.workspaces.actions import create_team
from allears.pipeline.conftest import only_conversation
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.statuses import set_priority
from allears.watch.webhooks.actions.calling import (
    forget_old_calls,
    replay_failed_calls,
    send_test_call,
)
from allears.watch.webhooks.actions.keeping import (
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
)
from allears.watch.webhooks.actions.telling import put_calls
from allears.watch.webhooks.conftest import Answer, connect, happen, told
from allears.watch.webhooks.errors import (
    NoEventsChosen,
    WebhookAddressNotValid,
    WebhookNameTaken,
)
from allears.watch.webhooks.models import Call, Endpoint
from allears.watch.webhooks.queries import count_events_since
from allears.watch.webhooks.secrets import seal_endpoints_again, secrets_in_force
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")


def test_what_happens_is_told_in_order_and_signed(channel, wire, owner, deliver, settings):
    settings.BASE_URL = "https://desk.lantern.example"
    deliver(said("1", thread="dm", text="Where is my parcel?"))
    conversation = only_conversation()
    set_priority(conversation.id, 0, owner)
    wire.run()
    opened, received, raised = (told(one, wire.secret) for one in wire.program.got)
    assert wire.told() == ["conversation.opened", "message.received", "conversation.priority_changed"]
    about = received["data"]["conversation"]
    assert (about["id"], about["status"], about["channel"]["name"]) == (conversation.id, "new", "Fake")
    assert about["url"] == f"https://desk.lantern.example/desk/all/{conversation.id}/"
    assert received["data"]["message"]["text"] == "Where is my parcel?"
    assert opened["data"]["event"]["by"] is None
    assert raised["data"]["event"]["by"] == {"id": owner.id, "name": owner.name}
    assert raised["data"]["change"] == {"before": "normal", "after": "urgent"}
    assert wire.program.got[0].headers["webhook-id"] == f"evt_{opened['data']['event']['id']}"
    with pytest.raises(WebhookVerificationError):
        told(wire.program.got[0], "whsec_" + "A" * 43 + "=")


def test_the_address_in_a_payload_opens(channel, wire, deliver):
    deliver(said("1", thread="dm"))
    wire.run()
    address = told(wire.program.got[0], wire.secret)["data"]["conversation"]["url"]
    assert resolve("/" + address.split("/", 3)[3]).url_name == "conversation"


@pytest.mark.usefixtures("_may_go_inside")
def test_only_what_was_chosen_is_told(owner, program, deliver):
    wire = connect(owner, program, "note.written")
    deliver(said("1", thread="dm"))
    write_note(only_conversation(), "She called twice.", owner)
    wire.run()
    assert wire.told() == ["note.written"]
    assert told(program.got[0], wire.secret)["data"]["note"]["text"] == "She called twice."


def test_an_assignment_names_people(wire, owner, agent, deliver):
    deliver(said("1", thread="dm"))
    assign_conversation(only_conversation().id, agent.id, owner)
    wire.run()
    assigned = told(wire.program.got[-1], wire.secret)["data"]
    assert assigned["change"] == {"before": None, "after": {"id": agent.id, "name": "Ada"}}
    assert assigned["conversation"]["assignee"] == {"id": agent.id, "name": "Ada"}


@pytest.mark.usefixtures("_may_go_inside")
def test_what_a_private_team_handles_is_told_only_where_it_was_asked_for(owner, program, deliver):
    shut, open_ = connect(owner, program), connect(owner, program, name="Legal", sees_private_teams=True)
    deliver(said("1", thread="dm"))
    give_to_team(only_conversation().id, create_team(owner, "Legal", is_private=True).id, owner)
    put_calls(last_event_id())
    kinds = [
        set(Call.objects.filter(endpoint=one.endpoint).values_list("kind", flat=True))
        for one in (shut, open_)
    ]
    assert kinds[1] - kinds[0] == {"conversation.opened", "message.received", "conversation.given_to_team"}


def test_only_administrators_keep_webhooks(agent, wire):
    for try_it in (
        lambda: add_endpoint(agent, "Mine", "https://x.example/"),
        lambda: change_endpoint(agent, wire.endpoint, "x", "https://x.example/", (), sees_private_teams=True),
        lambda: rotate_secret(agent, wire.endpoint),
        lambda: pause_endpoint(agent, wire.endpoint),
        lambda: delete_endpoint(agent, wire.endpoint),
        lambda: send_test_call(agent, wire.endpoint),
        lambda: replay_failed_calls(agent, wire.endpoint, now()),
    ):
        with pytest.raises(NotAllowed):
            try_it()


@pytest.mark.parametrize(
    "url", ["ftp://x.example/", "https:///nowhere", "shop", "https://a:b@x.example/", "https://x .y/"]
)
def test_an_address_must_be_one(owner, url):
    with pytest.raises(WebhookAddressNotValid):
        add_endpoint(owner, "Shop", url)


def test_a_name_is_had_once_and_a_kind_must_be_there(owner, stranger):
    add_endpoint(owner, "Shop", "https://x.example/")
    add_endpoint(stranger, "Shop", "https://x.example/")
    with pytest.raises(WebhookNameTaken):
        add_endpoint(owner, "shop", "https://x.example/")
    with pytest.raises(NoEventsChosen):
        add_endpoint(owner, "Other", "https://x.example/", ["account.signed_in"])


def test_another_workspace_hears_nothing(wire, owner, stranger, program):
    theirs = connect(stranger, program, name="Theirs")
    happen(owner, "Billing")
    theirs.run()
    assert program.got == []


def test_who_was_paused_hears_on_return_what_happened_meanwhile_or_not(wire, owner):
    pause_endpoint(owner, wire.endpoint)
    happen(owner, "Meanwhile")
    assert wire.run() == 0
    wire.endpoint.refresh_from_db()
    assert count_events_since(wire.endpoint) == 1
    resume_endpoint(owner, wire.endpoint, from_now=False)
    assert wire.run() == 1
    pause_endpoint(owner, wire.endpoint)
    happen(owner, "Lost to it")
    resume_endpoint(owner, wire.endpoint, from_now=True)
    happen(owner, "Heard")
    wire.run()
    names = [told(one, wire.secret)["data"]["facts"]["name"] for one in wire.program.got]
    assert names == ["Meanwhile", "Heard"]


def test_for_a_day_after_a_change_both_secrets_sign(wire, owner):
    new = rotate_secret(owner, wire.endpoint)
    happen(owner, "First")
    wire.run()
    first = wire.program.got[0]
    assert told(first, wire.secret) == told(first, new)
    happen(owner, "Second")
    Endpoint.objects.update(old_secret_until=now())
    wire.run()
    assert told(wire.program.got[1], new)
    with pytest.raises(WebhookVerificationError):
        told(wire.program.got[1], wire.secret)


def test_secrets_lie_sealed_and_are_sealed_again_with_a_new_key(wire, owner, monkeypatch):
    assert wire.secret not in Endpoint.objects.get().sealed_secret
    from allears.foundation import vault

    old = dict(vault._keys())
    monkeypatch.setattr(vault, "_keys", lambda: {"new": b"k" * 32, **old})
    assert seal_endpoints_again() == 1
    monkeypatch.setattr(vault, "_keys", lambda: {"new": b"k" * 32})
    assert secrets_in_force(Endpoint.objects.get()) == [wire.secret]
    monkeypatch.setattr(vault, "_keys", dict)
    with pytest.raises(VaultLocked):
        secrets_in_force(Endpoint.objects.get())
    happen(owner, "First")
    wire.run()
    assert "vault" in wire.call().trouble


def test_a_test_event_goes_out_at_once_and_shows_its_answer(wire, owner):
    wire.program.answers = [Answer(418, body=b"<b>short\x00 and stout</b>" + b"x" * 9000)]
    call = send_test_call(owner, wire.endpoint)
    assert (call.state, call.status, call.kind) == ("failed", 418, "webhook.test")
    assert (call.answer[:8], len(call.answer)) == ("<b>short", 2000)
    assert told(wire.program.got[0], wire.secret)["type"] == "webhook.test"
    assert Endpoint.objects.get().state == "on"


def test_calls_are_put_once_whoever_asks(wire, owner):
    happen(owner, "First")
    put_calls(last_event_id())
    Endpoint.objects.update(cursor=0)
    put_calls(last_event_id())
    assert Call.objects.filter(kind="team.created").count() == 1


def test_a_long_ledger_is_told_in_stretches(wire, owner, monkeypatch):
    monkeypatch.setattr("allears.watch.webhooks.actions.telling.AT_ONCE", 3)
    happen(owner, *"abcdefgh")
    rounds = 0
    while put_calls(last_event_id()):
        rounds += 1
    assert (rounds, Call.objects.count()) == (3, 8)


def test_telling_costs_the_same_for_one_event_and_for_many(wire, owner, deliver, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    deliver(said("1", thread="a"))
    with CaptureQueriesContext(connection) as one:
        put_calls(last_event_id())
    deliver(*[said(str(number), thread=f"t{number}") for number in range(2, 8)])
    with CaptureQueriesContext(connection) as many:
        put_calls(last_event_id())
    assert len(one) == len(many)


def test_old_calls_are_forgotten(wire, owner):
    happen(owner, "First")
    wire.run()
    assert forget_old_calls(timedelta(days=30)) == 0
    with shifted_clock(timedelta(days=31)):
        assert forget_old_calls(timedelta(days=30)) == 1


def test_a_payload_stands_in_the_form_of_the_specification(wire, owner):
    happen(owner, "First")
    wire.run()
    payload = json.loads(wire.program.got[0].body)
    assert set(payload) == {"type", "timestamp", "data"}
    assert payload["timestamp"].endswith("Z")
    headers = wire.program.got[0].headers
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["content-type"] == "application/json"
    assert Webhook(wire.secret).verify(wire.program.got[0].body, headers)


def test_a_kind_without_a_place_in_the_catalogue_is_not_told(wire, owner):
    record_event("account.signed_in", owner.workspace, owner)
    happen(owner, "First")
    wire.run()
    assert wire.told() == ["team.created"]


def test_what_happens_among_sample_data_is_told_to_nobody(channel, wire, owner, deliver):
    deliver(said("1", thread="dm"))
    wire.run()
    heard = len(wire.told())
    assert heard == 2

    type(channel).objects.update(is_sample=True)
    deliver(said("2", thread="dm"))
    set_priority(only_conversation().id, 0, owner)
    wire.run()
    assert len(wire.told()) == heard
