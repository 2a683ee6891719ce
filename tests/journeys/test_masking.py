"""Personal data is planted wherever words of a customer come to stand; then every page and every answer of the API is
asked for, by each role, and all that was logged meanwhile is read."""

import json
import logging
import re

import pytest
import structlog
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.urls import get_resolver

from allears.foundation.clock import now
from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.masking import masked_name
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Message,
    MessageBody,
    MessageVersion,
    Post,
    Reaction,
)
from allears.pipeline.people.actions.notes import write_customer_note
from allears.pipeline.people.models import CustomerMerge, Identity, SamePersonHint
from allears.pipeline.replies.actions.queueing import Reply, queue_reply
from allears.pipeline.replies.models import Dispatch
from allears.public.chat.models import Visitor
from allears.web.api.document import open_api, operations_in
from tests.journeys import test_api_foreign_ids as api
from tests.journeys import test_foreign_ids as pages
from tests.journeys.programs import program_of
from tests.journeys.worlds import browser_of, deliver, join, make_world

pytestmark = pytest.mark.django_db(databases="__all__")
CARD, IBAN = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
PHONE, MAIL = "+49 151 23456789", "omar.haddad@mail.example"
ALL = f"card {CARD}, account {IBAN}, call {PHONE} or write to {MAIL}"
PLANTED = re.compile(r"4111 ?1111|3704 ?0044|151 ?2345|omar\.haddad", re.IGNORECASE)
# What somebody has who may see nothing of it: the way out, and what is bytes.
NOT_READ = {"/sign-out/", "/live/events", "/files/"}


def plant(world):
    """Let somebody write with personal data in every place there is, and colleagues write about it."""
    author = {"id": PHONE, "name": f"Omar {PHONE}", "address": MAIL, "handle": "+4915123456789"}
    file = {"name": f"{MAIL}.txt", "content_type": "text/plain", "data": "YSBwaG90bw=="}
    said = {
        "id": "p1",
        "thread": "t1",
        "author": author,
        "text": ALL,
        "subject": ALL,
        "visibility": "private",
    }
    deliver(world.channel, json.dumps({**said, "sent_at": now().isoformat(), "attachments": [file]}).encode())
    message = Message.objects.get(external_id="p1")
    conversation = Conversation.objects.get(id=message.conversation_id)
    body = {"subject": ALL, "quoted": ALL, "signature": ALL, "html": f"<p>{ALL}</p>"}
    MessageBody.objects.update_or_create(message=message, defaults=body)
    MessageVersion.objects.create(message=message, text=ALL, html=ALL, until=now())
    Reaction.objects.create(message=message, author_id=PHONE, name=MAIL, emoji="❤", at=now())
    post = {"text": ALL, "author_name": MAIL, "author_handle": PHONE, "external_id": "p7"}
    under = Post.objects.create(workspace=world.owner.workspace, channel=world.channel, **post)
    Message.objects.filter(id=message.id).update(post=under, has_more=True, edited_at=now())
    write_note(conversation, ALL, world.owner)
    write_customer_note(conversation.customer, ALL, world.owner)
    queue_reply(world.agent, conversation, Reply(text=ALL, idempotency_key="r1", seen_message_id=message.id))
    be_like_another(world, conversation)
    browser_of(world.owner)
    pages.let_visitor_in(world)
    card = {"name": MAIL, "email": MAIL, "user_id": PHONE, "page_url": f"https://x.example/?m={MAIL}"}
    Visitor.objects.filter(workspace=world.owner.workspace).update(**card, page_title=ALL)


def be_like_another(world, conversation):
    """Let the customer be like another one, and have another in them already."""
    mine = Identity.objects.get(customer=conversation.customer)
    other = Identity.objects.exclude(customer=conversation.customer).earliest("id")
    facts = {"reason": "Both have the phone number %(value)s.", "reason_facts": {"value": "4915123456789"}}
    SamePersonHint.objects.create(
        workspace=world.owner.workspace, one=other, other=mine, noted_at=now(), **facts
    )
    CustomerMerge.objects.update(survivor=conversation.customer, absorbed_name=f"Omar {PHONE}")


@pytest.fixture
def world(db):
    world = make_world("Lantern")
    plant(world)
    return world


def addresses_of(world):
    """List every page there is, with the ids of the one who wrote all that in its place."""
    message = Message.objects.get(external_id="p1")
    mine = {"conversation_id": message.conversation_id, "message_id": message.id, "post_id": message.post_id}
    mine |= {"customer_id": message.identity.customer_id, "file_id": Attachment.objects.latest("id").id}

    def value_of(found):
        return str(mine.get(found[1]) or pages.value_of(found, world))

    for route in pages.routes(get_resolver()):
        names = set(pages.PARAMETER.findall(route))
        if not names & (pages.OPEN_BY_TOKEN | pages.ADDRESSES_WITHIN) and "^" not in route:
            yield "/" + pages.PARAMETER.sub(value_of, route)
    for question in ("?q=card", "?q=omar", "?q=call&view=all"):
        yield f"/desk/search/{question}"
        yield f"/customers/{question}"
    yield f"/desk/queue/all/rows/?ids={message.conversation_id}"


