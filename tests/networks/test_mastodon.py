"""Mastodon, proved on a server of others with a customer who uses a program of others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from allears.connectors.errors import Refused
from allears.connectors.interface import (
    Deed,
    DeedKind,
    Deletion,
    Edit,
    File,
    Incoming,
    ItemKind,
    Reaction,
    Visibility,
)
from allears.connectors.mastodon import CONNECTOR
from allears.connectors.mastodon.hearing import LOOKED
from tests.networks.mastodon import MastodonServer, Person, mastodon_server
from tests.networks.mastodon_desk import AT, PICTURE, Desk, item_of, people_of


@pytest.fixture(scope="module")
def server() -> Iterator[MastodonServer]:
    with mastodon_server() as running:
        yield running


@pytest.fixture
def people(server: MastodonServer, request: pytest.FixtureRequest) -> Iterator[tuple[Desk, Person]]:
    """The brand with its desk, and a customer; new ones for each test."""
    yield people_of(server, request.node.nodeid)
    server.behave()


def test_a_mention_is_heard_answered_in_its_thread_and_heard_once(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} is my kettle on its way?")
    [mention] = desk.messages()
    assert (mention.external_id, mention.item) == (str(said["id"]), ItemKind.MENTION)
    assert mention.text == f"@{desk.brand.name} is my kettle on its way?"
    sent = desk.answer(mention, "It left this morning.")
    thread = ann.says.status_context(said["id"])
    [answer] = thread["descendants"]
    assert str(answer["id"]) == sent.external_id
    assert answer["visibility"] == "public"
    assert f"@{ann.name}" in answer["content"]
    own = [one for one in desk.poll() if isinstance(one, Incoming)]
    assert [(one.external_id, one.is_ours, one.in_reply_to) for one in own] == [
        (sent.external_id, True, mention.external_id)
    ]
    assert own[0].recipient is not None
    assert own[0].recipient.id == ann.id
    assert desk.poll() == []


def test_a_thread_is_one_by_the_ids_above_it(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    root = desk.brand.says.status_post("The new kettle is here.")
    first = ann.says.status_post(f"@{desk.brand.name} in blue?", in_reply_to_id=root["id"])
    second = ann.says.status_post(f"@{desk.brand.name} or in red?", in_reply_to_id=first["id"])
    heard = desk.messages()
    assert [(one.item, one.references) for one in heard] == [
        (ItemKind.REPLY, (str(root["id"]),)),
        (ItemKind.MENTION, (str(root["id"]), str(first["id"]))),
    ]
    assert heard[1].external_id == str(second["id"])
    assert heard[0].post is not None
    assert (heard[0].post.is_ours, heard[0].post.text) == (True, "The new kettle is here.")


def test_a_direct_post_is_private_and_stays_so(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} my address is 3 Harbour Lane", visibility="direct")
    [direct] = desk.messages()
    assert (direct.visibility, direct.thread) == (Visibility.PRIVATE, f"direct:{ann.id}")
    abilities = CONNECTOR.abilities(item_of(direct), desk.account, AT)
    assert not abilities.publicly.is_possible
    assert abilities.privately.warning
    sent = desk.answer(direct, "Thank you.")
    assert ann.says.status(sent.external_id)["visibility"] == "direct"
    assert sent.thread == direct.thread


def test_a_public_matter_is_taken_to_a_direct_post(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} where is order 4711?")
    [mention] = desk.messages()
    sent = desk.answer(mention, "Please tell us your address here.", Visibility.PRIVATE)
    assert sent.thread == f"direct:{ann.id}"
    assert sent.recipient is not None
    assert sent.recipient.id == ann.id
    ann.says.status_post(
        f"@{desk.brand.name} 3 Harbour Lane", visibility="direct", in_reply_to_id=sent.external_id
    )
    [direct] = desk.messages()
    assert direct.thread == sent.thread


def test_an_answer_never_widens_who_reads_it_and_keeps_the_warning(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} psst", visibility="unlisted", spoiler_text="kettles")
    [mention] = desk.messages()
    assert mention.subject == "kettles"
    sent = desk.answer(mention, "Yes?")
    answer = ann.says.status(sent.external_id)
    assert (answer["visibility"], answer["spoiler_text"]) == ("unlisted", "kettles")


def test_an_edit_and_a_deletion_are_noticed_later(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} one kettle")
    assert len(desk.messages()) == 1
    ann.says.status_update(said["id"], status=f"@{desk.brand.name} two kettles")
    desk.marks.pop(LOOKED, "")
    edits = {one.text for one in desk.poll() if isinstance(one, Edit)}
    assert edits == {f"@{desk.brand.name} two kettles"}
    ann.says.status_delete(said["id"])
    desk.marks.pop(LOOKED, "")
    deletions = [one.external_id for one in desk.poll() if isinstance(one, Deletion)]
    assert deletions == [str(said["id"])]
    desk.marks.pop(LOOKED, "")
    assert desk.poll() == []


def test_a_favourite_of_ours_is_a_reaction(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    root = desk.brand.says.status_post("The new kettle is here.")
    ann.says.status_favourite(root["id"])
    reactions = [one for one in desk.poll() if isinstance(one, Reaction)]
    assert [(one.external_id, one.emoji, one.author.id) for one in reactions] == [
        (str(root["id"]), "⭐", ann.id)
    ]


def test_we_like_and_delete_our_own_twice_as_once(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} thank you!")
    [mention] = desk.messages()
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.LIKE, item=item_of(mention)), desk.account)
    assert [str(one["id"]) for one in ann.says.status_favourited_by(said["id"])] == [desk.brand.id]
    sent = desk.answer(mention, "Gladly.")
    ours = replace(item_of(mention), external_id=sent.external_id, is_ours=True)
    for _ in range(2):
        CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=ours), desk.account)
    assert ann.says.status_context(said["id"])["descendants"] == []
    with pytest.raises(Refused):
        CONNECTOR.act(Deed(kind=DeedKind.DELETE, item=item_of(mention)), desk.account)


def test_pictures_go_with_an_answer_and_come_with_a_mention(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    media = ann.says.media_post(
        PICTURE, mime_type="image/png", description="A broken spout", file_name="a.png"
    )
    ann.says.status_post(f"@{desk.brand.name} look", media_ids=[media])
    [mention] = desk.messages()
    [file] = mention.files
    assert file.name == "A broken spout.png"
    sent = desk.answer(
        mention, "So it should look.", files=(File(name="a lid.png", content_type="image/png", data=PICTURE),)
    )
    [shown] = ann.says.status(sent.external_id)["media_attachments"]
    assert shown["description"] == "a lid"


def test_what_is_too_long_is_refused_before_it_is_sent(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} how does it work?")
    [mention] = desk.messages()
    limit = CONNECTOR.abilities(item_of(mention), desk.account, AT).publicly.limits[0].most
    asked = len(desk.server.asked)
    with pytest.raises(Refused):
        desk.answer(mention, "x" * limit)
    assert len(desk.server.asked) == asked
    opening = len(f"@{ann.name} ")
    assert desk.answer(mention, "x" * (limit - opening)).external_id


def test_what_came_while_nobody_listened_is_heard_oldest_first(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    desk.poll()
    for number in range(42):
        ann.says.status_post(f"@{desk.brand.name} question {number}")
    heard = [one.text.rsplit(" ", 1)[1] for one in desk.messages()]
    assert heard == [str(number) for number in range(42)]


def test_on_connecting_only_what_is_young_enough_is_heard(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} before")
    desk.account = replace(desk.account, since=datetime.now(UTC) + timedelta(minutes=1))
    assert desk.messages() == []
    desk.account = replace(desk.account, since=None)
    ann.says.status_post(f"@{desk.brand.name} after")
    assert [one.text for one in desk.messages()] == [f"@{desk.brand.name} after"]


def test_words_that_are_wanted_are_found_without_a_mention(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    tag = f"kettle{ann.id}"
    ann.says.status_post(f"Any good kettles? #{tag}")
    desk.account = replace(desk.account, settings={**desk.account.settings, "words": f"#{tag}"})
    assert [(one.item, one.text) for one in desk.messages()] == [
        (ItemKind.FOUND, f"Any good kettles? #{tag}")
    ]
    assert desk.messages() == []


def test_the_stream_brings_a_mention_and_its_deletion_at_once(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    desk.brand.says.account_follow(ann.id)  # This server tells of deletions only to those who follow.
    stop, found = Event(), []

    def listen() -> None:
        for heard in CONNECTOR.hear(desk.account, {}, stop):
            found.extend(desk.read(heard))
            arrived.set()

    arrived = Event()
    thread = Thread(target=listen, daemon=True)
    thread.start()
    said = None
    for number in range(50):  # The first ones may come before the line is open.
        said = ann.says.status_post(f"@{desk.brand.name} are you there? {number}")
        if arrived.wait(0.2):
            break
    assert said
    arrived.clear()
    ann.says.status_delete(said["id"])
    assert arrived.wait(10)
    stop.set()
    mention = next(one for one in found if isinstance(one, Incoming))
    assert mention.author.id == ann.id


def test_a_post_is_seen_as_it_stands_now_or_is_gone(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    root = desk.brand.says.status_post("The new kettle is here.")
    ann.says.status_favourite(root["id"])
    post = CONNECTOR.see_post(str(root["id"]), desk.account)
    assert post is not None
    assert post.likes == 1
    desk.brand.says.status_delete(root["id"])
    assert CONNECTOR.see_post(str(root["id"]), desk.account) is None
