"""Saved views: for me, my team, everyone; each member sees and counts only what they may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.actions.tagging import make_tag, merge_tags, tag_conversations
from allears.pipeline.conversations.actions.views import (
    ViewWords,
    change_view,
    delete_view,
    move_view,
    save_view,
)
from allears.pipeline.conversations.errors import NoSuchOrder, ViewNameNeeded
from allears.pipeline.conversations.models import Conversation, Order
from allears.pipeline.conversations.queries import saved_views
from allears.pipeline.conversations.queries.filters import EVERYTHING, ConversationFilter
from allears.pipeline.conversations.queries.queue import forget_counts
from allears.pipeline.conversations.queries.saved_views import (
    audiences_of,
    filter_of,
    get_visible_saved_view,
    saved_view_counts,
    scope_of,
    visible_saved_views,
)
from allears.pipeline.conversations.queries.scopes import (
    Scope,
    as_filter,
    conversations_in,
    count_in_scope,
    rows_in_scope,
    scope_page,
)
from tests.fake_network import BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")
URGENT = ConversationFilter(statuses=("new", "open"), priorities=(0,))


@pytest.fixture(autouse=True)
def _count_anew():
    forget_counts()


@pytest.fixture
def team(owner, agent):
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [agent.id])
    return team


def words(name="Urgent", audience="me", wanted=URGENT, order="waiting"):
    return ViewWords(name, audience, wanted, order)


def names_of(member):
    return [view.name for view in visible_saved_views(member)]


def test_each_has_their_own_their_teams_and_everyones(owner, agent, colleague, stranger, team):
    save_view(owner, words("All", "all"))
    save_view(agent, words("Legal", f"team:{team.id}"))
    save_view(agent, words("Mine"))

    assert names_of(agent) == ["Mine", "Legal", "All"]
    assert names_of(colleague) == names_of(owner) == ["All"]
    assert names_of(stranger) == []
    mine = visible_saved_views(agent)[0]
    assert get_visible_saved_view(agent, mine.id) == mine
    for other in (colleague, owner, stranger):
        with pytest.raises(NotVisible):
            get_visible_saved_view(other, mine.id)


def test_leads_save_for_everyone_and_members_for_their_team(owner, agent, colleague, observer, team):
    everyones, legal = save_view(owner, words("All", "all")), save_view(agent, words("L", f"team:{team.id}"))
    for forbidden in (
        lambda: save_view(agent, words(audience="all")),
        lambda: change_view(agent, everyones, words("Changed", "all")),
        lambda: change_view(agent, legal, words("Changed", "all")),
        lambda: delete_view(agent, everyones),
        lambda: delete_view(observer, legal),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    with pytest.raises(NotVisible):
        save_view(colleague, words(audience=f"team:{team.id}"))
    save_view(observer, words("Looked at"))

    assert audiences_of(agent) == [("me", "Only me"), (f"team:{team.id}", "Legal")]
    assert [value for value, _ in audiences_of(owner)] == ["me", "all"]


def test_what_makes_no_view_is_refused(agent):
    with pytest.raises(ViewNameNeeded):
        save_view(agent, words("  "))
    with pytest.raises(NoSuchOrder):
        save_view(agent, words(order="loudest"))
    with pytest.raises(NotVisible):
        save_view(agent, words(audience="world"))


def test_a_view_is_changed_moved_and_deleted(agent):
    views = [save_view(agent, words(name)) for name in "abc"]

    move_view(agent, views[2], -1)
    move_view(agent, views[0], -1)
    assert names_of(agent) == ["a", "c", "b"]
    change_view(agent, views[1], words("d", wanted=ConversationFilter(text="refund"), order="newest"))
    delete_view(agent, views[0])

    assert names_of(agent) == ["c", "d"]
    assert filter_of(get_visible_saved_view(agent, views[1].id)) == ConversationFilter(text="refund")


@pytest.fixture
def three(deliver, agent):
    deliver(said(text="Refund"), said(author=BEN, text="Parcel"), said(text="Thanks"))
    ids = list(Conversation.objects.order_by("id").values_list("id", flat=True))
    set_priority(ids[0], 0, agent)
    set_priority(ids[1], 0, agent)
    assign_conversation(ids[1], agent.id, agent)
    return ids


def test_counts_are_exact_and_each_members_own(three, owner, agent, colleague, team):
    urgent = save_view(owner, words("Urgent", "all"))
    mine = save_view(owner, words("Mine", "all", ConversationFilter(assignees=("me",))))
    words_in = save_view(owner, words("Words", "all", ConversationFilter(text="refund")))
    nothing = save_view(owner, words("Nothing", "all", ConversationFilter(text="!")))
    give_to_team(three[0], team.id, agent)

    def counts_of(member):
        counts = saved_view_counts(member, visible_saved_views(member))
        return [counts[view.path] for view in (urgent, mine, words_in, nothing)]

    assert counts_of(agent) == [2, 1, 1, 0]
    assert counts_of(colleague) == [1, 0, 0, 0]
    assert counts_of(owner) == [2, 0, 1, 0]
    for member in (agent, colleague, owner):
        held = [count_in_scope(member, scope_of(v, EVERYTHING)) for v in (urgent, mine, words_in, nothing)]
        assert held == counts_of(member)


def test_counts_take_as_many_statements_for_three_views_as_for_one(three, agent):
    def statements():
        forget_counts()
        views = visible_saved_views(agent)
        with CaptureQueriesContext(connection) as asked:
            saved_view_counts(agent, views)
        return len(asked)

    save_view(agent, words())
    one = statements()
    save_view(agent, words(wanted=ConversationFilter(tags=("none",))))
    save_view(agent, words(wanted=ConversationFilter(text="refund")))

    assert statements() == one


def test_counts_follow_what_happens(three, agent, monkeypatch):
    view = save_view(agent, words())
    assert saved_view_counts(agent, [view]) == {view.path: 2}
    set_status(three[0], "solved", agent, "thanks")
    assert saved_view_counts(agent, [view]) == {view.path: 2}
    later = saved_views.monotonic() + 5
    monkeypatch.setattr(saved_views, "monotonic", lambda: later)

    assert saved_view_counts(agent, [view]) == {view.path: 1}


@pytest.mark.parametrize("order", Order.values)
@pytest.mark.parametrize("size", [1, 2, 50])
def test_pages_of_a_view_lose_nothing_in_any_order(three, agent, order, size):
    view = save_view(agent, words(wanted=ConversationFilter(tags=("none",)), order=order))
    scope, ids, cursor = scope_of(view, EVERYTHING), [], ""
    while True:
        page = scope_page(agent, scope, cursor, size)
        ids += [row.id for row in page.rows]
        if not (cursor := page.next_cursor):
            break

    assert sorted(ids) == three
    moments = {one.id: one.last_message_at for one in Conversation.objects.all()}
    if order != Order.WAITING:
        assert ids == sorted(ids, key=moments.__getitem__, reverse=order == Order.NEWEST)


def test_a_filter_on_top_keeps_what_both_say(three, agent):
    view = save_view(agent, words())
    scope = scope_of(view, ConversationFilter(assignees=("none",)))

    assert [row.id for row in scope_page(agent, scope).rows] == [three[0]]
    assert [row.id for row in rows_in_scope(agent, scope, three)] == [three[0]]
    assert count_in_scope(agent, Scope("mine")) == 1


def test_a_view_of_the_desk_is_the_filter_it_says(three, agent, colleague):
    set_status(three[2], "pending", agent)
    for member in (agent, colleague):
        for view in ("mine", "unassigned", "open", "pending", "on-hold", "solved", "all"):
            in_words = set(conversations_in(member, Scope("all", as_filter(view))))
            assert in_words == set(conversations_in(member, Scope(view))), view
    assert as_filter("called") is None


def test_a_view_asks_for_the_tag_that_is_kept(three, owner):
    gone, kept = make_tag(owner, "refunds"), make_tag(owner, "Refund")
    tag_conversations(three[:1], [gone.id], owner)
    view = save_view(owner, words(wanted=ConversationFilter(tags=(gone.id, kept.id, "none"))))

    merge_tags(owner, gone, kept)

    view.refresh_from_db()
    assert filter_of(view).tags == (kept.id, "none")