def seen_on_pages(member, world):
    """Open every page as a member, and return those that show what was planted."""
    browser, found, opened = browser_of(member), set(), 0
    browser.raise_request_exception = False
    for address in addresses_of(world):
        if any(part in address for part in NOT_READ):
            continue
        for headers in ({}, {"HX-Request": "true"}) if address.startswith("/desk/") else ({},):
            response = browser.get(address, headers=headers)
            opened += response.status_code == 200
            body = b"".join(response) if response.streaming else response.content
            if PLANTED.search(body.decode("utf-8", "replace")) or PLANTED.search(str(response.headers)):
                found.add(address)
    assert opened > 30
    return found


def seen_by_programs(member, world):
    """Ask for everything that can be read by the API, and return where what was planted stands."""
    message = Message.objects.get(external_id="p1")
    mine = {"conversation_id": message.conversation_id, "message_id": message.id}
    mine |= {"customer_id": message.identity.customer_id, "reply_id": Dispatch.objects.latest("id").id}
    mine |= {"attachment_id": Attachment.objects.latest("id").id}
    program, found = program_of(member), set()
    for path, verb, _operation in operations_in(open_api()):
        if verb == "get":
            address = api.PARAMETER.sub(lambda one: str(mine.get(one[1]) or api.NAMED[one[1]](world)), path)
            response = program.get(address.removeprefix("/api/v1"))
            body = b"".join(response) if response.streaming else response.content
            if PLANTED.search(body.decode("utf-8", "replace")) or PLANTED.search(str(response.headers)):
                found.add(path)
    return found


def test_an_observer_sees_none_of_it_on_any_page(world):
    assert seen_on_pages(join(world.owner, Role.OBSERVER, "otto@lantern.example"), world) == set()


def test_an_observers_program_is_told_none_of_it(world):
    assert seen_by_programs(join(world.owner, Role.OBSERVER, "otto@lantern.example"), world) == set()


def test_who_answers_sees_it_whole_in_the_conversation_and_its_beginning_masked_in_lists(world):
    message = Message.objects.get(external_id="p1")
    whole = seen_on_pages(world.agent, world)

    assert {
        f"/desk/open/{message.conversation_id}/",
        f"/customers/{message.identity.customer_id}/",
        f"/customers/{message.identity.customer_id}/said/",
        f"/desk/messages/{message.id}/html/",
    } <= whole
    rows = browser_of(world.agent).get("/desk/all/").content.decode()
    assert "•••1111" in rows
    assert "4111 1111" not in rows
    assert "/api/v1/conversations/{conversation_id}/messages" in seen_by_programs(world.agent, world)


def test_what_is_stored_stays_whole(world):
    seen_on_pages(join(world.owner, Role.OBSERVER, "otto@lantern.example"), world)

    message = Message.objects.select_related("identity", "body").get(external_id="p1")
    assert (message.text, message.body.quoted, message.identity.address) == (ALL, ALL, MAIL)
    assert Conversation.objects.get(id=message.conversation_id).subject == ALL


def test_nothing_of_it_is_logged(caplog, db):
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as said:
        world = make_world("Lantern")
        plant(world)
        seen_on_pages(world.agent, world)
        seen_by_programs(world.agent, world)

    assert said or caplog.records
    assert not PLANTED.search(json.dumps(said, default=str))
    assert not PLANTED.search("\n".join(record.getMessage() for record in caplog.records))


def test_names_and_addresses_keep_only_what_tells_them_apart():
    assert masked_name("Omar +49 151 23456789") == "Omar •••89"
    assert masked_name("84901234567") == "•••67"
    assert masked_name(MAIL) == "o•••@mail.example"
    assert masked_name("https://wa.me/4915123456789") == ""
    assert masked_name("https://social.example/@omar") == "https://social.example/@omar"
    assert masked_name("Anna 1998") == "Anna 1998"


# Columns that hold words of people, wherever they stand; what we answer with again was written by us.
WORDS = {
    "agreement",
    "text",
    "subject",
    "quoted",
    "signature",
    "html",
    "preview",
    "customer_name",
    "kept_text",
    "words",
}


@pytest.mark.parametrize("label", ["conversations", "people", "replies", "suggesting", "praise"])
def test_every_column_that_holds_words_of_people_says_so(label):
    kinds = ("PERSONAL_TEXTS", "PERSONAL_NAMES", "PERSONAL_PAGES")
    for model in apps.get_app_config(label).get_models():
        hidden = {name for kind in kinds for name in getattr(model, kind, ())}
        columns = {
            one.name
            for one in model._meta.concrete_fields
            if isinstance(one, CharField | TextField | JSONField)
        }
        assert hidden <= columns, model
        assert columns & WORDS <= hidden or model.__name__ == "SavedReply", model
