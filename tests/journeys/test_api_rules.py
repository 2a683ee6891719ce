"""What holds for every request of a program: who it is, how often, once, and how errors are told."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest
from django.test import Client

from allears.foundation.clock import shifted_clock
from allears.foundation.tokens.actions import revoke_api_token
from allears.foundation.tokens.models import ApiToken
from allears.foundation.workspaces.actions import deactivate_member
from allears.pipeline.conversations.models import Conversation, Note
from allears.pipeline.replies.models import Dispatch
from allears.web.api.limits import LIMITS
from allears.web.api.views import workspace
from tests.journeys.programs import Program, program_of
from tests.journeys.worlds import browser_of, deliver, make_world, message_from
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


@pytest.fixture
def program(world):
    LIMITS.forget()
    return program_of(world.agent)


@pytest.fixture
def path(world):
    deliver(world.channel, message_from("Maria Petrova", "Where is my parcel?"))
    return f"/conversations/{Conversation.objects.get(customer_name='Maria Petrova').id}"


def problem(response):
    """Return status and code of an error, after looking whether it has the form that every error has."""
    assert response["Content-Type"] == "application/problem+json", response.content
    told = response.json()
    assert {"type", "title", "status", "detail", "code"} <= set(told)
    assert told["status"] == response.status_code
    assert "Traceback" not in response.content.decode()
    return response.status_code, told["code"]


def test_a_reply_sent_twice_with_one_key_is_one_reply(program, path):
    before = Dispatch.objects.count()
    first, again = (
        program.post(f"{path}/replies", {"text": "Today."}, Idempotency_Key="k-1") for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Dispatch.objects.count() == before + 1


def test_a_key_is_known_for_its_request_only(program, path, world):
    assert program.post(f"{path}/notes", {"text": "One"}, Idempotency_Key="k").status_code == 201
    for tried in (
        program.post(f"{path}/notes", {"text": "Two"}, Idempotency_Key="k"),
        program.post(f"{path}/replies", {"text": "One"}, Idempotency_Key="k"),
        program.patch(path, {"priority": "low"}, Idempotency_Key="k"),
        program.delete(f"{path}/outcome", Idempotency_Key="k"),
    ):
        assert problem(tried) == (422, "key-used-before")
    other = program_of(world.agent)
    assert other.post(f"{path}/notes", {"text": "Two"}, Idempotency_Key="k").status_code == 201
    assert Note.objects.count() == 2
    assert problem(program.post(f"{path}/notes", {"text": "x"}, Idempotency_Key="k" * 256))[0] == 422


def test_a_reply_is_one_also_when_its_answer_was_let_go_of(program, path):
    first = program.post(f"{path}/replies", {"text": "Today."}, Idempotency_Key="k").json()
    with shifted_clock(timedelta(days=2)):
        from allears.foundation.tokens.actions import forget_kept_answers

        forget_kept_answers()
        again = program.post(f"{path}/replies", {"text": "Today."}, Idempotency_Key="k")
    assert (again.status_code, again.json()["id"]) == (201, first["id"])


def test_what_was_refused_may_be_sent_again_with_its_key(program, path, world):
    change = {"status": "solved"}
    assert problem(program.patch(path, change, Idempotency_Key="k")) == (409, "still-unanswered")
    program.post(f"{path}/outcome", {"outcome": "no_reply_needed", "reason": "Only thanks"})
    assert program.patch(path, change, Idempotency_Key="k").status_code == 200


@pytest.mark.parametrize("token", ["", "ae_nonsense", "x" * 5000, "ае_кириллица"])
def test_no_good_token_no_way_in(world, token):
    refused = Program(token).get("/me")
    assert problem(refused) == (401, "token-not-good")
    assert refused["WWW-Authenticate"].startswith("Bearer")


def test_neither_a_cookie_nor_a_password_opens_the_api(world):
    assert problem(browser_of(world.owner).get("/api/v1/me")) == (401, "token-not-good")
    basic = Client().get("/api/v1/me", headers={"Authorization": "Basic b3duZXI6cGFzc3dvcmQ="})
    assert problem(basic) == (401, "token-not-good")


def test_a_token_ends_with_its_member_and_by_being_revoked(program, world, path):
    other = program_of(world.agent)
    assert other.get("/me").status_code == 200
    revoke_api_token(world.agent, ApiToken.objects.latest("id"))
    assert problem(other.get("/me")) == (401, "token-not-good")

    deactivate_member(world.owner, world.agent)
    assert problem(program.get("/me")) == (401, "token-not-good")
    assert problem(program.post(f"{path}/replies", {"text": "Too late"}))[0] == 401


def test_using_a_token_is_noted(program):
    program.get("/me")
    assert ApiToken.objects.latest("id").last_used_at is not None


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "no-such-address"),
        ("GET", "/conversations/", 404, "no-such-address"),
        ("GET", "/conversations/999999", 404, "not-visible"),
        ("GET", f"/conversations/{10**40}", 404, "not-visible"),
        ("GET", "/conversations/0", 404, "not-visible"),
        ("PUT", "/conversations", 405, "method-not-allowed"),
        ("DELETE", "/me", 405, "method-not-allowed"),
        ("GET", "/conversations?limit=0", 422, "not-understood"),
        ("GET", "/conversations?limit=many", 422, "not-understood"),
        ("GET", "/conversations?sort=loudest", 422, "not-understood"),
        ("GET", "/conversations?status=happy", 422, "filter-not-understood"),
        ("GET", "/conversations?colour=red", 422, "filter-not-understood"),
        ("GET", "/conversations?cursor=nonsense", 422, "cursor-not-known"),
        ("GET", "/conversations?text=%00", 200, None),
        ("GET", "/events?after=-1", 422, "not-understood"),
    ],
)
def test_every_error_has_the_same_form(program, method, path, status, code):
    response = program.ask(method, path)
    assert problem(response) == (status, code) if code else response.status_code == status
    if status == 405:
        assert response["Allow"]


def test_a_field_that_is_wrong_is_named(program, path):
    told = program.post(f"{path}/replies", {"text": 5, "than": "solve"}).json()
    assert {one["field"] for one in told["errors"]} == {"body.text", "body.than"}
    assert [one["field"] for one in program.get("/conversations?limit=0").json()["errors"]] == ["query.limit"]
    assert [one["field"] for one in program.get("/conversations?status=happy").json()["errors"]] == ["status"]


def test_what_is_no_json_or_too_much_of_it_is_refused(program, path, settings):
    ask = program.client.generic
    given = {"Authorization": f"Bearer {program.token}"}
    address = f"/api/v1{path}/notes"
    assert problem(program.post(f"{path}/notes", b"{nonsense")) == (400, "malformed")
    assert problem(program.post(f"{path}/notes", b"\xff\xfe")) == (400, "malformed")
    assert problem(program.post(f"{path}/notes", b'"\\ud800"'))[0] == 422
    assert problem(program.post(f"{path}/notes", b'{"text": "\\ud800"}'))[0] == 422
    assert problem(program.post(f"{path}/notes", b"[" * 100_000))[0] == 400
    assert problem(program.post(f"{path}/notes")) == (422, "not-understood")
    form = ask("POST", address, "text=x", "application/x-www-form-urlencoded", headers=given)
    assert problem(form) == (415, "not-json")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert problem(program.post(f"{path}/notes", {"text": "x" * 100})) == (413, "body-too-large")
    assert problem(program.post(f"{path}/notes", {"text": "x"}, Transfer_Encoding="chunked"))[0] == 411


def test_nothing_below_api_is_a_page(world):
    for address in ("/api/nothing", "/api/v2/conversations"):
        assert problem(Client().get(address)) == (404, "no-such-address")


def test_what_nobody_expected_is_told_with_a_reference_and_nothing_else(program, monkeypatch):
    def break_down(_workspace_id):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(workspace, "last_event_id_of", break_down)
    broken = program.get("/me")
    assert problem(broken) == (500, "broken")
    assert broken.json()["reference"]
    assert "swordfish" not in broken.content.decode()


def test_a_person_reads_the_error_in_their_language(program):
    told = program.get("/nothing", Accept_Language="ru").json()
    assert told["code"] == "no-such-address"
    assert told["detail"].startswith("По этому адресу")


def test_a_token_may_ask_so_often_and_is_told_what_is_left(program, settings, path, world):
    settings.API_READS_A_MINUTE, settings.API_WRITES_A_MINUTE = 3, 1
    LIMITS.forget()
    told = [program.get("/me") for _ in range(4)]

    assert [one.status_code for one in told] == [200, 200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in told] == ["2", "1", "0", "0"]
    assert {one["X-RateLimit-Limit"] for one in told} == {"3"}
    assert problem(told[3]) == (429, "too-fast")
    assert 1 <= int(told[3]["Retry-After"]) <= 20
    assert program_of(world.agent).get("/me").status_code == 200
    assert program.post(f"{path}/notes", {"text": "Writing has a budget of its own"}).status_code == 201
    assert problem(program.post(f"{path}/notes", {"text": "But no more"})) == (429, "too-fast")
    assert Note.objects.count() == 1


def test_the_description_is_for_everyone_and_valid_json(world):
    shown = Client().get("/api/openapi.json")
    assert json.loads(shown.content)["openapi"] == "3.1.0"
    assert "set-cookie" not in shown.headers
