"""Two customers made one, and two again: scar 16."""

from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.connectors.interface import Author, Visibility
from allears.foundation.clock import now
from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.events.models import Event
from allears.foundation.workspaces.actions import create_team
from allears.pipeline.conversations.actions.assigning import give_to_team
from allears.pipeline.conversations.actions.merging import merge_customers, rename_customer, undo_merge
from allears.pipeline.conversations.models import Conversation, Leg
from allears.pipeline.conversations.queries.customers import (
    belongings_of,
    conversation_rows_with,
    customers_by_contact,
    visible_identities,
)
from allears.pipeline.people.actions.notes import (
    change_customer_note,
    delete_customer_note,
    write_customer_note,
)
from allears.pipeline.people.errors import CustomerNameNeeded, MergeUndone, NoteNeedsWords, SameCustomer
from allears.pipeline.people.models import Customer, CustomerMerge, CustomerNote, Identity
from allears.pipeline.people.queries import search_customers, survivor_of, visible_customers
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
CAT = Author(id="cat@customers.example", name="Cat")


def customer(name: str) -> Customer:
    return Customer.objects.get(name=name)


def write(deliver, author: Author, thread: str = "", **more: object) -> None:
    deliver(said(author=author, thread=thread, **more))


def who_has_what() -> dict[str, object]:
    """Everything by which the customers can be told apart."""
    return {
        "customers": sorted(Customer.objects.values_list("id", "name", "first_seen_at")),
        "identities": sorted(Identity.objects.values_list("id", "customer_id")),
        "conversations": sorted(Conversation.objects.values_list("id", "customer_id", "customer_name")),
        "legs": sorted(Leg.objects.values_list("thread_id", "party", "conversation_id")),
        "notes": sorted(CustomerNote.objects.values_list("id", "customer_id")),
    }


@pytest.fixture
def both(deliver, agent):
    """Ann with two conversations, Ben with one and a note."""
    write(deliver, ANN, "a1")
    write(deliver, ANN, "a2")
    write(deliver, BEN, "b1")
    write_customer_note(customer("Ben"), "Prefers the phone", agent)
    return customer("Ann"), customer("Ben")


def test_everything_goes_to_the_one_who_was_chosen_to_stay(both, agent):
    ann, ben = both
    merge_customers(agent, ben.id, ann.id)
    assert list(Customer.objects.values_list("name", flat=True)) == ["Ben"]
    assert Identity.objects.filter(customer=ben).count() == 2
    assert set(Conversation.objects.values_list("customer_id", "customer_name")) == {(ben.id, "Ben")}
    assert (belongings_of(agent, ben).conversations, belongings_of(agent, ben).notes) == (3, 1)
    assert customer("Ben").first_seen_at == min(ann.first_seen_at, ben.first_seen_at)
    assert survivor_of(agent, ann.id) == ben.id


def test_undo_restores_exactly(both, agent):
    ann, ben = both
    before = who_has_what()
    merge = merge_customers(agent, ann.id, ben.id)
    assert who_has_what() != before
    undo_merge(agent, merge)
    assert who_has_what() == before
    assert survivor_of(agent, ben.id) is None
    with pytest.raises(MergeUndone):
        undo_merge(agent, merge)
    assert who_has_what() == before


def test_merging_again_after_undo_works(both, agent):
    ann, ben = both
    undo_merge(agent, merge_customers(agent, ann.id, ben.id))
    before = who_has_what()
    undo_merge(agent, merge_customers(agent, ben.id, ann.id))
    assert who_has_what() == before


def test_what_came_since_stays_with_the_identity_it_came_by(both, agent, deliver):
    ann, ben = both
    merge = merge_customers(agent, ann.id, ben.id)
    write(deliver, BEN, "b1", text="more in the old thread")
    write(deliver, BEN, "b2", text="something new")
    write(deliver, ANN, "a3", text="something new, too")
    write_customer_note(customer("Ann"), "Written on the two", agent)
    assert set(Conversation.objects.values_list("customer_id", flat=True)) == {ann.id}
    undo_merge(agent, merge)
    by_thread = {
        leg.thread.external_id: (leg.conversation.customer_id, leg.conversation.customer_name)
        for leg in Leg.objects.select_related("thread", "conversation")
    }
    anns, bens = (ann.id, "Ann"), (ben.id, "Ben")
    assert by_thread == {"a1": anns, "a2": anns, "a3": anns, "b1": bens, "b2": bens}
    assert CustomerNote.objects.get(text="Written on the two").customer_id == ann.id


