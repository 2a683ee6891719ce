"""Nobody without the secret gets anything in; every answer is signed so that the other side can tell."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from allears.connectors.api import CONNECTOR
from allears.connectors.errors import Refused, SlowDown, Unknown, Unreachable, Unverified
from allears.connectors.interface import Account, Author, Delivery, File, Outgoing, Visibility

SECRET = CONNECTOR.make_secret()
BODY = b'{"id": "1"}'
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Answer:
    status_code: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class FakeWeb:
    def __init__(self, answer):
        self.answer, self.posts = answer, []

    def post(self, url, *, body, headers):
        self.posts.append((url, body, headers))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def account(web=None, url="https://program.example/answers"):
    settings = {"webhook_url": url} if url else {}
    return Account(channel_id=1, name="Shop", settings=settings, secrets={"secret": SECRET}, web=web)


def outgoing():
    return Outgoing(
        key="dispatch-1-2",
        external_id="ours@shop.example",
        text="Xin chào",
        visibility=Visibility.PRIVATE,
        to=Author(id="7", name="Anna"),
        thread="t1",
        in_reply_to="1",
        from_name="Ada",
        files=(File(name="a.txt", content_type="text/plain", data=b"a"),),
        sent_at=AT,
    )


def signed(body, secret=SECRET, prefix="sha256="):
    return prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(signature):
    headers = {} if signature is None else {"x-allears-signature": signature}
    CONNECTOR.verify(Delivery(body=BODY, headers=headers, received_at=AT), account())


def test_the_right_signature_opens_the_door():
    deliver(signed(BODY))


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        signed(BODY, prefix=""),
        signed(BODY + b" "),
        signed(BODY, secret=CONNECTOR.make_secret()),
        signed(BODY).upper(),
        signed(BODY)[:-1],
        "sha256=é",
        "sha1=" + hashlib.sha1(BODY).hexdigest(),
    ],
)
def test_no_other_does(signature):
    with pytest.raises(Unverified):
        deliver(signature)


def test_an_answer_is_a_standard_webhook_that_its_library_accepts():
    web = FakeWeb(Answer(content=b'{"id": "theirs"}'))

    sent = CONNECTOR.send(outgoing(), account(web))

    [(url, body, headers)] = web.posts
    said = Webhook(SECRET).verify(body, headers)
    assert url == "https://program.example/answers"
    assert headers["webhook-id"] == "dispatch-1-2"
    assert said["type"] == "message.reply"
    assert (said["data"]["text"], said["data"]["to"]["id"], said["data"]["in_reply_to"]) == (
        "Xin chào",
        "7",
        "1",
    )
    assert said["data"]["attachments"] == [{"name": "a.txt", "content_type": "text/plain", "data": "YQ=="}]
    assert sent.external_id == "theirs"


@pytest.mark.parametrize(
    "content", [b"", b"ok", b"[]", b'{"id": null}', b'{"id": {}}', b"\xff", b"{}", b'{"id": ""}']
)
def test_an_answer_that_names_nothing_leaves_our_own_name(content):
    sent = CONNECTOR.send(outgoing(), account(FakeWeb(Answer(content=content))))

    assert sent.external_id == "ours@shop.example"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(400), Refused),
        (Answer(301), Refused),
        (Answer(410), Refused),
        (Answer(500), Unreachable),
        (Answer(503), Unreachable),
        (Answer(429), SlowDown),
        (Unknown(), Unknown),
        (Unreachable(), Unreachable),
    ],
)
def test_what_an_answer_means(answer, error):
    with pytest.raises(error):
        CONNECTOR.send(outgoing(), account(FakeWeb(answer)))


@pytest.mark.parametrize(("asked", "seconds"), [("7", 7), ("", 60), ("soon", 60), ("999999", 3600)])
def test_a_pause_is_as_long_as_was_asked_within_reason(asked, seconds):
    before = datetime.now(UTC)
    with pytest.raises(SlowDown) as caught:
        CONNECTOR.send(outgoing(), account(FakeWeb(Answer(429, headers={"retry-after": asked}))))

    assert timedelta(seconds=seconds) <= caught.value.until - before < timedelta(seconds=seconds + 30)


def test_without_an_address_nothing_is_sent_and_it_says_so_before():
    with pytest.raises(Refused):
        CONNECTOR.send(outgoing(), account(FakeWeb(Answer()), url=""))

    assert CONNECTOR.objection({})
    assert CONNECTOR.objection({"webhook_url": "https://a.example"}) == ""


def test_the_check_says_what_is_wrong():
    good = CONNECTOR.check(account(FakeWeb(Answer())))
    bad = CONNECTOR.check(account(FakeWeb(Answer(404))))

    assert [check.is_good for check in (*good, *bad)] == [True, False]
    assert bad[0].advice
    assert [check.is_good for check in CONNECTOR.check(account(FakeWeb(Unknown())))] == [False]
    assert json.loads(FakeWeb(Answer()).answer.content or b"{}") == {}
