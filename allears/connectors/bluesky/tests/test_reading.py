"""What payloads of our own making become."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from allears.connectors.bluesky import CONNECTOR
from allears.connectors.bluesky.reading import CHAT_NEWS, FOLLOWED, OTHER_REASON, OWN_COPY, OWN_POST
from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Account,
    Delivery,
    Incoming,
    ItemKind,
    Nothing,
    Reaction,
    Record,
    Visibility,
)

PAYLOADS = Path(__file__).parents[1] / "payloads"
US, MIRA, TAM = (
    "did:plc:kettleworks2222222222222",
    "did:plc:mira22222222222222222222",
    "did:plc:tam222222222222222222222",
)
ROOT = f"at://{US}/app.bsky.feed.post/3n2aaaaaaaa22"
ACCOUNT = Account(channel_id=1, name="Bluesky", settings={"account_id": US})
AT = datetime(2026, 11, 22, tzinfo=UTC)


def read_page(name: str) -> list[Record | Nothing]:
    """Read every piece of a page, in order."""
    found: list[Record | Nothing] = []
    for piece in CONNECTOR.cut((PAYLOADS / name).read_bytes()):
        read = CONNECTOR.read(Delivery(body=piece.body, received_at=AT), ACCOUNT)
        found += [read] if isinstance(read, Nothing) else list(read)
    return found


def test_a_mention_has_its_links_written_out_and_believes_no_facet_that_lies() -> None:
    mention = read_page("notifications.json")[0]
    assert isinstance(mention, Incoming)
    assert (mention.item, mention.author.id, mention.author.handle) == (
        ItemKind.MENTION,
        MIRA,
        "@mira.example",
    )
    assert mention.text == (
        "@kettleworks.example ấm vỡ rồi, see https://kettles.example/very-long-page"
        " and our bank (https://evil.example/)"
    )
    [file] = mention.files
    assert (file.name, file.content_type) == ("A broken spout.png", "image/png")
    assert file.remote.endswith(f"/{MIRA}/bafkreipicture@jpeg")
    assert mention.url == "https://bsky.app/profile/mira.example/post/3n2bbbbbbbb22"


def test_a_reply_and_a_quote_stand_under_our_post() -> None:
    reply, quote = read_page("notifications.json")[1:3]
    assert isinstance(reply, Incoming)
    assert isinstance(quote, Incoming)
    assert (reply.item, reply.thread, reply.in_reply_to) == (ItemKind.REPLY, ROOT, ROOT)
    assert reply.facts["root_cid"] == "bafyreirootroot"
    assert (reply.author.name, reply.author.handle, len(reply.warnings)) == ("", "", 1)
    assert quote.item is ItemKind.QUOTE
    assert quote.post is not None
    assert quote.post.id == ROOT


def test_what_others_do_with_our_post_are_reactions_and_the_rest_says_why_it_is_nothing() -> None:
    like, repost, follow, other = read_page("notifications.json")[3:]
    assert isinstance(like, Reaction)
    assert isinstance(repost, Reaction)
    assert [(one.external_id, one.emoji, one.author.id) for one in (like, repost)] == [
        (ROOT, "❤️", MIRA),
        (ROOT, "🔁", TAM),
    ]
    assert (follow, other) == (Nothing(FOLLOWED), Nothing(OTHER_REASON))


def test_our_own_answer_names_the_customer_and_our_own_post_nobody() -> None:
    own, post = read_page("feed.json")
    assert isinstance(own, Incoming)
    assert own.recipient is not None
    assert (own.is_ours, own.recipient.id) == (True, MIRA)
    assert post == Nothing(OWN_POST)


def test_a_thread_leaves_out_what_is_blocked_or_gone_and_believes_no_date_of_the_future() -> None:
    post, reply = read_page("thread.json")
    assert post == Nothing(OWN_POST)
    assert isinstance(reply, Incoming)
    assert reply.text == "And in red?"
    assert reply.sent_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_direct_messages_and_their_reactions() -> None:
    begun, theirs, ours, added, removed, deleted, seen = read_page("log.json")
    assert begun == seen == Nothing(CHAT_NEWS)
    assert isinstance(theirs, Incoming)
    assert (theirs.visibility, theirs.thread, theirs.author.name) == (
        Visibility.PRIVATE,
        "convo:3kconvo",
        "Mira Ö.",
    )
    assert isinstance(ours, Incoming)
    assert ours.is_ours
    assert ours.recipient is not None
    assert ours.recipient.id == MIRA
    assert isinstance(added, Reaction)
    assert isinstance(removed, Reaction)
    assert [(one.external_id, one.emoji, one.is_removed) for one in (added, removed)] == [
        ("3kmsg2", "👍", False),
        ("3kmsg2", "👍", True),
    ]
    assert deleted == Nothing(OWN_COPY)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"posts":1}', b"null", b"[" * 100_000, b'{"heard":"x"}']
)
def test_what_is_nothing_of_bluesky_is_unreadable_and_no_error(body: bytes) -> None:
    with pytest.raises(Unreadable):
        CONNECTOR.read(Delivery(body=body, received_at=AT), ACCOUNT)