def test_in_public_each_identity_keeps_its_own_leg(agent, deliver):
    public = {"visibility": Visibility.PUBLIC}
    write(deliver, ANN, "post", external_id="1", **public)
    write(deliver, BEN, "post", external_id="2", **public)
    ann, ben = customer("Ann"), customer("Ben")
    merge = merge_customers(agent, ann.id, ben.id)
    write(deliver, BEN, "post", external_id="3", in_reply_to="2", **public)
    write(deliver, BEN, "another", external_id="4", **public)
    undo_merge(agent, merge)
    counts = dict(Conversation.objects.order_by("id").values_list("id", "message_count"))
    assert sorted(counts.values()) == [1, 1, 2]
    assert Conversation.objects.filter(customer=ben).count() == 2
    for conversation in Conversation.objects.all():
        identities = set(conversation.messages.values_list("identity__customer_id", flat=True))
        assert identities == {conversation.customer_id}


def test_our_words_heard_in_public_find_the_leg_they_answer_after_a_merge(agent, deliver):
    public = {"visibility": Visibility.PUBLIC}
    write(deliver, ANN, "post", external_id="1", **public)
    write(deliver, BEN, "post", external_id="2", **public)
    merge_customers(agent, customer("Ann").id, customer("Ben").id)
    us = Author(id="us", name="Us")
    deliver(said("3", author=us, thread="post", in_reply_to="2", is_ours=True, **public))
    answered = Conversation.objects.get(messages__external_id="3")
    assert answered.messages.filter(external_id="2").exists()


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_merges_on_top_of_each_other_come_apart_in_any_order(agent, deliver, order):
    for author in (ANN, BEN, CAT):
        write(deliver, author, author.name)
    before = who_has_what()
    ids = [customer(name).id for name in ("Ann", "Ben", "Cat")]
    merges = [merge_customers(agent, ids[1], ids[2]), merge_customers(agent, ids[0], ids[1])]
    assert Customer.objects.count() == 1
    for number in order:
        merges[number].refresh_from_db()
        undo_merge(agent, merges[number])
    assert who_has_what() == before


def test_a_name_given_in_between_stays_with_who_has_it(both, agent):
    ann, ben = both
    merge = merge_customers(agent, ann.id, ben.id)
    rename_customer(agent, customer("Ann"), "Ann-Marie")
    undo_merge(agent, merge)
    shown = set(Conversation.objects.values_list("customer_id", "customer_name"))
    assert shown == {(ann.id, "Ann-Marie"), (ben.id, "Ben")}


def test_different_strong_ids_are_never_made_one_by_themselves(deliver):
    for number, author in enumerate((ANN, Author(id="other", name="Ann", address=ANN.address), BEN)):
        write(deliver, author, f"t{number}")
    assert Customer.objects.count() == 3
    assert not CustomerMerge.objects.exists()


def test_what_is_not_there_or_the_same_or_not_allowed_is_refused(both, agent, observer, stranger):
    ann, ben = both
    for by, one, other, error in (
        (agent, ann.id, ann.id, SameCustomer),
        (agent, ann.id, 10**9, NotVisible),
        (stranger, ann.id, ben.id, NotVisible),
        (observer, ann.id, ben.id, NotAllowed),
    ):
        with pytest.raises(error):
            merge_customers(by, one, other)
    merge_customers(agent, ann.id, ben.id)
    with pytest.raises(NotVisible):
        merge_customers(agent, ben.id, ann.id)


