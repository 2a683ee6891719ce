"""What became of a message is seen on its conversation: changed, gone, reacted to; the post it stands under."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allears.foundation.clock import now
from allears.foundation.files import store_file
from allears.foundation.workspaces.actions import create_team
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    FileState,
    Message,
    MessageVersion,
    Post,
    Reaction,
)
from allears.pipeline.conversations.queries.queue import forget_counts
from allears.pipeline.people.actions.likeness import find_same_people
from allears.pipeline.people.models import Identity
from allears.pipeline.replies.models import Dispatch
from tests.journeys.worlds import World, browser_of, deliver, make_world, message_from
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db) -> World:
    return deepcopy(lantern)


@pytest.fixture
def message(world: World) -> Message:
    return Message.objects.filter(direction="in").earliest("id")


def page_of(world: World, message: Message) -> str:
    page = browser_of(world.agent).get(f"/desk/all/{message.conversation_id}/")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def change(message: Message, **values: Any) -> None:
    Message.objects.filter(id=message.id).update(**values)


def test_an_edited_message_keeps_its_earlier_words(world, message):
    assert "Earlier words" not in page_of(world, message)
    change(message, text="Where is my blue parcel?", edited_at=now())
    MessageVersion.objects.create(message=message, text="Where is my red parcel?", until=now())
    page = page_of(world, message)
    assert "Where is my blue parcel?" in page
    assert "Earlier words" in page and "Where is my red parcel?" in page
    assert ">edited</span>" in page


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("author", "Its author deleted it on the network. This is our copy."),
        ("us", "We deleted it on the network. This is our copy."),
        ("network", "The network removed it. This is our copy."),
    ],
)
def test_a_deleted_message_is_marked_and_still_read(world, message, by, sentence):
    change(message, deleted_at=now(), deleted_by=by)
    page = page_of(world, message)
    assert sentence in page
    assert message.text in page


def test_reactions_are_counted_with_who_gave_them(world, message):
    for number, name in enumerate(("Anna", "Boris")):
        Reaction.objects.create(message=message, author_id=str(number), name=name, emoji="👍", at=now())
    Reaction.objects.create(message=message, emoji="❤", is_ours=True, at=now())
    page = page_of(world, message)
    assert 'title="Anna, Boris"' in page
    assert 'title="We" data-ours' in page


def test_what_it_is_on_its_network_and_where(world, message):
    change(message, item="mention", url="https://network.example/9", hidden_at=now(), visibility="public")
    page = page_of(world, message)
    assert 'href="https://network.example/9"' in page and "Mention" in page
    assert "Hidden" in page


def add_file(message: Message, name: str, content_type: str, **more: Any) -> Attachment:
    digest = store_file(b"0123456789")
    change(message, has_more=True)
    given = {"digest": digest, "size": 10, "name": name, "content_type": content_type}
    return Attachment.objects.create(message=message, **{**given, **more})


def test_pictures_films_and_sounds_are_shown_in_place(world, message):
    add_file(message, "kettle.jpg", "image/jpeg")
    add_file(message, "kettle.mp4", "video/mp4")
    add_file(message, "voice.ogg", "audio/ogg; codecs=opus")
    add_file(message, "bill.pdf", "application/pdf")
    page = page_of(world, message)
    assert 'alt="kettle.jpg"' in page
    assert "<video" in page and "<audio" in page
    assert "bill.pdf" in page and 'class="attachment"' in page


def test_a_file_on_its_way_or_gone_says_so(world, message):
    gone = {"digest": "", "remote": "r"}
    add_file(message, "late.jpg", "image/jpeg", state=FileState.WAITING, **gone)
    lost = add_file(message, "lost.jpg", "image/jpeg", state=FileState.GONE, **gone)
    page = page_of(world, message)
    assert "Being fetched from the network" in page
    assert "The network no longer has it" in page
    assert browser_of(world.agent).get(f"/desk/files/{lost.id}/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_a_player_may_jump_to_the_middle(world, message, asked, status, body, told):
    file = add_file(message, "kettle.mp4", "video/mp4")
    answer = browser_of(world.agent).get(f"/desk/files/{file.id}/?look", headers={"Range": asked})
    assert (answer.status_code, b"".join(answer), answer.headers.get("Content-Range")) == (status, body, told)
    if status != 416:
        assert answer["Content-Type"] == "video/mp4"


def test_the_page_lets_players_play(world, message):
    page = browser_of(world.agent).get(f"/desk/all/{message.conversation_id}/")
    assert "media-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(("field", "word"), [("delivered_at", "Delivered"), ("read_at", "Read")])
def test_an_answer_says_what_became_of_it(world, message, field, word):
    Dispatch.objects.update(state="sent", ended_at=now(), due_at=now(), **{field: now()})
    assert f"{word} <time" in page_of(world, message)


def comment(world: World, number: int, post: Post, **more: Any) -> Message:
    deliver(world.channel, message_from(f"Writer {number}", f"Comment {number}"))
    made = Message.objects.get(channel=world.channel, text=f"Comment {number}")
    change(made, post=post, sent_at=now() - timedelta(minutes=100 - number), **more)
    return made


@pytest.fixture
def post(world: World, message: Message) -> Post:
    made = Post.objects.create(
        workspace=world.owner.workspace,
        channel=world.channel,
        external_id="p1",
        text="Our new kettle sings.",
        is_ours=True,
        likes=12_400,
        shares=3,
    )
    change(message, post=made)
    return made


def test_a_conversation_stands_under_its_post(world, message, post):
    Identity.objects.update(followers=250_000, is_verified=True)
    page = page_of(world, message)
    assert "Our new kettle sings." in page and "Our post" in page
    assert "12.4K" in page and "250K" in page
    assert "other comment" not in page


def test_other_comments_lead_to_their_conversations(world, message, post):
    first = comment(world, 1, post)
    second = comment(world, 2, post, outcome="answered", outcome_at=now())
    page = page_of(world, message)
    assert "2 other comments" in page
    assert f"/desk/all/{first.conversation_id}/#message-{first.id}" in page
    assert page.index("Comment 2") < page.index("Comment 1")
    assert page.count('"Where is my parcel?"') == 0
    assert second.text in page and "Answered" in page


def test_all_comments_come_a_page_at_a_time(world, message, post):
    for number in range(1, 36):
        comment(world, number, post)
    browser = browser_of(world.agent)
    first = browser.get(f"/desk/posts/{post.id}/")
    rows = first.context["page"].rows
    older = browser.get(f"/desk/posts/{post.id}/", {"after": first.context["page"].next_cursor})
    rest = older.context["page"].rows
    assert (len(rows), len(rest), first.context["page"].count) == (30, 6, 36)
    assert len({one.message_id for one in (*rows, *rest)}) == 36
    assert "All comments" in page_of(world, message)
    assert browser.get(f"/desk/posts/{post.id}/?after=nonsense|x").status_code == 200


def test_comments_of_a_private_team_are_not_shown_to_others(world, message, post):
    secret = comment(world, 1, post)
    assert "1 other comment" in page_of(world, message)
    team = create_team(world.owner, "Legal", is_private=True)
    Conversation.objects.filter(id=secret.conversation_id).update(team=team)
    assert "other comment" not in page_of(world, message)
    rows = browser_of(world.agent).get(f"/desk/posts/{post.id}/").context["page"].rows
    assert secret.id not in [one.message_id for one in rows]


def test_a_post_without_a_visible_comment_does_not_open(world, message, post):
    assert browser_of(world.agent).get(f"/desk/posts/{post.id}/").status_code == 200
    team = create_team(world.owner, "Legal", is_private=True)
    Conversation.objects.update(team=team)
    assert browser_of(world.agent).get(f"/desk/posts/{post.id}/").status_code == 404


def statements(browser: Client, address: str) -> int:
    browser.get(address)
    forget_counts()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_a_conversation_costs_the_same_whatever_became_of_it(world, message, post):
    browser, address = browser_of(world.agent), f"/desk/all/{message.conversation_id}/"

    def make(number: int) -> None:
        comment(world, number, post)
        MessageVersion.objects.create(message=message, text=f"Version {number}", until=now())
        Reaction.objects.create(message=message, author_id=str(number), name="Ann", emoji="👍", at=now())
        add_file(message, f"{number}.jpg", "image/jpeg")

    change(message, edited_at=now())
    make(1)
    few = statements(browser, address)
    make(2)
    make(3)
    assert statements(browser, address) == few


def test_a_posts_page_costs_the_same_for_one_comment_and_three(world, message, post):
    browser, address = browser_of(world.agent), f"/desk/posts/{post.id}/"
    few = statements(browser, address)
    comment(world, 1, post)
    comment(world, 2, post)
    assert statements(browser, address) == few


def known_elsewhere(world: World, message: Message) -> Message:
    """Let another customer write, whose mail address is that of the first."""
    deliver(world.channel, message_from("Annie", "It is me again"))
    other = Message.objects.get(text="It is me again")
    for one in (message, other):
        Identity.objects.filter(id=one.identity_id).update(address="anna@customers.example")
    find_same_people()
    return other


def test_perhaps_the_same_person_is_shown_and_told_apart(world, message):
    other = known_elsewhere(world, message)
    browser = browser_of(world.agent)
    customer, same = message.conversation.customer_id, other.conversation.customer_id
    for address in (f"/customers/{customer}/", f"/desk/all/{message.conversation_id}/"):
        page = browser.get(address).content.decode()
        assert "Both have the mail address anna@customers.example." in page
        assert f"/customers/{customer}/merge/{same}/" in page
    assert browser.post(f"/customers/{customer}/merge/{same}/apart/").status_code == 302
    assert "Perhaps the same person" not in browser.get(f"/customers/{customer}/").content.decode()


def test_who_wrote_only_to_a_private_team_is_not_suggested_to_others(world, message):
    other = known_elsewhere(world, message)
    address = f"/customers/{message.conversation.customer_id}/"
    assert "Perhaps the same person" in browser_of(world.agent).get(address).content.decode()
    team = create_team(world.owner, "Legal", is_private=True)
    Conversation.objects.filter(id=other.conversation_id).update(team=team)
    assert "Perhaps the same person" not in browser_of(world.agent).get(address).content.decode()
    assert "Perhaps the same person" in browser_of(world.owner).get(address).content.decode()


def test_all_that_a_customer_said_is_one_line(world, message, post):
    browser = browser_of(world.agent)
    address = f"/customers/{message.conversation.customer_id}/said/"
    few = statements(browser, address)
    change(message, item="comment", visibility="public")
    other = known_elsewhere(world, message)
    Conversation.objects.filter(id=other.conversation_id).update(customer=message.conversation.customer_id)
    page = browser.get(address).content.decode()
    assert message.text in page and other.text in page
    assert "Our new kettle sings." in page and "Comment" in page
    assert statements(browser, address) == few
