"""Mastodon, proved on a server of others with a customer who uses a program of others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from allears.connectors.errors import ConnectorError, Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import (
    Account,
    Deed,
    DeedKind,
    Deletion,
    Delivery,
    Edit,
    File,
    Heard,
    Incoming,
    Item,
    ItemKind,
    Nothing,
    Outgoing,
    Reaction,
    Record,
    Sent,
    Visibility,
)
from allears.connectors.mastodon import CONNECTOR
from allears.connectors.mastodon.hearing import LOOKED
from tests.networks.faults import Fault, cut_short, fails, hangs_up, slow, too_many
from tests.networks.mastodon import MastodonServer, Person, mastodon_server

AT = datetime(2026, 11, 22, tzinfo=UTC)
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac\xfc\xff\xff?"
    b"\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture(scope="module")
def server() -> Iterator[MastodonServer]:
    with mastodon_server() as running:
        yield running


class Desk:
    """Our side: hears by polling, keeps the marks, and answers."""

    def __init__(self, server: MastodonServer, brand: Person) -> None:
        self.server = server
        self.brand = brand
        self.account = server.account_for(brand)
        self.marks: dict[str, str] = {}
        self.known: set[str] = set()

    def poll(self) -> list[Record | Nothing]:
        """Hear once, and read all that was heard."""
        found: list[Record | Nothing] = []
        for heard in CONNECTOR.poll(self.account, dict(self.marks)):
            self.marks[heard.place] = heard.mark
            found += self.read(heard)
        return found

    def read(self, heard: Heard) -> list[Record | Nothing]:
        found: list[Record | Nothing] = []
        for piece in heard.pieces:
            read = CONNECTOR.read(Delivery(body=piece.body, received_at=AT), self.account)
            found += [read] if isinstance(read, Nothing) else list(read)
        return found

    def messages(self) -> list[Incoming]:
        found = {one.external_id: one for one in self.poll() if isinstance(one, Incoming) and not one.is_ours}
        return list(found.values())

    def answer(self, to: Incoming, text: str, visibility: Visibility | None = None, **more: object) -> Sent:
        return CONNECTOR.send(self.reply(to, text, visibility, **more), self.account)

    def reply(
        self, to: Incoming, text: str, visibility: Visibility | None = None, **more: object
    ) -> Outgoing:
        outgoing = Outgoing(
            key=f"dispatch-1-{to.external_id}-{len(text)}",
            external_id="",
            text=text,
            visibility=visibility or to.visibility,
            to=to.author,
            in_reply_to=to.external_id,
            sent_at=datetime.now(UTC),
            item=item_of(to),
        )
        return replace(outgoing, **more)  # type: ignore[arg-type]


def item_of(incoming: Incoming) -> Item:
    return Item(
        external_id=incoming.external_id,
        author=incoming.author,
        sent_at=incoming.sent_at,
        visibility=incoming.visibility,
        kind=incoming.item,
        text=incoming.text,
        thread=incoming.thread,
        is_ours=incoming.is_ours,
        facts=incoming.facts,
    )


@pytest.fixture
def people(server: MastodonServer, request: pytest.FixtureRequest) -> Iterator[tuple[Desk, Person]]:
    """The brand with its desk, and a customer; new ones for each test."""
    number = abs(hash(request.node.nodeid)) % 10**8
    yield Desk(server, server.join(f"brand{number}", "Kettle Works")), server.join(f"ann{number}", "Ann")
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


@pytest.mark.parametrize(
    ("fault", "error", "is_posted"),
    [
        (fails(503), Unreachable, False),
        (fails(502, is_done=True), Unknown, True),
        (fails(401, {"error": "The access token is invalid"}), Disconnected, False),
        (fails(403, {"error": "This action is outside the authorized scopes"}), Disconnected, False),
        (fails(403, {"error": "This action is not allowed"}), Refused, False),
        (fails(404, {"error": "Record not found"}), Refused, False),
        (fails(410), Refused, False),
        (fails(422, {"error": "Validation failed: Text character limit of 500 exceeded"}), Refused, False),
        (too_many({"x-ratelimit-reset": "2099-01-01T00:00:00.000Z"}), SlowDown, False),
        (cut_short(), Unknown, True),
        (hangs_up(is_done=True), Unknown, True),
    ],
)
def test_a_reply_is_never_lost_and_never_sent_twice(
    people: tuple[Desk, Person], fault: Fault, error: type[ConnectorError], *, is_posted: bool
) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} is it safe?")
    [mention] = desk.messages()
    reply = desk.reply(mention, "It is, whatever comes.")
    desk.server.misbehave(fault, on="POST /api/v1/statuses")
    with pytest.raises(error) as raised:
        CONNECTOR.send(reply, desk.account)
    assert type(raised.value) is error
    assert len(ann.says.status_context(said["id"])["descendants"]) == is_posted
    if error is Unknown:
        found = CONNECTOR.look_up(reply, desk.account)
        assert found is not None
        [answer] = ann.says.status_context(said["id"])["descendants"]
        assert str(answer["id"]) == found.external_id
    else:
        CONNECTOR.send(reply, desk.account)
        CONNECTOR.send(reply, desk.account)
    assert len(ann.says.status_context(said["id"])["descendants"]) == 1


def test_what_never_arrived_is_not_found_at_once_and_sent_again_while_its_key_counts(
    people: tuple[Desk, Person],
) -> None:
    desk, ann = people
    said = ann.says.status_post(f"@{desk.brand.name} hello?")
    [mention] = desk.messages()
    reply = desk.reply(mention, "Hello.")
    desk.server.misbehave(hangs_up(), on="POST /api/v1/statuses")
    with pytest.raises(Unknown):
        CONNECTOR.send(reply, desk.account)
    assert CONNECTOR.look_up(reply, desk.account) is None
    later = replace(reply, sent_at=datetime.now(UTC) - timedelta(minutes=5))
    found = CONNECTOR.look_up(later, desk.account)
    assert found is not None
    assert len(ann.says.status_context(said["id"])["descendants"]) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [(fails(500), Unreachable), (too_many({"retry-after": "30"}), SlowDown), (cut_short(), Unreachable)],
)
def test_a_poll_that_failed_is_made_up_for_by_the_next(
    people: tuple[Desk, Person], fault: Fault, error: type[ConnectorError]
) -> None:
    desk, ann = people
    desk.poll()
    ann.says.status_post(f"@{desk.brand.name} anybody?")
    desk.server.misbehave(fault, on="GET /api/v1/notifications")
    with pytest.raises(error):
        desk.poll()
    assert len(desk.messages()) == 1


def test_a_slow_server_is_waited_for(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    ann.says.status_post(f"@{desk.brand.name} hurry")
    desk.server.misbehave(slow(0.3), on="GET /api/v1/notifications")
    assert len(desk.messages()) == 1


def test_connecting_says_what_works(people: tuple[Desk, Person]) -> None:
    desk, _ = people
    checks = CONNECTOR.check(desk.account)
    assert [check.is_good for check in checks] == [True] * 4
    assert desk.account.settings["handle"].startswith(f"@{desk.brand.name}@")
    wrong = Account(
        channel_id=1, name="x", settings=desk.account.settings, secrets={"token": "no"}, web=desk.account.web
    )
    [check] = CONNECTOR.check(wrong)
    assert not check.is_good


def test_a_post_is_seen_as_it_stands_now_or_is_gone(people: tuple[Desk, Person]) -> None:
    desk, ann = people
    root = desk.brand.says.status_post("The new kettle is here.")
    ann.says.status_favourite(root["id"])
    post = CONNECTOR.see_post(str(root["id"]), desk.account)
    assert post is not None
    assert post.likes == 1
    desk.brand.says.status_delete(root["id"])
    assert CONNECTOR.see_post(str(root["id"]), desk.account) is None
