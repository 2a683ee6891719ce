"""Finding one's way among many, without a browser: filters in the address, views, tags, changes of many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.workspaces.models import Role
from allears.pipeline.conversations.actions.tagging import make_tag, tag_conversations
from allears.pipeline.conversations.actions.views import ViewWords, save_view
from allears.pipeline.conversations.models import BulkChange, Conversation, SavedView, Tag
from allears.pipeline.conversations.queries.filters import ConversationFilter
from allears.pipeline.conversations.queries.queue import forget_counts
from allears.pipeline.conversations.queries.tags import tags_of
from tests.journeys.worlds import browser_of, deliver, join, make_world, message_from

pytestmark = pytest.mark.django_db(databases="__all__")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world():
    world = make_world("Lantern")
    for name in ("Maria Petrova", "Zoë Quist", "Omar Haddad"):
        deliver(world.channel, message_from(name, f"Where is the parcel of {name}?"))
    return world


@pytest.fixture
def browser(world):
    return browser_of(world.owner)


def one(name):
    return Conversation.objects.get(customer_name=name)


def names_on(page):
    import re

    return re.findall(r'class="row-name">([^<]+)<', page.content.decode())


def test_a_list_is_narrowed_by_its_address(world, browser):
    tag = make_tag(world.owner, "Lost")
    tag_conversations([one("Zoë Quist").id], [tag.id], world.owner)

    page = browser.get(f"/desk/open/?tag={tag.id}")

    assert names_on(page) == ["Zoë Quist"]
    html = page.content.decode()
    assert 'id="matching">1<' in html
    assert f'href="/desk/open/{one("Zoë Quist").id}/?tag={tag.id}"' in html
    assert "Clear the filter" in html
    assert "<filter-bar" not in browser.get("/desk/open/").content.decode()


def test_rows_that_change_stay_within_the_filter(world, browser):
    tag = make_tag(world.owner, "Lost")
    tag_conversations([one("Zoë Quist").id], [tag.id], world.owner)
    ids = ",".join(str(one(name).id) for name in ("Zoë Quist", "Omar Haddad"))

    assert names_on(browser.get(f"/desk/open/rows/?tag={tag.id}&ids={ids}")) == ["Zoë Quist"]
    assert len(names_on(browser.get(f"/desk/open/rows/?ids={ids}"))) == 2


def test_nothing_that_matches_says_so(browser):
    page = browser.get("/desk/open/?text=submarine").content.decode()

    assert "Nothing matches the filter" in page
    assert "All answered" not in page


def test_a_filter_that_makes_no_sense_is_said(browser):
    assert browser.get("/desk/open/?status=asleep").status_code == 422


def test_a_filter_is_kept_as_a_view(world, browser):
    page = browser.get("/desk/views/new/?from=open&text=Omar")
    assert page.status_code == 200
    words = {"name": "Omar's", "audience": "all", "order": "newest"}

    answer = browser.post("/desk/views/new/?from=open&text=Omar", words)

    view = SavedView.objects.get(name="Omar's")
    assert answer.url == f"/desk/view-{view.id}/"
    assert view.wanted == {"status": ["new", "open"], "text": ["Omar"]}
    forget_counts()
    page = browser.get(answer.url)
    assert names_on(page) == ["Omar Haddad"]
    assert f'data-count="view-{view.id}"' in page.content.decode()
    assert names_on(browser.get(f"/desk/view-{view.id}/{one('Omar Haddad').id}/")) == ["Omar Haddad"]


def test_a_view_is_tried_otherwise_and_kept_so(world, browser):
    view = save_view(world.owner, ViewWords("Mine", "me", ConversationFilter(text="Omar")))
    tried = f"/desk/view-{view.id}/?edited=1&text=Maria"
    assert names_on(browser.get(tried)) == ["Maria Petrova"]

    browser.post(f"/desk/views/{view.id}/filter/?edited=1&text=Maria")

    view.refresh_from_db()
    assert view.wanted == {"text": ["Maria"]}


def test_a_view_is_renamed_moved_and_deleted_on_its_page(world, browser):
    view = save_view(world.owner, ViewWords("Mine", "me", ConversationFilter(text="Omar")))
    save_view(world.owner, ViewWords("Second", "me", ConversationFilter(text="Omar")))
    browser.post(f"/desk/views/{view.id}/", {"name": "Ours", "audience": "all", "order": "oldest"})
    view.refresh_from_db()
    assert (view.name, view.audience, view.order) == ("Ours", "all", "oldest")
    browser.post(f"/desk/views/{view.id}/move/", {"way": "up"})
    everyones = SavedView.objects.filter(audience="all").order_by("position")
    assert [view.name for view in everyones] == ["Ours", "Unanswered"]

    browser.post(f"/desk/views/{view.id}/delete/")

    assert browser.get(f"/desk/view-{view.id}/").status_code == 404


def test_an_agent_sees_everyones_view_and_does_not_change_it(world):
    view = save_view(world.owner, ViewWords("Ours", "all", ConversationFilter(text="Omar")))
    agent = browser_of(world.agent)

    assert names_on(agent.get(f"/desk/view-{view.id}/")) == ["Omar Haddad"]
    changed = {"name": "Mine", "audience": "all", "order": "oldest"}
    assert agent.post(f"/desk/views/{view.id}/", changed).status_code == 422
    assert agent.post(f"/desk/views/{view.id}/delete/").status_code == 403


def test_a_tag_is_put_on_made_and_taken_off(world, browser):
    conversation = one("Maria Petrova")
    url = f"/desk/conversations/{conversation.id}/tags/"

    browser.post(url, {"view": "open", "name": "  Lost parcel "})
    tag = Tag.objects.get(name="Lost parcel")
    assert [worn.name for worn in tags_of([conversation.id])[conversation.id]] == ["Lost parcel"]
    assert 'aria-selected="true"' in browser.get(url, headers=HTMX).content.decode()
    assert "row-tags" in browser.get("/desk/open/").content.decode()

    browser.post(url, {"view": "open", "remove": tag.id})

    assert tags_of([conversation.id]) == {}
    browser.post(url, {"view": "open", "add": tag.id})
    assert len(tags_of([conversation.id])) == 1


def test_tags_are_looked_after_in_the_settings(world, browser):
    tag = make_tag(world.agent, "Lost")
    browser.post("/settings/tags/new/", {"name": "Missing", "tone": "warm"})
    other = Tag.objects.get(name="Missing")
    assert browser.post("/settings/tags/new/", {"name": "MISSING", "tone": "warm"}).status_code == 422
    browser.post(f"/settings/tags/{tag.id}/", {"name": "Gone", "tone": "hot"})
    tag.refresh_from_db()
    assert (tag.name, tag.tone) == ("Gone", "hot")
    browser.post(f"/settings/tags/{tag.id}/merge/", {"into": other.id})
    assert not Tag.objects.filter(id=tag.id).exists()
    browser.post(f"/settings/tags/{other.id}/delete/")
    assert not Tag.objects.filter(id=other.id).exists()
    assert browser_of(world.agent).get("/settings/tags/").status_code == 403


def test_some_are_changed_at_once_and_undone_without_a_script(world, browser):
    ids = [one(name).id for name in ("Maria Petrova", "Zoë Quist")]
    asked = browser.post("/desk/bulk/", {"view": "open", "id": ids})
    assert "Selected conversations" in asked.content.decode()

    done = browser.post("/desk/bulk/", {"view": "open", "id": ids, "do": "priority:0"})

    change = BulkChange.objects.latest("id")
    assert done.url == f"/desk/bulk/{change.id}/"
    assert set(Conversation.objects.filter(id__in=ids).values_list("priority", flat=True)) == {0}
    assert "2 conversations changed." in browser.get(done.url).content.decode()
    undone = browser.post(f"/desk/bulk/{change.id}/undo/")
    assert "2 conversations are as they were." in browser.get(undone.url).content.decode()
    assert set(Conversation.objects.filter(id__in=ids).values_list("priority", flat=True)) == {2}


def test_all_that_match_are_shown_before_they_are_changed(world, browser):
    asked = {"view": "open", "query": "?text=parcel", "all": "1", "do": "status:solved"}
    before = BulkChange.objects.count()

    page = browser.post("/desk/bulk/", asked).content.decode()

    assert "Status: Solved" in page
    assert "wait for an answer and are left open." in page
    assert BulkChange.objects.count() == before
    browser.post("/desk/bulk/", {**asked, "do": "spam:", "confirmed": "status:solved"})
    assert BulkChange.objects.count() == before
    browser.post("/desk/bulk/", {**asked, "do": "no_reply:asked_twice", "confirmed": "no_reply:asked_twice"})
    change = BulkChange.objects.latest("id")
    assert change.total == 4
    assert {one(name).status for name in ("Maria Petrova", "Zoë Quist", "Omar Haddad")} == {"solved"}


def test_the_bar_says_how_many_match(world, browser):
    bar = browser.get("/desk/bulk/?view=open&query=%3Ftext%3DOmar", headers=HTMX).content.decode()

    assert 'data-matching="1"' in bar


def test_who_may_not_answer_has_no_bar(world):
    observer = browser_of(join(world.owner, Role.OBSERVER, "otto@lantern.example"))

    assert "<bulk-bar" not in observer.get("/desk/open/").content.decode()
    assert observer.post("/desk/bulk/", {"id": [1], "do": "spam:"}).status_code == 403


@pytest.mark.parametrize("path", ["/desk/open/?text=parcel", "/desk/view-{view}/", "/settings/tags/"])
def test_a_page_asks_as_often_for_three_as_for_one(world, browser, path):
    view = save_view(world.owner, ViewWords("Parcels", "me", ConversationFilter(text="parcel")))
    path = path.format(view=view.id)

    def asks():
        browser.get(path)
        forget_counts()
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    few = asks()
    for name in ("Ann", "Ben"):
        deliver(world.channel, message_from(name, "Where is my parcel?"))
        save_view(world.owner, ViewWords(name, "me", ConversationFilter(tags=("none",))))
        tag_conversations([one(name).id], [make_tag(world.owner, name).id], world.owner)

    assert asks() == few
