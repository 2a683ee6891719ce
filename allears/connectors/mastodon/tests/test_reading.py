"""What payloads of our own making become."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from allears.connectors.errors import Unreadable
from allears.connectors.interface import (
    Account,
    Deletion,
    Delivery,
    Edit,
    Incoming,
    ItemKind,
    Nothing,
    Notice,
    Reaction,
    Record,
    Visibility,
)
from allears.connectors.mastodon import CONNECTOR
from allears.connectors.mastodon.plain_text import words_of
from allears.connectors.mastodon.reading import IGNORED, OTHER_KIND, OWN_POST

PAYLOADS = Path(__file__).parents[1] / "payloads"
US = "109000000000000001"
MIRA = "110000000000000002"
TAM = "110000000000000003"
ACCOUNT = Account(channel_id=1, name="Fediverse", settings={"instance": "toots.example", "account_id": US})
AT = datetime(2026, 11, 22, tzinfo=UTC)


def read_page(name: str, account: Account = ACCOUNT) -> list[Record | Nothing]:
    """Read every piece of a page, in order."""
    found: list[Record | Nothing] = []
    for piece in CONNECTOR.cut((PAYLOADS / name).read_bytes()):
        read = CONNECTOR.read(Delivery(body=piece.body, received_at=AT), account)
        found += [read] if isinstance(read, Nothing) else list(read)
    return found


def test_a_mention_is_heard_with_its_author_its_words_its_media_and_its_reach() -> None:
    mention = read_page("notifications.json")[0]
    assert isinstance(mention, Incoming)
    assert (mention.external_id, mention.item, mention.visibility) == (
        "113500000000000010",
        ItemKind.MENTION,
        Visibility.PUBLIC,
    )
    assert (mention.author.id, mention.author.handle, mention.author.followers) == (
        MIRA,
        "@mira@island.example",
        412,
    )
    assert mention.text == (
        "@kettleworks my kettle arrived broken, see"
        " https://island.example/pictures/very-long-name-of-a-page?x=1&y=2\n\nWhat now? :kettle:\nOrder 4711"
    )
    [file] = mention.files
    assert (file.name, file.content_type) == ("A kettle with a broken spout lid.jpg", "image/jpeg")
    assert file.remote == "https://files.toots.example/media/original/4f2a.jpg"
    assert mention.url == "https://island.example/@mira/113500000000000010"
    assert len(mention.warnings) == 1


def test_a_reply_names_what_it_stands_under() -> None:
    reply = read_page("notifications.json")[1]
    assert isinstance(reply, Incoming)
    assert (reply.item, reply.in_reply_to) == (ItemKind.REPLY, "113500000000000001")
    assert reply.references == ("113500000000000001",)
    assert reply.post is not None
    assert reply.post.id == "113500000000000001"


def test_a_quote_of_ours_brings_the_post_with_its_reach() -> None:
    quote = read_page("notifications.json")[2]
    assert isinstance(quote, Incoming)
    assert quote.item is ItemKind.QUOTE
    assert quote.post is not None
    assert (quote.post.is_ours, quote.post.likes, quote.post.shares, quote.post.comments) == (True, 48, 9, 3)


def test_what_others_do_with_our_post_are_reactions_and_no_messages() -> None:
    favourite, boost = read_page("notifications.json")[3:5]
    assert isinstance(favourite, Reaction)
    assert isinstance(boost, Reaction)
    assert [(one.external_id, one.emoji, one.author.id) for one in (favourite, boost)] == [
        ("113500000000000001", "⭐", MIRA),
        ("113500000000000001", "🔁", TAM),
    ]


def test_what_needs_no_answer_says_why() -> None:
    follow, warning, report, gone, unknown = read_page("notifications.json")[5:]
    assert follow == Nothing(IGNORED["follow"])
    assert isinstance(warning, Notice)
    assert report == Nothing(IGNORED["admin.report"])
    assert isinstance(gone, Nothing)
    assert unknown == Nothing(OTHER_KIND)


def test_a_direct_status_is_private_and_named_by_who_is_in_it() -> None:
    [direct] = read_page("conversations.json")
    assert isinstance(direct, Incoming)
    assert (direct.visibility, direct.item) == (Visibility.PRIVATE, ItemKind.DIRECT)
    assert direct.thread == f"direct:{MIRA},{TAM}"
    assert direct.subject == "My address"
    assert direct.post is None
    assert direct.facts["others"] == "@tam"


def test_our_own_answer_names_the_customer_and_our_own_post_names_nobody() -> None:
    own, post, edit = read_page("statuses.json")
    assert isinstance(own, Incoming)
    assert own.is_ours
    assert own.recipient is not None
    assert own.recipient.id == MIRA
    assert post == Nothing(OWN_POST)
    assert isinstance(edit, Edit)
    assert edit.text == "@kettleworks my kettle arrived broken. Two of them."
    assert edit.whole is not None
    assert edit.edited_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_what_a_search_finds_is_found_and_nothing_of_its_html_is_kept() -> None:
    [found] = read_page("search.json")
    assert isinstance(found, Incoming)
    assert found.item is ItemKind.FOUND
    assert found.text == "Kettle Works has a sale. 50%\n\n◻ Tea\n◻ Coffee"
    assert len(found.warnings) == 1


def test_a_stream_is_read_as_pages_are() -> None:
    asked, edit, deletion, announced = read_page("stream.txt")
    assert isinstance(asked, Incoming)
    assert asked.facts["audience"] == "private"
    assert isinstance(edit, Edit)
    assert isinstance(deletion, Deletion)
    assert deletion.external_id == "113500000000000010"
    assert isinstance(announced, Nothing)


def test_one_status_has_one_key_by_whichever_way_it_was_heard() -> None:
    heard = CONNECTOR.cut((PAYLOADS / "notifications.json").read_bytes())[0]
    edited = CONNECTOR.cut((PAYLOADS / "statuses.json").read_bytes())[2]
    assert heard.key == "s:113500000000000010:"
    assert edited.key == "s:113500000000000010:2026-11-20T10:00:00.000Z"


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"{}", b"[{}]", b"null", b"[" * 100_000])
def test_what_is_nothing_of_mastodon_is_unreadable_and_no_error(body: bytes) -> None:
    with pytest.raises(Unreadable):
        CONNECTOR.cut(body)
    with pytest.raises(Unreadable):
        CONNECTOR.read(Delivery(body=body, received_at=AT), ACCOUNT)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<p>a</p><ul><li>x</li><li>y</li></ul><p>b</p>", "a\n\n- x\n- y\n\nb"),
        ("<ol><li>x</li><li>y</li></ol>", "1. x\n2. y"),
        ("<blockquote><p>said</p></blockquote><p>no</p>", "> said\n\nno"),
        ('<a href="https://evil.example/">your bank</a>', "your bank (https://evil.example/)"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ("<p>&lt;b&gt; &amp;amp; &quot;</p>", '<b> &amp; "'),
        ("<style>p{}</style><p>x<script>1</script></p>", "x"),
        ("<p>broken <b", "broken <b"),
        ("\ud800<p>\x00a", "?\n\na"),
    ],
)
def test_html_becomes_words(html: str, text: str) -> None:
    assert words_of(html) == text
