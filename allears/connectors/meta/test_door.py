"""What Facebook, Instagram and WhatsApp share: the door, the Graph API, its errors and its allowance."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.account import Account
from allears.connectors.errors import (
    Disconnected,
    Expired,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
    Unreadable,
    Unverified,
)
from allears.connectors.interface import Asked, Delivery, File
from allears.connectors.meta.door import cut_delivery, greet_subscriber, proof_of, verify_signature
from allears.connectors.meta.errors import error_in
from allears.connectors.meta.graph import Graph, write_form
from allears.connectors.meta.values import moment_if_any, parse_object
from tests.networks.shared import channel_folder

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "brook-and-willow"


@dataclass
class Said:
    status_code: int = 200
    content: bytes = b"{}"
    headers: dict = field(default_factory=dict)


class ScriptedWeb:
    """Answers in turn, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def request(self, method, url, **asked):
        self.asked.append((method, url, asked))
        return self.answers.pop(0)


def said(status=200, headers=None, **content):
    return Said(status, json.dumps(content).encode(), headers or {})


def failed(code, subcode=None, status=400, **headers):
    error = {"message": "(#x) words of theirs", "code": code, "fbtrace_id": "A1"}
    if subcode:
        error["error_subcode"] = subcode
    return said(status, headers, error=error)


def graph(*answers, secret=SECRET):
    web = ScriptedWeb(*answers)
    return Graph(Account(channel_id=1, name="Page", web=web), "token-1", secret), web


def deliver(body, signature):
    headers = {} if signature is None else {"x-hub-signature-256": signature}
    verify_signature(Delivery(body=body, headers=headers, received_at=AT), SECRET)


def signed(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_what_is_signed_with_the_apps_secret_comes_in():
    deliver(b'{"a": 1}', signed(b'{"a": 1}'))


@pytest.mark.parametrize(
    "signature", [None, "", "sha256=", signed(b"{}"), signed(b'{"a": 1}', "another"), "sha256=é", "sha1=0"]
)
def test_nothing_else_does(signature):
    with pytest.raises(Unverified):
        deliver(b'{"a": 1}', signature)


def test_without_a_secret_nothing_comes_in_at_all():
    with pytest.raises(Unverified):
        verify_signature(
            Delivery(body=b"", headers={"x-hub-signature-256": signed(b"", "")}, received_at=AT), ""
        )


def test_signatures_made_by_others_are_judged_alike():
    vectors = json.loads((channel_folder("signatures") / "vectors.json").read_text())["meta"]

    for vector in vectors["vectors"]:
        headers = {"x-hub-signature-256": vector["value"]}
        delivery = Delivery(body=vector["body"].encode(), headers=headers, received_at=AT)
        if vector["valid"]:
            verify_signature(delivery, vector["secret"])
        else:
            with pytest.raises(Unverified):
                verify_signature(delivery, vector["secret"])
    for proof in vectors["appsecret_proof"]:
        assert proof_of(proof["app_secret"], proof["access_token"]) == proof["appsecret_proof"]


def ask(method="GET", **query):
    names = {name.replace("hub_", "hub."): value for name, value in query.items()}
    return greet_subscriber(Asked(method=method, query=names, headers={}), "willow")


def test_the_question_is_answered_with_its_challenge():
    answer = ask(hub_mode="subscribe", hub_verify_token="willow", hub_challenge="1158201444")

    assert (answer.status, answer.body) == (200, b"1158201444")
    assert answer.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub_mode": "subscribe", "hub_verify_token": "oak", "hub_challenge": "1"},
        {"hub_mode": "unsubscribe", "hub_verify_token": "willow", "hub_challenge": "1"},
    ],
)
def test_another_question_is_not(query):
    with pytest.raises(Unverified):
        ask(**query)


def test_a_delivery_is_no_question():
    assert ask("POST") is None


def test_a_delivery_of_several_accounts_is_cut_with_keys_that_stay():
    body = json.dumps(
        {
            "object": "page",
            "entry": [
                {
                    "id": "1",
                    "time": 1732276800,
                    "changes": [{"field": "feed", "n": 1}, {"field": "feed", "n": 2}],
                },
                {"id": 90071992547409931, "time": 1732276800123, "messaging": [{"n": 3}]},
            ],
        }
    ).encode()

    def cut():
        delivery = Delivery(body=body, received_at=AT)
        return cut_delivery(delivery, lambda happening: (f"key-{happening.value['n']}", "thread"))

    pieces = cut()

    assert [(piece.key, piece.account) for piece in pieces] == [
        ("key-1", "1"),
        ("key-2", "1"),
        ("key-3", "90071992547409931"),
    ]
    assert pieces == cut()
    [again] = cut_delivery(Delivery(body=pieces[2].body, received_at=AT), lambda happening: ("k", ""))
    assert again.body == pieces[2].body


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"entry": {}}', b"\xff", b"[" * 100_000])
def test_what_is_no_delivery_is_unreadable(body):
    with pytest.raises(Unreadable):
        cut_delivery(Delivery(body=body, received_at=AT), lambda happening: ("", ""))


