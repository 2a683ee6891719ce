"""Bluesky against a fake that holds every request against the lexicons: direct messages, sessions, faults."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.bluesky import CONNECTOR
from allears.connectors.bluesky.client import NO_CHAT, NOT_TAKEN_BY_THEM
from allears.connectors.errors import (
    ConnectorError,
    Disconnected,
    Expired,
    Refused,
    SlowDown,
    Unknown,
    Unreachable,
)
from allears.connectors.interface import (
    Account,
    Deed,
    DeedKind,
    Deletion,
    Delivery,
    File,
    Incoming,
    Item,
    ItemKind,
    Nothing,
    Outgoing,
    Reaction,
    Record,
    Visibility,
)
from tests.networks.bluesky import ANN, CONVO, US, FakeBluesky
from tests.networks.faults import Fault, cut_short, fails, hangs_up, slow, too_many

AT = datetime(2026, 11, 22, tzinfo=UTC)
POST, MESSAGE = "POST /xrpc/com.atproto.repo.putRecord", "POST /xrpc/chat.bsky.convo.sendMessage"


@pytest.fixture
def fake() -> Iterator[FakeBluesky]:
    with FakeBluesky() as running:
        yield running
        running.web._client.close()
    assert running.objections == []


class Desk:
    def __init__(self, fake: FakeBluesky) -> None:
        self.fake = fake
        self.account = fake.account()
        self.marks: dict[str, str] = {}
        self.known: set[str] = set()

    def poll(self, account: Account | None = None) -> list[Record | Nothing]:
        found: list[Record | Nothing] = []
        for heard in CONNECTOR.poll(account or self.account, dict(self.marks)):
            self.marks[heard.place] = heard.mark
            for piece in heard.pieces:
                if piece.key in self.known:
                    continue  # As the intake has it: the same key is the same envelope.
                self.known.add(piece.key)
                read = CONNECTOR.read(Delivery(body=piece.body, received_at=AT), self.account)
                found += [read] if isinstance(read, Nothing) else list(read)
        return found

    def messages(self) -> list[Incoming]:
        return [one for one in self.poll() if isinstance(one, Incoming) and not one.is_ours]

    def reply(self, to: Incoming, text: str, visibility: Visibility | None = None) -> Outgoing:
        return Outgoing(
            key=f"dispatch-1-{to.external_id[-8:]}",
            external_id="",
            text=text,
            visibility=visibility or to.visibility,
            to=to.author,
            thread=to.thread if visibility in {None, to.visibility} else "",
            in_reply_to=to.external_id,
            sent_at=datetime.now(UTC),
            item=item_of(to),
        )


def item_of(incoming: Incoming) -> Item:
    return Item(
        external_id=incoming.external_id,
        author=incoming.author,
        sent_at=incoming.sent_at,
        visibility=incoming.visibility,
        kind=incoming.item,
        text=incoming.text,
        facts=incoming.facts,
    )


@pytest.fixture
def desk(fake: FakeBluesky) -> Desk:
    return Desk(fake)


def test_a_mention_is_heard_with_its_reach_and_only_once(desk: Desk) -> None:
    uri = desk.fake.mention("@kettleworks.example where is it?")
    [heard] = desk.messages()
    assert (heard.external_id, heard.thread, heard.item) == (uri, uri, ItemKind.MENTION)
    assert (heard.author.id, heard.author.handle, heard.author.followers) == (ANN, "@ann.example", 412)
    assert desk.poll() == []


def test_many_mentions_while_nobody_asked_are_heard_oldest_first(desk: Desk) -> None:
    desk.fake.mention("first")
    desk.poll()
    for number in range(130):
        desk.fake.mention(f"question {number}")
    heard = [one.text for one in desk.messages()]
    assert [text for text in heard if text != "first"] == [f"question {number}" for number in range(130)]


def test_what_was_written_on_a_slow_clock_is_heard_behind_the_mark(desk: Desk) -> None:
    desk.fake.mention("in time")
    assert len(desk.messages()) == 1
    desk.fake.mention("a minute late", createdAt=desk.fake.earlier(timedelta(minutes=1)))
    desk.fake.notifications.reverse()
    assert [one.text for one in desk.messages()] == ["a minute late"]
    assert desk.poll() == []


def test_an_answer_is_a_record_with_facets_in_bytes(desk: Desk) -> None:
    uri = desk.fake.mention("is it blue?")
    [heard] = desk.messages()
    text = "Đúng 🫖 @ann.example, see https://kettles.example/ấm?q=1. #ấmđun"
    sent = CONNECTOR.send(desk.reply(heard, text), desk.account)
    record = desk.fake.records[sent.external_id]
    whole = text.encode()
    shown = [
        (whole[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(), f["features"][0])
        for f in record["facets"]
    ]
    kind = "app.bsky.richtext.facet#"
    assert shown == [
        ("@ann.example", {"$type": f"{kind}mention", "did": ANN}),
        (
            "https://kettles.example/ấm?q=1",
            {"$type": f"{kind}link", "uri": "https://kettles.example/ấm?q=1"},
        ),
        ("#ấmđun", {"$type": f"{kind}tag", "tag": "ấmđun"}),
    ]
    assert record["reply"]["parent"]["uri"] == record["reply"]["root"]["uri"] == uri


def test_an_answer_deep_in_a_thread_names_its_root(desk: Desk) -> None:
    root = desk.fake.mention("the root")
    stands = {"uri": root, "cid": "bafyreiroot"}
    desk.fake.mention("the reply", reply={"root": stands, "parent": stands})
    heard = next(one for one in desk.messages() if one.in_reply_to)
    assert (heard.thread, heard.item) == (root, ItemKind.REPLY)
    assert heard.post is not None
    assert (heard.post.text, heard.post.likes, heard.post.shares) == ("the root", 3, 2)
    sent = CONNECTOR.send(desk.reply(heard, "Yes."), desk.account)
    assert desk.fake.records[sent.external_id]["reply"]["root"] == stands


def test_pictures_go_with_an_answer(desk: Desk) -> None:
    desk.fake.mention("how does it look?")
    [heard] = desk.messages()
    files = (File(name="A blue kettle.png", content_type="image/png", data=b"png"),)
    sent = CONNECTOR.send(replace(desk.reply(heard, "So."), files=files), desk.account)
    [image] = desk.fake.records[sent.external_id]["embed"]["images"]
    assert image["alt"] == "A blue kettle"


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("x" * 301, ()),
        ("👨‍👩‍👧‍👦" * 130, ()),
        ("", ()),
        ("x", (File(name="a.pdf", content_type="application/pdf", data=b"x"),)),
        ("x", (File(name="a.png", content_type="image/png", data=b"x" * 1_000_001),)),
        ("x", (File(name="a.png", content_type="image/png", data=b"x"),) * 5),
    ],
)
def test_what_bluesky_would_not_take_is_refused_before_it_is_sent(
    desk: Desk, text: str, files: tuple[File, ...]
) -> None:
    desk.fake.mention("how long is long?")
    [heard] = desk.messages()
    asked = len(desk.fake.asked)
    with pytest.raises(Refused):
        CONNECTOR.send(replace(desk.reply(heard, text), files=files), desk.account)
    assert len(desk.fake.asked) == asked
    assert CONNECTOR.send(desk.reply(heard, "👨‍👩‍👧‍👦" * 119), desk.account).external_id


def test_direct_messages_are_heard_from_before_and_from_now_on(desk: Desk) -> None:
    desk.fake.say(ANN, "Hello?")
    [before] = desk.messages()
    assert (before.visibility, before.thread, before.author.handle) == (
        Visibility.PRIVATE,
        f"convo:{CONVO}",
        "@ann.example",
    )
    desk.fake.say(ANN, "Still there?")
    desk.fake.react(ANN, "👍")
    message, reaction = desk.poll()
    assert isinstance(message, Incoming)
    assert message.text == "Still there?"
    assert isinstance(reaction, Reaction)
    assert (reaction.external_id, reaction.emoji) == (message.external_id, "👍")
    assert desk.poll() == []


def test_a_direct_message_is_answered_and_our_own_is_recognised(desk: Desk) -> None:
    desk.fake.say(ANN, "Hello?")
    [heard] = desk.messages()
    sent = CONNECTOR.send(desk.reply(heard, "Good morning."), desk.account)
    assert (desk.fake.messages[-1]["text"], sent.thread) == ("Good morning.", heard.thread)
    [own] = desk.poll()
    assert isinstance(own, Incoming)
    assert (own.external_id, own.is_ours) == (sent.external_id, True)
    assert own.recipient is not None
    assert own.recipient.id == ANN


def test_a_public_matter_is_taken_to_direct_messages(desk: Desk) -> None:
    desk.fake.mention("where is order 4711?")
    [heard] = desk.messages()
    sent = CONNECTOR.send(desk.reply(heard, "Your address?", Visibility.PRIVATE), desk.account)
    assert sent.thread == f"convo:{CONVO}"
    assert sent.recipient is not None
    assert sent.recipient.id == ANN
    desk.fake.takes_messages = False
    with pytest.raises(Refused) as raised:
        CONNECTOR.send(desk.reply(heard, "Your address?", Visibility.PRIVATE), desk.account)
    assert raised.value.detail == NOT_TAKEN_BY_THEM


def test_without_the_permission_for_direct_messages_all_else_is_heard(desk: Desk) -> None:
    desk.fake.has_chat = False
    desk.fake.mention("anybody?")
    assert len(desk.messages()) == 1
    account, mentions, messages = CONNECTOR.check(desk.account)
    assert (account.is_good, mentions.is_good, messages.is_good) == (True, True, False)
    assert messages.message == NO_CHAT


def test_a_direct_message_gets_a_reaction_but_is_never_taken_back(desk: Desk) -> None:
    desk.fake.say(ANN, "Thank you")
    [heard] = desk.messages()
    item = item_of(heard)
    abilities = CONNECTOR.abilities(item, desk.account, AT)
    assert abilities.like.is_possible
    for offer in (abilities.publicly, abilities.hide, abilities.delete):
        assert not offer.is_possible
        assert offer.reason
    CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=item, emoji="🙏"), desk.account)
    with pytest.raises(Refused):
        CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=item), desk.account)


def test_a_post_that_vanished_is_deleted(desk: Desk) -> None:
    uri = desk.fake.mention("never mind")
    desk.poll()
    del desk.fake.records[uri]
    desk.fake.notifications.clear()
    desk.marks.pop("looked", None)
    [gone] = desk.poll()
    assert isinstance(gone, Deletion)
    assert gone.external_id == uri
    desk.marks.pop("looked", None)
    assert desk.poll() == []


def test_a_session_is_renewed_once_and_signed_in_anew_when_that_failed(desk: Desk) -> None:
    tokens = CONNECTOR.refresh(desk.account)
    assert tokens.ends_at is not None
    assert tokens.ends_at > datetime.now(UTC)
    with pytest.raises(Expired):
        desk.poll()
    again = CONNECTOR.refresh(desk.account)  # Its refresh token was used up: the app password helps.
    renewed = replace(desk.account, secrets={**desk.account.secrets, **again.secrets})
    assert desk.poll(renewed) == []
    wrong = replace(desk.account, secrets={"password": "wrong"})
    with pytest.raises(Disconnected):
        CONNECTOR.refresh(wrong)


@pytest.mark.parametrize(
    ("fault", "error", "is_written"),
    [
        (fails(503), Unreachable, False),
        (fails(502, is_done=True), Unreachable, True),
        (fails(400, {"error": "ExpiredToken", "message": "Token has expired"}), Expired, False),
        (fails(400, {"error": "InvalidRequest", "message": "Invalid record"}), Refused, False),
        (
            fails(400, {"error": "AccountTakedown", "message": "Account has been taken down"}),
            Disconnected,
            False,
        ),
        (too_many({"ratelimit-reset": "4070908800"}), SlowDown, False),
        (cut_short(), Unknown, True),
        (hangs_up(is_done=True), Unknown, True),
        (hangs_up(), Unknown, False),
    ],
)
def test_a_post_is_never_lost_and_never_sent_twice(
    desk: Desk, fault: Fault, error: type[ConnectorError], *, is_written: bool
) -> None:
    desk.fake.mention("is it safe?")
    [heard] = desk.messages()
    reply = desk.reply(heard, "It is, whatever comes.")
    desk.fake.misbehave(fault, on=POST)
    with pytest.raises(error) as raised:
        CONNECTOR.send(reply, desk.account)
    assert type(raised.value) is error
    assert len(ours(desk.fake)) == is_written
    if error is Unknown:
        assert CONNECTOR.look_up(reply, desk.account) is not None
    else:
        CONNECTOR.send(reply, desk.account)
    assert len(ours(desk.fake)) == 1


def ours(fake: FakeBluesky) -> list[str]:
    return [uri for uri in fake.records if uri.startswith(f"at://{US}/app.bsky.feed.post/")]


@pytest.mark.parametrize(
    ("fault", "error", "is_said"),
    [
        (fails(500, is_done=True), Unknown, True),
        (cut_short(), Unknown, True),
        (hangs_up(), Unknown, False),
        (too_many({"retry-after": "20"}), SlowDown, False),
        (
            fails(400, {"error": "InvalidRequest", "message": "block between recipient and sender"}),
            Refused,
            False,
        ),
    ],
)
def test_a_direct_message_of_unknown_fate_is_looked_for_and_never_said_twice(
    desk: Desk, fault: Fault, error: type[ConnectorError], *, is_said: bool
) -> None:
    desk.fake.say(ANN, "Hello?")
    [heard] = desk.messages()
    reply = desk.reply(heard, "Good morning.")
    desk.fake.misbehave(fault, on=MESSAGE)
    with pytest.raises(error):
        CONNECTOR.send(reply, desk.account)
    if error is Unknown:
        found = CONNECTOR.look_up(reply, desk.account)
        assert (found is not None) == is_said
    said = [one for one in desk.fake.messages if one["sender"]["did"] == US]
    assert len(said) == is_said


@pytest.mark.parametrize(
    ("fault", "error"),
    [(fails(500), Unreachable), (too_many(), SlowDown), (cut_short(), Unreachable)],
)
def test_a_poll_that_failed_is_made_up_for_by_the_next(
    desk: Desk, fault: Fault, error: type[ConnectorError]
) -> None:
    desk.fake.mention("anybody?")
    desk.fake.misbehave(fault, on="GET /xrpc/app.bsky.notification.listNotifications")
    with pytest.raises(error):
        desk.poll()
    assert len(desk.messages()) == 1


def test_a_slow_server_is_waited_for_and_a_revoked_session_is_said(desk: Desk) -> None:
    desk.fake.mention("hurry")
    desk.fake.misbehave(slow(0.2), on="GET /xrpc/app.bsky.notification.listNotifications")
    assert len(desk.messages()) == 1
    desk.fake.revoke()
    with pytest.raises(Expired):
        desk.poll()


def test_only_what_is_young_enough_is_heard_on_connecting(desk: Desk) -> None:
    desk.fake.mention("long ago")
    late = replace(desk.account, since=datetime.now(UTC) + timedelta(minutes=1))
    assert desk.poll(late) == []
