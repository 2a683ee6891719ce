"""A language model from its settings page to the composer: asked by a person, marked, and never sent by itself."""

import pytest

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.replies.models import Dispatch, Draft
from allears.pipeline.suggesting.actions.keeping import set_language_model
from allears.pipeline.suggesting.conftest import wanted, write_all
from allears.pipeline.suggesting.models import LanguageModel, Suggestion, Use
from tests.journeys.programs import program_of
from tests.journeys.worlds import browser_of, join, make_world
from tests.networks.language_model import KEY, MODEL, FakeModel

pytestmark = pytest.mark.django_db(databases="__all__")
HTMX = {"HX-Request": "true"}
PAGE = "/settings/language-model/"
MARK = "Written by a machine"
WORDS = "Dear customer, we look for it."


@pytest.fixture
def fake(settings):
    settings.MAY_REACH_PRIVATE_ADDRESSES = True
    with FakeModel("She wants her refund <b>today</b> https://bad.example/x") as fake:
        yield fake


@pytest.fixture
def world():
    return make_world("Lantern")


@pytest.fixture
def browser(world):
    return browser_of(world.agent)


@pytest.fixture
def conversation(world):
    return Conversation.objects.filter(workspace=world.owner.workspace).earliest("id")


def given(fake, **more):
    entered = {"address": fake.address, "name": MODEL, "secret": KEY, "is_on": "on", "uses": Use.values}
    return entered | more


def page_of(browser, conversation):
    return browser.get(f"/desk/all/{conversation.id}/").text


def test_an_administrator_sets_tries_and_removes_it(world, fake):
    browser = browser_of(world.owner)
    assert "Try it" not in browser.get(PAGE).text
    assert (
        browser.post(PAGE, given(fake, price_in="2", price_out="10", daily_micro_dollars="1.5")).status_code
        == 302
    )
    model = LanguageModel.objects.get()
    assert (model.price_in, model.price_out, model.daily_micro_dollars) == (2_000_000, 10_000_000, 1_500_000)
    fake.says = ["hello"]
    tried = browser.post(f"{PAGE}try/", follow=True).text
    assert f"{MODEL} answered in" in tried
    assert "150 tokens" in tried
    assert KEY not in tried
    assert browser.post(f"{PAGE}remove/").status_code == 302
    assert not LanguageModel.objects.exists()
    assert browser.get(f"{PAGE}remove/").status_code == 404


def test_what_is_entered_wrongly_is_said_beside_its_field(world, fake):
    browser = browser_of(world.owner)
    wrong = browser.post(PAGE, given(fake, address="nowhere"))
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["address"])
    poor = browser.post(PAGE, given(fake, monthly_micro_dollars="5"))
    assert list(poor.context["form"].errors) == ["monthly_micro_dollars"]
    browser.post(PAGE, given(fake))
    moved = browser.post(PAGE, given(fake, address="https://elsewhere.example/v1", secret=""))
    assert list(moved.context["form"].errors) == ["secret"]
    fake.revoke()
    assert "does not accept the key" in browser.post(f"{PAGE}try/", follow=True).text


def test_agents_have_no_such_page(browser, world):
    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}try/").status_code == 403


def test_without_a_model_there_is_no_button(browser, conversation, world, fake):
    before = page_of(browser, conversation)
    set_language_model(world.owner, wanted(fake))
    after = page_of(browser, conversation)
    for words in ("Summarise", "Draft a reply", 'data-key="translate"'):
        assert (words in before, words in after) == (False, True), words
    set_language_model(world.owner, wanted(fake, uses=(Use.SUMMARY,)))
    only = page_of(browser, conversation)
    assert ("Summarise" in only, "Draft a reply" in only, 'data-key="translate"' in only) == (
        True,
        False,
        False,
    )
    observer = browser_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))
    assert "Summarise" not in page_of(observer, conversation)


def test_a_summary_is_asked_for_shown_as_being_written_then_marked_and_escaped(
    browser, conversation, world, fake
):
    set_language_model(world.owner, wanted(fake))
    asked = browser.post(
        f"/desk/conversations/{conversation.id}/suggestions/", {"use": "summary"}, headers=HTMX
    )
    assert "desk-changed" in asked["HX-Trigger"]
    live = f"/desk/all/{conversation.id}/live/"
    assert "is being written" in browser.get(live, headers=HTMX).text
    write_all()
    shown = browser.get(live, headers=HTMX).text
    assert MARK in shown
    assert "&lt;b&gt;today&lt;/b&gt; https://bad.example/x" in shown
    assert 'href="https://bad.example' not in shown
    assert "150 tokens" in shown


def test_a_draft_is_put_into_the_reply_and_nothing_is_sent(browser, conversation, world, fake):
    set_language_model(world.owner, wanted(fake))
    sent = Dispatch.objects.count()
    browser.post(f"/desk/conversations/{conversation.id}/suggestions/", {"use": "draft"})
    fake.says = [WORDS]
    write_all()
    assert "Put it into the reply" in page_of(browser, conversation)
    one = Suggestion.objects.get()
    assert browser.post(f"/desk/suggestions/{one.id}/take/").status_code == 302
    page = page_of(browser, conversation)
    assert Draft.objects.get(conversation=conversation, member=world.agent).text.startswith(WORDS)
    assert (f">{WORDS}" in page, MARK in page) == (True, True)
    assert Dispatch.objects.count() == sent


def test_a_translation_stands_under_the_original(browser, conversation, world, fake):
    set_language_model(world.owner, wanted(fake))
    fake.says = ["Translated words."]
    message = Message.objects.filter(conversation=conversation, direction="in").earliest("id")
    browser.post(f"/desk/messages/{message.id}/translate/")
    write_all()
    page = page_of(browser, conversation)
    assert page.index(message.text[:12]) < page.index("Translated words.")
    assert MARK in page


def test_what_failed_says_why_and_can_be_asked_again(browser, conversation, world, fake):
    set_language_model(world.owner, wanted(fake))
    fake.revoke()
    address = f"/desk/conversations/{conversation.id}/suggestions/"
    browser.post(address, {"use": "summary"})
    write_all()
    assert "The language model does not accept the key." in page_of(browser, conversation)
    fake.behave()
    browser.post(address, {"use": "summary", "again": "1"})
    write_all()
    assert MARK in page_of(browser, conversation)


def test_a_program_asks_reads_and_never_sends(world, conversation, fake):
    program = program_of(world.agent)
    path = f"/conversations/{conversation.id}/suggestions"
    assert program.post(path, {"use": "summary"}).json()["code"] == "no-language-model"
    set_language_model(world.owner, wanted(fake))
    asked = program.post(path, {"use": "summary"})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    write_all()
    read = program.get(f"/suggestions/{asked.json()['id']}").json()
    assert (read["state"], read["is_machine_made"], read["tokens_in"]) == ("done", True, 120)
    assert [one["id"] for one in program.get(path).json()["items"]] == [read["id"]]
    assert program.post(path, {"use": "translation"}).status_code == 409
    message = Message.objects.filter(conversation=conversation).earliest("id")
    assert program.post(path, {"use": "translation", "message_id": message.id}).status_code == 202
    other = Message.objects.exclude(conversation=conversation).first()
    if other:
        assert program.post(path, {"use": "translation", "message_id": other.id}).status_code == 404