def test_the_token_goes_into_a_header_with_a_proof_beside_it():
    api, web = graph(said(id="7"))

    assert api.post("7/comments", {"message": "Xin chào"}) == {"id": "7"}

    [(method, url, asked)] = web.asked
    assert (method, url) == ("POST", "https://graph.facebook.com/v25.0/7/comments")
    assert asked["headers"]["authorization"] == "Bearer token-1"
    assert asked["query"] == {"appsecret_proof": proof_of(SECRET, "token-1")}
    assert json.loads(asked["body"]) == {"message": "Xin chào"}
    assert "token-1" not in url + str(asked["query"])


def test_pages_follow_one_another_until_none_is_named():
    first = said(data=[{"id": "1"}], paging={"cursors": {"after": "c1"}, "next": "https://x"})
    last = said(data=[{"id": "2"}, "junk"], paging={"cursors": {"after": "c2"}})
    api, web = graph(first, last)

    assert [row["id"] for row in api.rows("7/feed", limit="25")] == ["1", "2"]
    assert [asked["query"].get("after") for _, _, asked in web.asked] == [None, "c1"]


def test_what_meta_has_given_out_makes_polls_rest():
    usage = {"x-app-usage": '{"call_count": 12, "total_time": 91.5}', "x-page-usage": "broken"}
    api, _ = graph(said(headers={"x-app-usage": '{"call_count": 12}'}), said(headers=usage))
    api.get("me")
    api.rest_if_tired()
    api.get("me")

    with pytest.raises(SlowDown):
        api.rest_if_tired()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failed(10, 2018278), Refused),
        (failed(100, 33), Refused),
        (failed(100), Refused),
        (failed(200, 1545041), Refused),
        (failed(551), Refused),
        (failed(230), Refused),
        (failed(368), Refused),
        (failed(506), Refused),
        (failed(190, 463), Expired),
        (failed(190), Expired),
        (failed(190, 460), Disconnected),
        (failed(4), SlowDown),
        (failed(613), SlowDown),
        (failed(80001), SlowDown),
        (Said(429, b"slow"), SlowDown),
        (failed(1200), Unreachable),
        (failed(2, status=500), Unknown),
        (failed(1), Unknown),
        (Said(500, b"<html>"), Unknown),
        (Said(502, b""), Unknown),
    ],
)
def test_what_an_error_means_for_something_sent(answer, error):
    found = error_in(answer, writes=True)

    assert type(found) is error
    assert "words of theirs" not in str(found)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failed(2, status=500), Unreachable),
        (failed(1), Unreachable),
        (Said(503, b""), Unreachable),
        (Said(404, b""), Refused),
        (failed("junk", status=400), Refused),
    ],
)
def test_what_an_error_means_for_a_question(answer, error):
    assert type(error_in(answer, writes=False)) is error


def test_an_answer_cut_in_the_middle_may_have_been_done():
    api, _ = graph(Said(200, b'{"id": "1'), Said(200, b'{"id": "1'))

    with pytest.raises(Unknown):
        api.post("7/comments", {})
    with pytest.raises(Unreachable):
        api.get("7")


def test_a_pause_is_as_long_as_meta_asks():
    usage = {"x-business-use-case-usage": '{"7": [{"type": "pages", "estimated_time_to_regain_access": 19}]}'}
    before = datetime.now(UTC)

    error = error_in(failed(80001, **usage), writes=True)

    assert timedelta(minutes=19) <= error.until - before < timedelta(minutes=20)


def test_without_a_token_nothing_is_asked():
    web = ScriptedWeb()
    with pytest.raises(Disconnected):
        Graph(Account(channel_id=1, name="Page", web=web), "").get("me")
    assert web.asked == []


def test_a_form_holds_its_file_whole():
    file = File(name='a"b\r\n.png', content_type="image/png", data=b"\x89PNG\r\n--\x00")

    body, kind = write_form({"message": "{}"}, "filedata", file)

    boundary = kind.partition("boundary=")[2].encode()
    parts = body.split(b"--" + boundary)
    assert parts[2].partition(b"\r\n\r\n")[2] == file.data + b"\r\n"
    assert b'filename="a%22b.png"' in parts[2]


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1732276800, datetime(2024, 11, 22, 12, tzinfo=UTC)),
        ("1732276800", datetime(2024, 11, 22, 12, tzinfo=UTC)),
        (1732276800500, datetime(2024, 11, 22, 12, 0, 0, 500000, tzinfo=UTC)),
        ("2024-11-22T12:00:00+0000", datetime(2024, 11, 22, 12, tzinfo=UTC)),
        ("2024-11-22T12:00:00", datetime(2024, 11, 22, 12, tzinfo=UTC)),
    ],
)
def test_moments_come_in_many_forms(value, at):
    assert moment_if_any(value) == at


@pytest.mark.parametrize("value", [None, True, "", "soon", -5, 10**40, float("nan"), [], "1" * 400])
def test_what_is_no_moment_is_none(value):
    assert moment_if_any(value) is None


def test_large_ids_keep_every_digit():
    assert parse_object(b'{"id": 90071992547409931}')["id"] == 90071992547409931
