"""The desk without a browser: what each address shows, does and refuses."""

import re
from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.workspaces.models import Role
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import (
    Attachment,
    Conversation,
    Message,
    MessageBody,
    Note,
    Outcome,
)
from allears.pipeline.conversations.queries.queue import forget_counts
from allears.pipeline.replies.models import Dispatch, DispatchState, Draft
from tests.journeys.worlds import browser_of, deliver, join, make_world, message_from
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")
HTMX = {"HX-Request": "true", "HX-Target": "workspace"}


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


@pytest.fixture
def conversation(world):
    deliver(world.channel, message_from("Maria Petrova", "Where is my parcel?"))
    return Conversation.objects.get(customer_name="Maria Petrova")


def a_reply(conversation, **changes):
    fields = {
        "mode": "reply",
        "view": "open",
        "text": "It leaves today.",
        "idempotency_key": "one",
        "seen_message_id": conversation.last_message_id,
    }
    return {**fields, **changes}


def count_queries(browser, path):
    browser.get(path)
    forget_counts()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("view", ["open", "unassigned", "all", "search"])
def test_a_page_asks_as_often_for_three_as_for_one(world, browser, conversation, view):
    path = "/desk/search/?q=parcel" if view == "search" else f"/desk/{view}/"
    for_one = count_queries(browser, path)
    for name in ("Zoë Quist", "Omar Haddad"):
        deliver(world.channel, message_from(name, "Where is my parcel?"))
    assert count_queries(browser, path) == for_one


def test_a_conversation_asks_as_often_for_three_messages_as_for_one(world, browser, conversation):
    path = f"/desk/open/{conversation.id}/"
    for_one = count_queries(browser, path)
    deliver(world.channel, message_from("Maria Petrova", "Hello?"), message_from("Maria Petrova", "Anyone?"))
    assert count_queries(browser, path) == for_one


def test_the_desk_opens_where_there_is_something_to_do(world, conversation):
    browser = browser_of(world.agent)
    assert browser.get("/desk/").url == "/desk/unassigned/"
    browser.post(f"/desk/conversations/{conversation.id}/take/", {"view": "open"})
    forget_counts()
    assert browser.get("/desk/").url == "/desk/mine/"


def test_a_view_that_does_not_exist_is_not_found(browser):
    assert browser.get("/desk/nowhere/").status_code == 404


def test_htmx_gets_the_part_and_others_the_page(browser, conversation):
    path = f"/desk/open/{conversation.id}/"
    page, part = browser.get(path).content.decode(), browser.get(path, headers=HTMX).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert page.count('id="workspace"') == part.count('id="workspace"') == 1


def test_a_reply_is_queued_once_whatever_is_pressed(browser, conversation):
    address = f"/desk/conversations/{conversation.id}/reply/"
    first = browser.post(address, a_reply(conversation))
    again = browser.post(address, a_reply(conversation))
    assert first.url == again.url == f"/desk/open/{conversation.id}/"
    mine = Dispatch.objects.filter(conversation=conversation)
    assert [dispatch.state for dispatch in mine] == [DispatchState.HELD]


def test_a_slower_reply_is_stopped_and_kept(world, browser, conversation):
    address = f"/desk/conversations/{conversation.id}/reply/"
    browser.post(address, a_reply(conversation))
    colleague = browser_of(world.agent)
    answer = colleague.post(address, a_reply(conversation, idempotency_key="two", text="It is lost."))
    assert answer.status_code == 409
    assert "It leaves today." in answer.content.decode()
    assert Dispatch.objects.filter(conversation=conversation).count() == 1
    assert Draft.objects.get(member=world.agent, conversation=conversation).text == "It is lost."


def test_an_empty_reply_is_asked_for_again(browser, conversation):
    answer = browser.post(f"/desk/conversations/{conversation.id}/reply/", a_reply(conversation, text=" "))
    assert answer.status_code == 422
    assert not Dispatch.objects.filter(conversation=conversation).exists()


def test_a_note_sent_to_the_address_of_replies_goes_nowhere(browser, conversation):
    address = f"/desk/conversations/{conversation.id}/reply/"
    assert browser.post(address, a_reply(conversation, mode="note")).status_code == 422
    assert not Dispatch.objects.filter(conversation=conversation).exists()
    assert browser.post(address, a_reply(conversation)).status_code == 302


def test_a_note_is_written_and_its_draft_let_go(world, browser, conversation):
    base = f"/desk/conversations/{conversation.id}/"
    browser.post(f"{base}draft/", {"kind": "note", "text": "Ask the"})
    browser.post(f"{base}note/", {"mode": "note", "view": "open", "text": "Ask the courier."})
    assert Note.objects.get(conversation=conversation).text == "Ask the courier."
    assert not Draft.objects.filter(conversation=conversation).exists()
    assert not Dispatch.objects.filter(conversation=conversation).exists()


