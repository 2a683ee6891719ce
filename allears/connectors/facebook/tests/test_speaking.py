"""Answering on Facebook, against a fake that refuses what Meta refuses and holds requests against its descriptions."""

from datetime import UTC, datetime, timedelta

import pytest

from allears.connectors.errors import Disconnected, Expired, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.facebook import CONNECTOR
from allears.connectors.interface import Account, Deed, DeedKind, Delivery, File, ItemKind, Receipt
from tests.networks.faults import cut_short, done_then_refused, fails, hangs_up, never_answers, slow, too_many
from tests.networks.graph_accounts import graph_of_ours, item, page_account, reply
from tests.networks.graph_parts import ANN, PAGE

PICTURE = File(name="lid.png", content_type="image/png", data=b"\x89PNG")
RECEIPT = File(name="receipt.pdf", content_type="application/pdf", data=b"%PDF")
DAY = 24


@pytest.fixture
def fake(monkeypatch):
    with graph_of_ours(monkeypatch) as graph:
        yield graph


@pytest.fixture
def comment(fake):
    return item(fake.add_comment(fake.add_post(), "Is it blue?"))


@pytest.fixture
def message(fake):
    return item(fake.write("Hello").id, is_private=True, thread=ANN)


def send(outgoing, **settings):
    return CONNECTOR.send(outgoing, page_account(**settings))


def judge(given, **settings):
    return CONNECTOR.abilities(given, page_account(**settings), datetime.now(UTC))


def test_a_comment_is_answered_under_itself(fake, comment):
    sent = send(reply(comment))

    [made] = fake.comments_of(comment.external_id)
    assert (sent.external_id, made["message"], made["sender"]) == (made["id"], "Xin chào Ann", PAGE)
    assert sent.url.endswith(sent.external_id)


def test_a_comment_may_carry_one_picture(fake, comment):
    send(reply(comment, "", files=(PICTURE,)))

    [made] = fake.comments_of(comment.external_id)
    assert made["attachment_id"].startswith("p")
    with pytest.raises(Refused):
        send(reply(comment, files=(PICTURE, PICTURE)))
    with pytest.raises(Refused):
        send(reply(comment, files=(RECEIPT,)))
    assert len(fake.comments_of(comment.external_id)) == 1


def test_a_private_message_is_answered_and_its_echo_names_our_dispatch(fake, message):
    sent = send(reply(message))

    [said] = fake.said()
    assert (said.id, said.text) == (sent.external_id, "Xin chào Ann")
    [delivery] = list(fake.deliveries())
    account = page_account()
    [told] = CONNECTOR.read(Delivery(body=delivery, received_at=datetime.now(UTC)), account)
    assert (type(told), told.external_id, told.key) == (Receipt, sent.external_id, "dispatch-1-2")


def test_words_and_files_become_messages_of_their_own(fake, message):
    sent = send(reply(message, files=(PICTURE, RECEIPT)))

    words, picture, receipt = fake.said()
    assert (sent.external_id, sent.also) == (words.id, (picture.id, receipt.id))
    assert [one.told["attachment"]["type"] for one in (picture, receipt)] == ["image", "file"]


def test_a_file_that_is_not_taken_stops_the_reply_before_anything_is_said(fake, message):
    fake.misbehave(
        fails(400, {"error": {"code": 100, "error_subcode": 2018047}}),
        on="POST /v25.0/{id}/message_attachments",
    )

    with pytest.raises(Refused):
        send(reply(message, files=(PICTURE,)))
    assert fake.said() == []


def test_what_fails_after_the_first_part_is_told_beside_it_and_the_first_is_not_sent_again(fake, message):
    fake.misbehave(slow(0), fails(500), on="POST /v25.0/{id}/messages")

    sent = send(reply(message, files=(PICTURE,)))

    [words] = fake.said()
    assert (sent.external_id, sent.also) == (words.id, ())
    assert sent.note


@pytest.mark.parametrize(
    ("hours", "human_agent", "is_possible", "by_person"),
    [
        (1, "no", True, False),
        (DAY - 0.01, "no", True, False),
        (DAY + 0.01, "no", False, False),
        (DAY + 0.01, "yes", True, True),
        (7 * DAY - 0.01, "yes", True, True),
        (7 * DAY + 0.01, "yes", False, False),
    ],
)
def test_the_windows_of_messenger(fake, hours, human_agent, is_possible, by_person):
    given = item("m_1", hours=hours, is_private=True)

    offer = judge(given, human_agent=human_agent).privately

    assert (offer.is_possible, offer.must_be_by_person) == (is_possible, by_person)
    assert bool(offer.reason) is not is_possible
    if is_possible:
        assert offer.until - given.sent_at == timedelta(hours=7 * DAY if human_agent == "yes" else DAY)


def test_what_the_customer_wrote_last_counts_and_not_the_item(fake):
    given = item("m_1", hours=90, is_private=True, heard_privately_at=datetime.now(UTC) - timedelta(hours=2))

    assert judge(given).privately.is_possible