def test_a_merge_and_its_undo_stand_in_the_ledger(both, agent):
    ann, ben = both
    undo_merge(agent, merge_customers(agent, ann.id, ben.id))
    events = Event.objects.filter(kind__contains="customer").exclude(kind__startswith="customer_note")
    told = list(events.order_by("id").values_list("kind", "by"))
    kinds = ["customer.merged", "conversation.customer_changed"]
    kinds += ["customer.merge_undone", "conversation.customer_changed"]
    assert told == [(kind, agent.id) for kind in kinds]


def test_merging_many_costs_as_much_as_merging_few(agent, deliver):
    def cost(names: list[str], count: int) -> int:
        for name in names:
            for number in range(count):
                write(deliver, Author(id=name, name=name), f"{name}{number}")
        with CaptureQueriesContext(connection) as asked:
            merge = merge_customers(agent, customer(names[0]).id, customer(names[1]).id)
            undo_merge(agent, merge)
        return len(asked)

    assert cost(["D", "E"], 1) == cost(["F", "G"], 3)


def test_a_new_name_is_shown_everywhere_and_found(both, agent, observer):
    ann, _ = both
    rename_customer(agent, ann, "  Ann   Berg ")
    assert customer("Ann Berg").id == ann.id
    assert set(Conversation.objects.filter(customer=ann).values_list("customer_name", flat=True)) == {
        "Ann Berg"
    }
    assert search_customers(agent, "berg").ids == [ann.id]
    with pytest.raises(CustomerNameNeeded):
        rename_customer(agent, ann, "  ")
    with pytest.raises(NotAllowed):
        rename_customer(observer, ann, "X")


def test_notes_are_changed_and_deleted_by_who_wrote_them(both, agent, colleague, observer):
    note = CustomerNote.objects.get()
    change_customer_note(note, "Prefers letters", agent)
    with pytest.raises(NotAllowed):
        change_customer_note(note, "Mine now", colleague)
    with pytest.raises(NotAllowed):
        delete_customer_note(note, colleague)
    with pytest.raises(NoteNeedsWords):
        write_customer_note(both[0], "  ", agent)
    with pytest.raises(NotAllowed):
        write_customer_note(both[0], "Words", observer)
    assert CustomerNote.objects.get().text == "Prefers letters"
    delete_customer_note(note, agent)
    assert not CustomerNote.objects.exists()


def test_the_list_begins_with_the_newest_contact_and_goes_on_page_by_page(agent, deliver):
    for minutes, name in ((9, "Ann"), (7, "Ben"), (5, "Cat"), (3, "Ann"), (1, "Dan")):
        write(deliver, Author(id=name, name=name), f"{name}{minutes}", minutes_ago=minutes)
    names, after = [], ""
    for _ in range(4):
        page = customers_by_contact(agent, after, size=1)
        names += [row.name for row in page.rows]
        after = page.next_cursor
    assert (names, after) == (["Dan", "Ann", "Cat", "Ben"], "")
    ann = customers_by_contact(agent, size=4).rows[1]
    assert (ann.conversation_count, ann.waiting_count, ann.networks) == (2, 2, ["fake"])


def test_a_private_team_hides_conversations_and_the_identities_that_wrote_only_there(owner, agent, deliver):
    write(deliver, ANN, "a1")
    write(deliver, BEN, "b1")
    team = create_team(owner, "Legal", is_private=True)
    give_to_team(Conversation.objects.get(customer_name="Ben").id, team.id, owner)
    ann, ben = customer("Ann"), customer("Ben")
    assert [row.name for row in customers_by_contact(agent).rows] == ["Ann"]
    merge_customers(owner, ann.id, ben.id)
    for member, count in ((owner, 2), (agent, 1)):
        row = customers_by_contact(member).rows[0]
        assert (row.conversation_count, len(row.identities)) == (count, count)
        assert len(conversation_rows_with(member, ann)[0]) == count
    assert [one.external_id for one in visible_identities(agent, [ann.id])[ann.id]] == [ANN.id]
    assert set(visible_customers(agent)) == {ann}
    assert now()


def test_the_list_asks_as_much_for_three_as_for_one(agent, deliver):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            customers_by_contact(agent)
        return len(asked)

    write(deliver, ANN)
    before = questions()
    write(deliver, BEN)
    write(deliver, CAT)
    assert questions() == before
