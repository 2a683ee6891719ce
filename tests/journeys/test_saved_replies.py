"""Saved replies on the pages: looked after in the settings, put into an answer with and without a script."""

from copy import deepcopy

import pytest

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.models import Dispatch, Draft, SavedReply
from tests.journeys.worlds import browser_of, join, make_world
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")
HTMX = {"HX-Request": "true"}
GIVEN = {
    "title": "Refund",
    "text": "Dear {{ customer.first_name }},",
    "shortcut": "refund",
    "is_shared": "on",
}


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db):
    return deepcopy(lantern)


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


def test_a_lead_keeps_shared_ones_and_an_agent_their_own(world, browser):
    assert browser.post("/settings/saved-replies/new/", GIVEN).status_code == 302
    agent = browser_of(world.agent)
    assert agent.post("/settings/saved-replies/new/", {**GIVEN, "title": "Own words"}).status_code == 302
    assert SavedReply.objects.get(title="Refund").owner_id is None
    assert SavedReply.objects.get(title="Own words").owner_id == world.agent.id
    page = browser.get("/settings/saved-replies/").text
    assert ("Refund" in page, "Own words" in page) == (True, False)


def test_what_can_not_be_kept_is_said_beside_its_field(browser):
    wrong = browser.post("/settings/saved-replies/new/", {**GIVEN, "text": "Dear {{ custmer.name }}"})
    assert (wrong.status_code, "There is no variable “custmer.name”." in wrong.text) == (422, True)
    browser.post("/settings/saved-replies/new/", GIVEN)
    taken = browser.post("/settings/saved-replies/new/", {**GIVEN, "title": "Again"})
    assert list(taken.context["form"].errors) == ["shortcut"]


def test_one_is_changed_found_and_deleted(browser):
    browser.post("/settings/saved-replies/new/", GIVEN)
    one = SavedReply.objects.get(title="Refund")
    page = f"/settings/saved-replies/{one.id}/"
    assert browser.post(page, {**GIVEN, "title": "Деньги назад", "language": "ru"}).status_code == 302
    assert "Деньги назад" in browser.get("/settings/saved-replies/?q=деньги&language=ru").text
    assert "Деньги назад" not in browser.get("/settings/saved-replies/?q=отмена").text
    browser.post(f"{page}delete/")
    assert not SavedReply.objects.filter(id=one.id).exists()


def test_an_observer_has_none(world):
    observer = browser_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))
    for page in ("/settings/saved-replies/", "/settings/saved-replies/new/"):
        assert observer.get(page).status_code == 403


def test_an_agent_reads_shared_ones_but_does_not_change_them(world):
    one = SavedReply.objects.get()
    agent = browser_of(world.agent)
    page = f"/settings/saved-replies/{one.id}/"
    assert "<form class" not in agent.get(page).text
    assert agent.post(page, GIVEN).status_code == 403
    assert agent.post(f"{page}delete/").status_code == 403


def test_without_a_script_one_is_chosen_on_a_page_and_put_behind_the_draft(world, browser):
    conversation, one = Conversation.objects.get(), SavedReply.objects.get()
    choose = f"/desk/conversations/{conversation.id}/saved-replies/"
    browser.post(choose, {"text": "Hello Anna."})
    assert "Anna, it is on its way." in browser.get(choose).text
    response = browser.post(f"{choose}{one.id}/insert/")
    assert response.headers["Location"] == f"/desk/all/{conversation.id}/"
    draft = Draft.objects.get(kind="reply")
    assert (draft.text, draft.saved_replies) == ("Hello Anna.\n\nAnna, it is on its way.", [one.id])
    assert f'name="saved_replies" value="{one.id}"' in browser.get(response.headers["Location"]).text


def test_the_composer_gets_the_list_as_a_part(world, browser):
    conversation = Conversation.objects.get()
    part = browser.get(f"/desk/conversations/{conversation.id}/saved-replies/", headers=HTMX).text
    assert ("<html" in part, 'data-words="Anna, it is on its way."' in part) == (False, True)


def test_a_gap_is_refused_and_the_words_stay(world, browser):
    conversation = Conversation.objects.get()
    given = {
        "text": "Dear {{ customer.first_name }}",
        "idempotency_key": "k1",
        "seen_message_id": conversation.last_message_id,
        "mode": "reply",
    }
    before = Dispatch.objects.count()
    refused = browser.post(f"/desk/conversations/{conversation.id}/reply/", given)
    assert (refused.status_code, "Still to be filled in: customer.first_name" in refused.text) == (422, True)
    assert Dispatch.objects.count() == before
    one = create_saved_reply(world.owner, SavedWords(title="x", text="y"))
    browser.post(
        f"/desk/conversations/{conversation.id}/reply/",
        {**given, "text": "Dear Anna", "saved_replies": [one.id]},
    )
    assert Dispatch.objects.latest("id").before["saved_replies"] == [one.id]


def test_the_list_asks_as_much_for_three_as_for_one(world, browser, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/settings/saved-replies/").status_code == 200
        return len(asked)

    questions()
    before = questions()
    for title in ("Two", "Three"):
        create_saved_reply(world.owner, SavedWords(title=title, text="y"))
    assert questions() == before
