"""Customers on the pages: found, read, named, noted about, made one and two again, printed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.people.models import Customer, CustomerNote, Identity
from tests.journeys.worlds import browser_of, deliver, join, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def world():
    return make_world("Lantern")


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


@pytest.fixture
def maria(world):
    deliver(world.channel, message_from("Maria Petrova", "Where is my parcel?"))
    return Customer.objects.get(name="Maria Petrova")


def test_the_list_shows_who_wrote_last_first_and_finds_by_name(browser, maria):
    page = browser.get("/customers/").text
    assert page.index("Maria Petrova") < page.index(">Anna<")
    found = browser.get("/customers/?q=petr").text
    assert ("Maria Petrova" in found, ">Anna<" in found) == (True, False)
    assert "Nobody is called that" in browser.get("/customers/?q=zzz").text


def test_a_page_shows_identities_notes_and_conversations(browser, maria):
    page = browser.get(f"/customers/{maria.id}/").text
    conversation = Conversation.objects.get(customer=maria)
    assert f"/desk/all/{conversation.id}/" in page
    assert "Where is my parcel?" in page
    beside = browser.get(f"/desk/all/{conversation.id}/").text
    assert f"/customers/{maria.id}/" in beside


def test_one_is_renamed_and_noted_about(world, browser, maria):
    browser.post(f"/customers/{maria.id}/rename/", {"name": "Masha"})
    assert Conversation.objects.get(customer=maria).customer_name == "Masha"
    assert browser.post(f"/customers/{maria.id}/rename/", {"name": " "}).status_code == 422
    browser.post(f"/customers/{maria.id}/notes/", {"text": "Prefers mornings"})
    note = CustomerNote.objects.get(customer=maria)
    conversation = Conversation.objects.get(customer=maria)
    assert "Prefers mornings" in browser.get(f"/desk/all/{conversation.id}/").text
    browser.post(f"/customers/notes/{note.id}/", {"text": "Prefers evenings"})
    other = browser_of(world.agent)
    assert other.post(f"/customers/notes/{note.id}/delete/").status_code == 403
    assert "Prefers evenings" in other.get(f"/customers/{maria.id}/").text
    browser.post(f"/customers/notes/{note.id}/delete/")
    assert not CustomerNote.objects.filter(customer=maria).exists()


def test_two_are_made_one_the_chosen_one_stays_and_undo_brings_both_back(browser, maria):
    anna = Customer.objects.get(name="Anna")
    choose = browser.get(f"/customers/{maria.id}/merge/?q=anna").text
    assert f"/customers/{maria.id}/merge/{anna.id}/" in choose
    pair = f"/customers/{maria.id}/merge/{anna.id}/"
    shown = browser.get(pair).text
    assert ("Maria Petrova" in shown, "Anna" in shown, "1 conversation" in shown) == (True, True, True)
    done = browser.post(pair, {"survivor": anna.id})
    assert done.headers["Location"] == f"/customers/{anna.id}/"
    assert set(Identity.objects.values_list("customer", flat=True)) == {anna.id}
    gone = browser.get(f"/customers/{maria.id}/")
    assert gone.headers["Location"] == f"/customers/{anna.id}/"
    merge = anna.merges.latest("id")
    browser.post(f"/customers/merges/{merge.id}/undo/")
    assert Customer.objects.get(id=maria.id).name == "Maria Petrova"
    assert Conversation.objects.get(customer=maria).customer_name == "Maria Petrova"
    assert browser.post(f"/customers/merges/{merge.id}/undo/").status_code == 409


def test_nothing_is_merged_without_a_choice(browser, maria):
    anna = Customer.objects.get(name="Anna")
    for survivor in ("", "7777"):
        browser.post(f"/customers/{maria.id}/merge/{anna.id}/", {"survivor": survivor})
    assert Customer.objects.filter(id__in=[maria.id, anna.id]).count() == 2


def test_an_observer_reads_and_changes_nothing(world, maria):
    observer = browser_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))
    page = observer.get(f"/customers/{maria.id}/")
    assert (page.status_code, "Add the note" in page.text) == (200, False)
    assert observer.get(f"/customers/{maria.id}/merge/").status_code == 403
    for path in (f"{maria.id}/rename/", f"{maria.id}/notes/"):
        assert observer.post(f"/customers/{path}", {"name": "x", "text": "x"}).status_code == 403


def test_the_list_asks_as_much_for_three_as_for_one(world, browser):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/customers/").status_code == 200
        return len(asked)

    questions()
    before = questions()
    for name in ("One", "Two"):
        deliver(world.channel, message_from(name, "Hello"))
    assert questions() == before


def test_a_conversation_prints_whole_with_or_without_its_notes(world, browser, maria):
    conversation = Conversation.objects.get(customer=maria)
    write_note(conversation, "Only among us", world.owner)
    page = f"/desk/conversations/{conversation.id}/print/"
    whole, bare = browser.get(page).text, browser.get(f"{page}?notes=no").text
    for text in (whole, bare):
        assert f"#{conversation.id}" in text
        assert "Where is my parcel?" in text
    assert ("Only among us" in whole, "Only among us" in bare) == (True, False)