def test_after_a_day_only_a_person_with_the_permission_gets_through(fake):
    past = datetime.now(UTC) - timedelta(hours=30)
    fake.write("Hello", at=past)
    fake.has_human_agent = True
    given = item("m_1", hours=30, is_private=True)

    with pytest.raises(Refused):
        send(reply(given))
    with pytest.raises(Refused):
        send(reply(given, is_by_person=False), human_agent="yes")
    assert fake.said() == []

    send(reply(given), human_agent="yes")
    assert len(fake.said()) == 1


def test_a_window_that_is_closed_there_is_said_in_words(fake):
    fake.write("Hello", at=datetime.now(UTC) - timedelta(hours=30))

    with pytest.raises(Refused) as refused:
        send(reply(item("m_1", is_private=True)))
    assert "customer must write again" in str(refused.value)


def test_a_comment_is_taken_to_private_once_and_opens_a_thread(fake, comment):
    sent = send(reply(comment, is_private=True))

    [said] = fake.said()
    assert (sent.external_id, sent.thread, sent.recipient.id) == (said.id, ANN, ANN)
    with pytest.raises(Refused):
        send(reply(comment, is_private=True))


def test_a_visitors_post_is_taken_to_private_by_its_own_id(fake):
    post = fake.add_post("9", sender=ANN)
    given = item(post, kind=ItemKind.VISITOR_POST, facts={"is_post": "1"})

    send(reply(given, is_private=True))

    assert fake.answered_privately == {post}


@pytest.mark.parametrize(
    ("told", "is_possible"),
    [
        ({}, True),
        ({"hours": 7 * DAY - 0.1}, True),
        ({"hours": 7 * DAY + 0.1}, False),
        ({"private_replies": 1}, False),
        ({"is_deleted": True}, False),
        ({"facts": {"private": "no"}}, False),
        ({"is_ours": True}, False),
    ],
)
def test_when_a_comment_can_be_answered_privately(fake, told, is_possible):
    offer = judge(item("c_1", **told)).privately

    assert offer.is_possible is is_possible
    assert bool(offer.reason) is not is_possible


def test_a_private_reply_opens_no_window_but_an_answer_to_it_does(fake):
    answered = item("c_1", private_replies=1)
    heard = item("c_1", private_replies=1, heard_privately_at=datetime.now(UTC) - timedelta(hours=1))

    assert not judge(answered).privately.is_possible
    assert judge(heard).privately.is_possible


def test_where_the_window_is_open_the_author_of_an_answered_comment_is_written_to_as_a_person(fake, comment):
    send(reply(comment, is_private=True))
    fake.write("Thank you")
    again = item(comment.external_id, private_replies=1, heard_privately_at=datetime.now(UTC))

    send(reply(again, "You are welcome", is_private=True))

    assert [said.text for said in fake.said()] == ["Xin chào Ann", "You are welcome"]


def test_a_private_reply_takes_words_only(fake, comment):
    assert judge(comment).privately.files is None
    with pytest.raises(Refused):
        send(reply(comment, is_private=True, files=(PICTURE,)))
    assert fake.said() == []


def test_what_another_app_holds_is_not_offered(fake):
    given = item("m_1", is_private=True, facts={"standby": "1"})

    assert "Another app" in judge(given).privately.reason
    with pytest.raises(Refused):
        send(reply(given))
    assert fake.asked == []


def test_a_text_that_is_too_long_never_leaves(fake, comment, message):
    with pytest.raises(Refused):
        send(reply(message, "ấ" * 2001))
    with pytest.raises(Refused):
        send(reply(comment, "ấ" * 8001))
    assert fake.said() == []
    assert fake.asked == []
    send(reply(message, "ấ" * 2000))
    assert len(fake.said()) == 1


@pytest.mark.parametrize(("kind", "is_hidden"), [(DeedKind.HIDE, True), (DeedKind.UNHIDE, False)])
def test_a_comment_is_hidden_and_shown_again(fake, comment, kind, is_hidden):
    for _ in range(2):
        CONNECTOR.act(Deed(kind=kind, item=comment), page_account())

    assert fake.nodes[comment.external_id]["is_hidden"] is is_hidden


def test_likes_seen_and_deleting_our_own(fake, comment, message):
    account = page_account()
    CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=comment), account)
    assert fake.likes == {comment.external_id}
    CONNECTOR.act(Deed(kind=DeedKind.UNLIKE, item=comment), account)
    assert fake.likes == set()
    CONNECTOR.act(Deed(kind=DeedKind.SEEN, item=message), account)
    assert fake.chats[ANN].seen

    sent = send(reply(comment))
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=item(sent.external_id, is_ours=True)), account)
    assert fake.comments_of(comment.external_id) == []


