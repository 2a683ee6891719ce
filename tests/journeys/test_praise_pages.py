"""Praise on the desk and through the API: thanked for by one button, put on a wall, quoted when its writer agreed."""

import pytest

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.conversations.queries.queue import forget_counts
from allears.pipeline.praise.models import WallEntry
from allears.pipeline.replies.models import Dispatch, SavedReply
from tests.fake_reader import put_in
from tests.journeys.programs import program_of
from tests.journeys.worlds import browser_of, deliver, join, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


@pytest.fixture
def world():
    world = make_world("Lantern")
    deliver(world.channel, message_from("Maria Petrova", "It came broken"))
    deliver(world.channel, message_from("Zoë Quist", "I love these lanterns"))
    return world


@pytest.fixture
def browser(world):
    return browser_of(world.agent)


def conversation_of(name):
    return Conversation.objects.get(customer_name=name)


def thank(browser, name, **more):
    conversation = conversation_of(name)
    seen = {"view": "praise", "seen_message_id": conversation.last_message_id}
    return browser.post(f"/desk/conversations/{conversation.id}/thank/", seen, **more)


def test_praise_has_a_button_that_thanks_and_solves(browser):
    conversation = conversation_of("Zoë Quist")
    address = f"/desk/praise/{conversation.id}/"
    assert 'data-key="thank"' in browser.get(address).content.decode()

    assert thank(browser, "Zoë Quist").url == address

    reply = Dispatch.objects.latest("id").message
    page = browser.get(address).content.decode()
    assert reply.text in page.replace("&#x27;", "'")
    assert 'data-key="thank"' not in page
    conversation.refresh_from_db()
    assert conversation.status == "solved"


def test_a_script_is_told_how_to_take_thanks_back(browser):
    as_script = {"headers": {"HX-Request": "true"}}
    page = thank(browser, "Zoë Quist", **as_script).content.decode()
    dispatch = Dispatch.objects.latest("id")
    assert f'hx-post="/desk/dispatches/{dispatch.id}/undo/"' in page

    again = thank(browser, "Zoë Quist", **as_script)
    assert again.status_code == 200
    assert Dispatch.objects.latest("id") == dispatch


def test_a_complaint_has_no_such_button(browser):
    conversation = conversation_of("Maria Petrova")
    assert 'data-key="thank"' not in browser.get(f"/desk/open/{conversation.id}/").content.decode()
    assert thank(browser, "Maria Petrova").status_code == 409


def test_the_wall_by_buttons_alone(browser, world):
    message = Message.objects.get(conversation__customer_name="Zoë Quist")
    change = f"/desk/messages/{message.id}/wall/"
    assert change in browser.get(f"/desk/praise/{message.conversation_id}/").content.decode()

    browser.post(change, {"do": "put", "view": "praise"})
    wall = browser.get("/desk/praise/wall/").content.decode()
    assert "I love these lanterns" in wall
    assert "May be quoted" not in wall
    assert browser.post(change, {"do": "agree", "agreement": "", "from": "wall"}).status_code == 422
    browser.post(change, {"do": "agree", "agreement": "She said yes", "from": "wall"})
    assert "She said yes" in browser.get("/desk/praise/wall/").content.decode()
    browser.post(change, {"do": "disagree", "from": "wall"})
    assert WallEntry.objects.get().agreement == ""

    observer = browser_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))
    seen = observer.get("/desk/praise/wall/").content.decode()
    assert "I love these lanterns" in seen
    assert change not in seen.replace(f'action="{change}"', "")
    assert observer.post(change, {"do": "take"}).status_code == 403
    browser.post(change, {"do": "take", "from": "wall"})
    assert "Nothing on the wall yet" in browser.get("/desk/praise/wall/").content.decode()


def test_the_view_says_how_praise_was_thanked_for(browser):
    forget_counts()
    assert "Thank within a day" in browser.get("/desk/praise/").content.decode()
    thank(browser, "Zoë Quist")
    assert "Of 1 in 30 days, 100% thanked within a day" in browser.get("/desk/praise/").content.decode()


def test_a_saved_reply_is_marked_as_a_thank_you(world):
    lead = browser_of(world.owner)
    words = {"title": "Ta", "text": "Ta, {{ customer.first_name }}!", "is_shared": "on", "is_thanks": "on"}
    assert lead.post("/settings/saved-replies/new/", words).status_code == 302
    assert SavedReply.objects.get(title="Ta").is_thanks
    assert "A thank-you" in lead.get("/settings/saved-replies/").content.decode()

    thank(lead, "Zoë Quist")
    assert Dispatch.objects.latest("id").message.text == "Ta, Zoë!"


def test_a_program_thanks_too(world):
    program = program_of(world.agent)
    address = f"/conversations/{conversation_of('Zoë Quist').id}/thanks"
    first = program.post(address, {}, Idempotency_Key="thanks-1")
    assert first.status_code == 201
    assert program.post(address, {}, Idempotency_Key="thanks-1").json() == first.json()
    assert Dispatch.objects.filter(conversation=conversation_of("Zoë Quist")).count() == 1

    refused = program.post(
        f"/conversations/{conversation_of('Maria Petrova').id}/thanks", {}, Idempotency_Key="thanks-2"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "not-praise")
