"""Answering on Instagram in both ways of being connected, and staying connected, against a fake of the Graph API."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.errors import Disconnected, Expired, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.instagram import CONNECTOR
from allears.connectors.instagram.connecting import BY_PAGE_PERMISSIONS, FIELDS
from allears.connectors.interface import Account, Deed, DeedKind, Delivery, File, Incoming, ItemKind, Nothing
from tests.networks.faults import cut_short, done_then_refused, fails, hangs_up, never_answers, too_many
from tests.networks.graph_accounts import graph_of_ours, instagram_account, item, reply
from tests.networks.graph_parts import ACCOUNT, ANN, APP, PAGE, PAGE_TOKEN

PICTURE = File(name="lid.png", content_type="image/png", data=b"\x89PNG")
WAYS = [False, True]


@pytest.fixture(params=WAYS, ids=["through a page", "own login"])
def fake(monkeypatch, request):
    with graph_of_ours(monkeypatch, is_own_login=request.param) as graph:
        yield graph


@pytest.fixture
def comment(fake):
    return item(fake.add_ig_comment(fake.add_media(), "Is it blue?"))


@pytest.fixture
def message(fake):
    return item(fake.write("Hello").id, is_private=True, thread=ANN)


def account_on(fake, **settings):
    return instagram_account(is_own_login=fake.is_own_login, **settings)


def send(fake, outgoing, **settings):
    return CONNECTOR.send(outgoing, account_on(fake, **settings))


def judge(given, **settings):
    account = Account(channel_id=1, name="Shop", settings=settings)
    return CONNECTOR.abilities(given, account, datetime.now(UTC))


def test_a_comment_is_answered_under_itself(fake, comment):
    sent = send(fake, reply(comment))

    [made] = fake.comments_of(comment.external_id)
    assert (sent.external_id, made["text"]) == (made["id"], "Xin chào Ann")


@pytest.mark.parametrize(
    "text", ["ấ" * 301, "see https://a.example and https://b.example", "#a #b #c #d #e", "GREAT NEWS", " "]
)
def test_what_instagram_would_not_take_as_a_comment_never_leaves(fake, comment, text):
    with pytest.raises(Refused):
        send(fake, reply(comment, text))
    assert fake.asked == []


def test_a_mention_is_answered_where_it_was_written(fake):
    media = fake.add_media("18000000000000077", handle="ann")
    words = fake.add_ig_comment(media, "@shop is it blue?")
    facts = {"private": "no", "media": media, "comment": words}

    send(fake, reply(item(words, kind=ItemKind.MENTION, facts=facts)))
    send(fake, reply(item(media, kind=ItemKind.MENTION, facts={**facts, "comment": ""}), "Thank you"))

    assert [made["text"] for made in fake.comments_of(words)] == ["Xin chào Ann"]
    assert "Thank you" in [made["text"] for made in fake.comments_of(media)]


def test_a_direct_message_is_counted_in_bytes_and_answered(fake, message):
    sent = send(fake, reply(message, "ấ" * 333))

    assert [said.id for said in fake.said()] == [sent.external_id]
    with pytest.raises(Refused):
        send(fake, reply(message, "ấ" * 334))
    with pytest.raises(Refused):
        send(fake, reply(message, "a" * 1001))
    assert len(fake.said()) == 1


def test_files_are_messages_of_their_own(fake, message):
    sent = send(fake, reply(message, files=(PICTURE,)))

    words, picture = fake.said()
    assert (sent.external_id, sent.also) == (words.id, (picture.id,))
    large = File(name="a.png", content_type="image/png", data=b"x" * 8_000_001)
    with pytest.raises(Refused):
        send(fake, reply(message, files=(large,)))


def test_a_comment_is_taken_to_private_once(fake, comment):
    sent = send(fake, reply(comment, is_private=True))

    assert (sent.thread, sent.recipient.id) == (ANN, ANN)
    with pytest.raises(Refused) as refused:
        send(fake, reply(comment, is_private=True))
    assert "already answered privately" in str(refused.value)


def test_after_a_day_only_a_person_with_the_permission_gets_through(fake):
    fake.write("Hello", at=datetime.now(UTC) - timedelta(hours=30))
    fake.has_human_agent = True
    given = item("m_1", hours=30, is_private=True)

    with pytest.raises(Refused):
        send(fake, reply(given))
    send(fake, reply(given), human_agent="yes")

    assert len(fake.said()) == 1


def test_a_live_comment_can_only_be_answered_privately_while_it_runs():
    running = judge(item("c", hours=1, facts={"live": "1"}))
    over = judge(item("c", hours=5, facts={"live": "1"}))

    assert (running.publicly.is_possible, running.privately.is_possible, running.hide.is_possible) == (
        False,
        True,
        False,
    )
    assert running.privately.warning
    assert over.privately.reason


@pytest.mark.parametrize(
    ("told", "can"),
    [
        ({}, {"publicly", "privately", "hide"}),
        ({"is_ours": True}, {"publicly", "delete"}),
        ({"kind": ItemKind.MENTION, "facts": {"private": "no"}}, {"publicly"}),
        ({"is_private": True}, {"privately", "like"}),
        ({"is_private": True, "facts": {"standby": "1"}}, set()),
    ],
)
def test_what_can_be_done_is_said_and_what_can_not_has_its_reason(told, can):
    abilities = judge(item("x", **told))

    offers = {name: getattr(abilities, name) for name in ("publicly", "privately", "like", "hide", "delete")}
    assert {name for name, offer in offers.items() if offer.is_possible} == can
    assert all(offer.reason for offer in offers.values() if not offer.is_possible)


def test_hearts_seen_hiding_and_deleting(fake, comment, message):
    account = account_on(fake)
    CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=message, emoji="❤️"), account)
    CONNECTOR.act(Deed(kind=DeedKind.UNLIKE, item=message), account)
    CONNECTOR.act(Deed(kind=DeedKind.SEEN, item=message), account)
    CONNECTOR.act(Deed(kind=DeedKind.HIDE, item=comment), account)

    assert [(one["action"], one["message_id"]) for one in fake.reactions] == [
        ("REACT", message.external_id),
        ("UNREACT", message.external_id),
    ]
    assert fake.chats[ANN].seen
    assert fake.nodes[comment.external_id]["hide"] is True
    sent = send(fake, reply(comment))
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=item(sent.external_id, is_ours=True)), account)
    assert fake.comments_of(comment.external_id) == []


FAULTS = [
    (fails(500), Unknown, 0),
    (too_many({"retry-after": "30"}), SlowDown, 0),
    (cut_short(8), Unknown, 1),
    (never_answers(), Unknown, 1),
    (hangs_up(), Unknown, 0),
    (done_then_refused(500, {"error": {"code": 2, "message": "temporary"}}), Unknown, 1),
    (fails(400, {"error": {"code": 190, "error_subcode": 463}}), Expired, 0),
]


@pytest.mark.parametrize("place", ["replies", "messages"])
@pytest.mark.parametrize("case", FAULTS)
def test_no_fault_sends_twice_or_loses_a_reply(fake, comment, message, place, case):
    fault, error, said = case
    outgoing = reply(comment if place == "replies" else message)
    fake.misbehave(fault, on=f"POST /v25.0/{{id}}/{place}")

    def is_there():
        return len(fake.comments_of(comment.external_id) if place == "replies" else fake.said())

    with pytest.raises(error) as raised:
        send(fake, outgoing)
    assert type(raised.value) is error
    assert is_there() == said

    found = CONNECTOR.look_up(outgoing, account_on(fake))
    assert (found is not None) is bool(said)
    if found is None:
        send(fake, outgoing)
    assert is_there() == 1


def mention(media, comment=""):
    value = {"media_id": media, "comment_id": comment} if comment else {"media_id": media}
    entry = {"id": ACCOUNT, "time": 1795348800, "changes": [{"field": "mentions", "value": value}]}
    return json.dumps({"object": "instagram", "entry": [entry]}).encode()


def read(fake, body):
    return CONNECTOR.read(Delivery(body=body, received_at=datetime.now(UTC)), account_on(fake))


def test_the_words_of_a_mention_are_asked_for(monkeypatch):
    with graph_of_ours(monkeypatch) as fake:
        media = fake.add_media("18000000000000077", text="Tea with @shop", handle="ann")
        comment = fake.add_ig_comment(media, "@shop is it blue?")

        [in_comment], [in_caption] = read(fake, mention(media, comment)), read(fake, mention(media))

        assert (in_comment.text, in_comment.author.handle, in_comment.item) == (
            "@shop is it blue?",
            "ann",
            ItemKind.MENTION,
        )
        assert (in_caption.text, in_caption.external_id) == ("Tea with @shop", media)
        assert isinstance(read(fake, mention("404")), Nothing)
        fake.misbehave(fails(500))
        with pytest.raises(Unreachable):
            read(fake, mention(media, comment))


def poll(account, cursors):
    found = []
    for heard in CONNECTOR.poll(account, dict(cursors)):
        found += heard.pieces
        cursors[heard.place] = heard.mark
    return found


def words(pieces, account):
    at = datetime.now(UTC)
    records = [CONNECTOR.read(Delivery(body=piece.body, received_at=at), account) for piece in pieces]
    return [
        one.text for found in records if isinstance(found, list) for one in found if isinstance(one, Incoming)
    ]


def test_a_poll_brings_what_is_new_oldest_first_and_nothing_twice(fake):
    now, account, cursors = datetime.now(UTC), account_on(fake), {}
    media = fake.add_media()
    fake.add_ig_comment(media, "second", at=now - timedelta(hours=2))
    fake.add_ig_comment(media, "first", at=now - timedelta(hours=3))
    fake.add_ig_comment(media, "long ago", at=now - timedelta(days=60))
    fake.write("private", at=now - timedelta(hours=1))

    pieces = poll(account, cursors)

    assert words(pieces, account) == ["first", "second", "private"]
    keys = {piece.key for piece in pieces}
    fake.add_ig_comment(media, "third")
    again = [piece for piece in poll(account, cursors) if piece.key not in keys]
    assert words(again, account) == ["third"]


def test_the_account_is_found_checked_and_subscribed(fake):
    account = account_on(fake, app_id=APP)
    fake.scopes = list(BY_PAGE_PERMISSIONS)

    found = CONNECTOR.find_out(account)
    assert (found["account_id"], found["handle"]) == (ACCOUNT, "shop")
    assert found.get("page_id") == (None if fake.is_own_login else PAGE)
    assert all(check.is_good for check in CONNECTOR.check(account))

    assert not CONNECTOR.subscription(account).is_good
    CONNECTOR.subscribe(account)
    assert CONNECTOR.subscription(account).is_good
    if fake.is_own_login:
        assert fake.subscribed == list(FIELDS)
    else:
        assert fake.callbacks["instagram"]["fields"] == ",".join(FIELDS)


def test_the_token_is_renewed(fake):
    tokens = CONNECTOR.refresh(account_on(fake))

    if fake.is_own_login:
        assert tokens.secrets == {"token": "ig-token-2"}
        assert timedelta(days=59) < tokens.ends_at - datetime.now(UTC) < timedelta(days=61)
    else:
        assert tokens.secrets["page_token"] == PAGE_TOKEN


def test_a_token_that_ended_asks_for_a_new_one(fake):
    fake.revoke()

    with pytest.raises(Disconnected):
        CONNECTOR.refresh(account_on(fake))


def test_a_post_is_seen_with_its_reach_or_is_gone(fake):
    media = fake.add_media()
    fake.nodes[media] |= {
        "like_count": 12,
        "comments_count": 3,
        "permalink": "https://www.instagram.com/p/abc/",
    }

    seen = CONNECTOR.see_post(media, account_on(fake))

    assert (seen.text, seen.likes, seen.comments, seen.is_ours) == ("New kettles", 12, 3, True)
    assert CONNECTOR.see_post("404", account_on(fake)) is None