@pytest.mark.parametrize(
    ("told", "can"),
    [
        ({}, {"publicly", "privately", "like", "hide"}),
        ({"is_ours": True}, {"publicly", "like", "delete"}),
        ({"is_deleted": True}, set()),
        ({"kind": ItemKind.MENTION, "facts": {"private": "no"}}, {"publicly", "like"}),
        ({"kind": ItemKind.RATING, "facts": {"private": "no"}}, {"publicly", "like"}),
        ({"facts": {"hide": "no"}}, {"publicly", "privately", "like"}),
        ({"is_private": True}, {"privately"}),
    ],
)
def test_what_can_be_done_is_said_and_what_can_not_has_its_reason(fake, told, can):
    abilities = judge(item("x", **told))

    offers = {name: getattr(abilities, name) for name in ("publicly", "privately", "like", "hide", "delete")}
    assert {name for name, offer in offers.items() if offer.is_possible} == can
    assert all(offer.reason for offer in offers.values() if not offer.is_possible)
    assert fake.asked == []


FAULTS = [
    (slow(0.1), None, 1),
    (fails(500), Unknown, 0),
    (fails(503), Unknown, 0),
    (too_many({"retry-after": "30"}), SlowDown, 0),
    (cut_short(8), Unknown, 1),
    (never_answers(), Unknown, 1),
    (hangs_up(), Unknown, 0),
    (done_then_refused(500, {"error": {"code": 2, "message": "temporary"}}), Unknown, 1),
    (done_then_refused(400, {"error": {"code": 1, "message": "unknown"}}), Unknown, 1),
    (fails(400, {"error": {"code": 368}}), Refused, 0),
    (fails(400, {"error": {"code": 190, "error_subcode": 463}}), Expired, 0),
    (fails(400, {"error": {"code": 190, "error_subcode": 460}}), Disconnected, 0),
    (fails(400, {"error": {"code": 32}}), SlowDown, 0),
    (fails(400, {"error": {"code": 1200}}), Unreachable, 0),
]


@pytest.mark.parametrize("place", ["comments", "messages"])
@pytest.mark.parametrize("case", FAULTS)
def test_no_fault_sends_twice_or_loses_a_reply(fake, comment, message, place, case):
    """Whatever goes wrong, what is unknown is found by looking, and what is sent again is not there yet."""
    fault, error, said = case
    outgoing = reply(comment if place == "comments" else message)
    fake.misbehave(fault, on=f"POST /v25.0/{{id}}/{place}")

    def is_there():
        return len(fake.comments_of(comment.external_id) if place == "comments" else fake.said())

    if error is None:
        send(outgoing)
        assert is_there() == 1
        return
    with pytest.raises(error) as raised:
        send(outgoing)
    assert type(raised.value) is error
    assert is_there() == said
    assert "#" not in str(raised.value)

    found = CONNECTOR.look_up(outgoing, page_account())
    assert (found is not None) is bool(said)
    if found is None:
        send(outgoing)
    assert is_there() == 1


def test_a_look_up_takes_nothing_older_and_nobody_elses_words(fake, comment):
    past = datetime.now(UTC) - timedelta(hours=1)
    fake.add_comment(comment.external_id, "Xin chào Ann", sender=PAGE, at=past)
    fake.add_comment(comment.external_id, "Xin chào Ann", sender=ANN)

    assert CONNECTOR.look_up(reply(comment), page_account()) is None


def test_a_private_reply_of_unknown_fate_is_found_in_the_chat(fake, comment):
    fake.misbehave(never_answers(), on="POST /v25.0/{id}/messages")
    outgoing = reply(comment, is_private=True)
    with pytest.raises(Unknown):
        send(outgoing)

    found = CONNECTOR.look_up(outgoing, page_account())

    assert (found.external_id, found.thread) == (fake.said()[0].id, ANN)


def test_revoked_keys_ask_for_new_ones(fake, comment):
    fake.revoke()

    with pytest.raises(Disconnected):
        send(reply(comment))


def test_a_post_is_seen_with_its_reach_or_is_gone(fake):
    post = fake.add_post()
    fake.nodes[post] |= {
        "permalink_url": "https://www.facebook.com/p/1",
        "shares": {"count": 4},
        "reactions": {"data": [], "summary": {"total_count": 12}},
    }

    seen = CONNECTOR.see_post(post, page_account())

    assert (seen.text, seen.is_ours, seen.likes, seen.shares, seen.comments) == (
        "New kettles",
        True,
        12,
        4,
        None,
    )
    assert CONNECTOR.see_post(f"{PAGE}_404", page_account()) is None


def test_the_name_of_who_writes_is_asked_for_once(fake):
    fake.nodes["7000000000000055"] = {"id": "7000000000000055", "at": datetime.now(UTC), "name": "Ann Kettle"}
    fake.kinds["7000000000000055"] = "User-profile"
    account = Account(
        channel_id=77,
        name="Shop",
        settings={"account_id": PAGE},
        secrets=page_account().secrets,
        web=page_account().web,
    )
    body = (
        b'{"object":"page","entry":[{"id":"110000000000001","time":1795348800000,"messaging":[{"sender":'
        b'{"id":"7000000000000055"},"recipient":{"id":"110000000000001"},"timestamp":1795348800000,'
        b'"message":{"mid":"m_9","text":"Hello"}}]}]}'
    )

    names = [
        CONNECTOR.read(Delivery(body=body, received_at=datetime.now(UTC)), account)[0].author.name
        for _ in "12"
    ]

    assert names == ["Ann Kettle", "Ann Kettle"]
    assert len(fake.asked) == 1
