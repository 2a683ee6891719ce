"""How messages were read, on the desk: a word beside them, reasons on demand, and corrections, without a script."""

import pytest

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.rereading import read_by_new_models
from allears.pipeline.conversations.models import Conversation, Message, MessageReading
from allears.pipeline.conversations.queries.queue import forget_counts
from tests.fake_reader import put_in
from tests.journeys.worlds import browser_of, deliver, join, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def reader(monkeypatch):
    return put_in(monkeypatch)


@pytest.fixture
def world():
    world = make_world("Lantern")
    deliver(world.channel, message_from("Maria Petrova", "My card was stolen in the shop"))
    deliver(world.channel, message_from("Zoë Quist", "I love these lanterns"))
    return world


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


def message_of(name):
    return Message.objects.get(conversation__customer_name=name)


def test_a_row_wears_one_word_of_what_was_read(browser):
    page = browser.get("/desk/open/?order=matters").content.decode()

    assert page.index("Maria Petrova") < page.index("Zoë Quist")
    assert 'title="Read as critical"' in page
    assert 'title="Read as praise that asks nothing"' in page
    assert "Read as a complaint" not in page


def test_praise_has_a_place_in_the_rail(browser):
    forget_counts()
    page = browser.get("/desk/praise/").content.decode()

    assert "Zoë Quist" in page
    assert "Maria Petrova" not in page
    assert 'data-count="praise"\n          >1<' in page


def test_the_bar_filters_by_what_was_read(browser):
    page = browser.get("/desk/open/?urgency=critical&intent=complaint").content.decode()

    assert "Maria Petrova" in page
    assert "Zoë Quist" not in page
    assert browser.get("/desk/open/?urgency=yesterday").status_code == 422


def test_a_message_says_how_it_was_read_and_why(browser):
    message = message_of("Maria Petrova")
    page = browser.get(f"/desk/open/{message.conversation_id}/").content.decode()
    assert "Unhappy · Complaint · Critical" in page
    assert f'href="/desk/messages/{message.id}/reading/?view=open"' in page

    why = browser.get(f"/desk/messages/{message.id}/reading/?view=open").content.decode()

    assert "<q>stolen</q>" in why
    assert "80 %" in why
    assert "models-1" in why
    assert 'value="sentiment:negative"' in why


def test_what_was_read_is_corrected_and_taken_back(world, browser):
    message = message_of("Maria Petrova")
    url = f"/desk/messages/{message.id}/reading/"

    answer = browser.post(url, {"correct": "sentiment:positive", "view": "open"}, follow=True)

    assert "Happy" in answer.content.decode()
    assert "corrected how it was read: Mood: Happy" in answer.content.decode()
    assert "Said by" in browser.get(url).content.decode()
    browser.post(url, {"take_back": "sentiment", "view": "open"})
    assert MessageReading.objects.get(message=message).sentiment == "negative"
    assert browser.post(url, {"take_back": "sentiment"}).status_code == 409
    assert browser.post(url, {"correct": "sentiment:sad"}).status_code == 422


def test_an_observer_looks_and_corrects_nothing(world):
    message = message_of("Maria Petrova")
    observer = browser_of(join(world.owner, Role.OBSERVER, "Otto"))
    url = f"/desk/messages/{message.id}/reading/"

    assert "disabled" in observer.get(url).content.decode()
    assert observer.post(url, {"correct": "sentiment:positive"}).status_code == 403
    assert Conversation.objects.get(customer_name="Maria Petrova").sentiment == "negative"


def test_leads_see_what_was_read_and_corrected_and_doctor_how_far_models_are(world, browser, reader):
    browser.post(f"/desk/messages/{message_of('Maria Petrova').id}/reading/", {"correct": "urgency:high"})
    page = browser.get("/settings/understanding/").content.decode()

    assert "<dd>3</dd>" in page
    assert "models-1" in page
    assert "Nothing waits to be read again." in page
    assert browser_of(join(world.owner, Role.AGENT, "Ada")).get("/settings/understanding/").status_code == 403
    reader.version = "models-2"
    read_by_new_models(seconds=-1)
    assert "3 older messages are still to be read" in browser.get("/settings/understanding/").content.decode()
    assert "3 wait for the models models-2" in browser.get("/settings/health/").content.decode()


def test_personal_data_is_masked_in_lists_for_all_and_everywhere_for_observers(world, browser):
    said = "Please write to omar.haddad@mail.example or pay 4111 1111 1111 1111"
    deliver(world.channel, message_from("Omar Haddad", said))
    message = message_of("Omar Haddad")
    url = f"/desk/open/{message.conversation_id}/"
    observer = browser_of(join(world.owner, Role.OBSERVER, "Otto"))

    for reader in (browser, observer):
        rows = reader.get("/desk/open/").content.decode()
        assert "4111 1111" not in rows
        assert "•••1111" in rows
        assert "omar.haddad" not in reader.get("/desk/search/?q=pay").content.decode()
    assert "4111 1111 1111 1111" in browser.get(url).content.decode()
    for page in (
        url,
        f"/desk/conversations/{message.conversation_id}/print/",
        f"/desk/messages/{message.id}/reading/",
        f"/customers/{message.conversation.customer_id}/said/",
    ):
        seen = observer.get(page).content.decode()
        assert "•••1111" in seen
        assert "4111 1111" not in seen
        assert "omar.haddad" not in seen
    assert Message.objects.get(id=message.id).text == said