def test_no_reply_needed_takes_a_reason_and_can_be_undone(browser, conversation):
    base = f"/desk/conversations/{conversation.id}/outcome/"
    assert browser.post(base, {"view": "open", "reason": ""}).status_code == 422
    browser.post(base, {"view": "open", "reason": "thanks"})
    message = Message.objects.get(conversation=conversation)
    assert (message.outcome, message.outcome_reason) == (Outcome.NO_REPLY_NEEDED, "thanks")
    browser.post(f"{base}undo/", {"view": "open"})
    message.refresh_from_db()
    assert message.outcome == Outcome.NONE


def test_solving_one_who_waits_says_why_not(browser, conversation):
    address = f"/desk/conversations/{conversation.id}/status/"
    answer = browser.post(
        address, {"view": "open", "status": "solved"}, headers={**HTMX, "Accept": "application/problem+json"}
    )
    assert answer.status_code == 409
    assert answer.json()["title"].startswith("The customer still waits")


def test_who_only_looks_gets_nothing_to_press(world, conversation):
    observer = browser_of(join(world.owner, Role.OBSERVER, "lee@lantern.example"))
    page = observer.get(f"/desk/open/{conversation.id}/").content.decode()
    assert "You can read here." in page
    assert f"/desk/conversations/{conversation.id}/reply/" not in page
    answer = observer.post(f"/desk/conversations/{conversation.id}/reply/", a_reply(conversation))
    assert answer.status_code == 403


def test_the_queue_brings_rows_and_counts_up_to_date(world, conversation):
    browser = browser_of(world.agent)
    rows = f"/desk/unassigned/rows/?ids={conversation.id}"
    before = browser.get(rows).content.decode()
    assert f'data-key="{conversation.id}"' in before
    browser.post(f"/desk/conversations/{conversation.id}/take/", {"view": "open"})
    forget_counts()
    after = browser.get(rows).content.decode()
    assert f'data-key="{conversation.id}"' not in after
    assert re.search(r'data-count="mine">\s*1\s*<', after)


def test_a_mail_as_it_was_sent_runs_nothing_and_loads_nothing(browser, conversation):
    message = Message.objects.get(conversation=conversation)
    inline = Attachment.objects.create(
        message=message, name="a.png", content_type="image/png", size=1, digest="0" * 64, content_id="logo"
    )
    MessageBody.objects.update_or_create(message=message, defaults={"html": '<p>Hi</p><img src="cid:logo">'})
    answer = browser.get(f"/desk/messages/{message.id}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-same-origin" in policy
    assert "allow-scripts" not in policy
    assert f'<img src="/desk/files/{inline.id}/?look">' in answer.content.decode()


def test_a_file_is_handed_over_and_only_pictures_are_shown(world, browser):
    file = Attachment.objects.filter(message__workspace=world.owner.workspace, name="photo.txt").earliest(
        "id"
    )
    answer = browser.get(f"/desk/files/{file.id}/?look")
    assert answer["Content-Disposition"] == 'attachment; filename="photo.txt"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer) == b"a photo"


def test_a_channel_in_trouble_is_named_above_the_desk(world, browser):
    assert "does not answer" not in browser.get("/desk/open/").content.decode()
    Channel.objects.filter(id=world.channel.id).update(
        trouble="%(host)s does not answer.", trouble_facts={"host": "shop.example"}
    )
    assert "shop.example does not answer." in browser.get("/desk/open/").content.decode()


def test_what_customers_write_is_only_ever_text(world, browser):
    deliver(world.channel, message_from("<b>{id}</b>", "<script>alert({url})</script> %(x)s"))
    page = browser.get("/desk/open/").content.decode()
    assert "&lt;b&gt;{id}&lt;/b&gt;" in page
    assert "&lt;script&gt;alert({url})&lt;/script&gt; %(x)s" in page
    assert "<script>alert" not in page


def test_the_layout_comes_as_it_was_left(browser):
    browser.cookies["desk"] = "queue=420&context=closed&rail=narrow&density=compact"
    page = browser.get("/desk/open/").content.decode()
    for attribute in (
        'data-queue="420"',
        'data-context="closed"',
        'data-rail="narrow"',
        'data-density="compact"',
    ):
        assert attribute in page


def test_a_layout_that_makes_no_sense_is_as_at_first(browser):
    browser.cookies["desk"] = "queue=9000&context=<script>&rail&density=none"
    page = browser.get("/desk/open/").content.decode()
    for attribute in (
        'data-queue="360"',
        'data-context="open"',
        'data-rail="auto"',
        'data-density="comfortable"',
    ):
        assert attribute in page
