"""Who may be one person is noticed, never acted upon; rather too seldom than too often."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.foundation.workspaces.actions import create_account, create_workspace
from allears.pipeline.conversations.actions.merging import merge_customers, undo_merge
from allears.pipeline.conversations.queries.likeness import same_people
from allears.pipeline.people.actions.likeness import find_same_people, look_at_newest, tell_apart
from allears.pipeline.people.likeness import telling_handle
from allears.pipeline.people.models import Customer, Identity, IdentityKey, SamePersonHint

pytestmark = pytest.mark.django_db


def someone(owner: Any, network: str, name: str = "", **told: Any) -> Identity:
    """Make a customer of their own, known on one network."""
    at = now()
    customer = Customer.objects.create(workspace=owner.workspace, name=name or "Someone", first_seen_at=at)
    number = Identity.objects.count() + 1
    given = {"name": name, "first_seen_at": at, "external_id": f"id{number}", "network": network}
    return Identity.objects.create(workspace=owner.workspace, customer=customer, **{**given, **told})


def suggested(owner: Any, identity: Identity) -> list[str]:
    return [one.customer.name for one in same_people(owner, identity.customer)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"address": "Anna@Shop.example"}, {"address": "anna@shop.example"}, "the mail address"),
        ({"address": "+84 90 123 45 67"}, {"address": "84901234567"}, "the phone number"),
        ({"handle": "@anna_petrova"}, {"handle": "anna_petrova@mastodon.example"}, "the handle"),
        ({"handle": "anna.petrova.bsky.social"}, {"handle": "Anna.Petrova"}, "the handle"),
        ({"url": "https://anna.example/"}, {"url": "http://anna.example"}, "the same link"),
    ],
)
def test_a_shared_sign_is_suggested_with_its_reason(owner, one, other, reason):
    first = someone(owner, "x", "Anna Petrova", **one)
    second = someone(owner, "mastodon", "Anna Petrova", **other)
    find_same_people()
    found = same_people(owner, first.customer)
    assert [one.customer.id for one in found] == [second.customer_id]
    assert reason in found[0].hints[0].reason
    assert [one.customer.id for one in same_people(owner, second.customer)] == [first.customer_id]
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Anna"}, {"name": "Anna"}),
        ({"name": "Anna Petrova"}, {"name": "Anna Petrova"}),
        ({"handle": "@anna"}, {"handle": "@anna"}),
        ({"handle": "kettle"}, {"handle": "kettle"}),
        ({"name": "Anna Petrova", "handle": "a_petrova"}, {"name": "Bao Nguyen", "handle": "a_petrova"}),
        ({"address": "anna"}, {"address": "anna"}),
        ({"address": "12345"}, {"address": "12345"}),
        ({"name": "Anna", "url": "https://shop.example"}, {"name": "Anna", "url": "https://shop.example"}),
        ({}, {}),
    ],
)
def test_what_many_share_suggests_nothing(owner, one, other):
    first = someone(owner, "x", **one)
    someone(owner, "instagram", **other)
    find_same_people()
    assert suggested(owner, first) == []


def test_a_handle_on_one_network_is_two_people(owner):
    first = someone(owner, "mastodon", handle="anna_petrova@one.example")
    someone(owner, "mastodon", handle="anna_petrova@two.example")
    find_same_people()
    assert suggested(owner, first) == []


def test_an_address_of_many_is_nobodys(owner):
    people = [someone(owner, "api", address="info@shop.example") for _ in range(6)]
    find_same_people()
    assert suggested(owner, people[0]) == []


def test_another_workspace_is_another_world(owner):
    stranger = create_workspace(create_account("Sue", "sue@else.example", "kettle-harbour-39"), "Else")
    first = someone(owner, "x", handle="@anna_petrova")
    someone(stranger, "instagram", handle="anna_petrova")
    find_same_people()
    assert suggested(owner, first) == []


def test_it_is_noticed_later_too_and_once(owner):
    first = someone(owner, "x", "Anna", handle="@anna_petrova")
    find_same_people()
    assert suggested(owner, first) == []
    someone(owner, "instagram", "Anna P.", handle="anna_petrova")
    find_same_people()
    find_same_people()
    assert suggested(owner, first) == ["Anna P."]
    assert SamePersonHint.objects.count() == 1
    assert look_at_newest() == 0


def test_not_the_same_is_remembered(owner):
    first = someone(owner, "x", handle="@anna_petrova", address="anna@shop.example")
    second = someone(owner, "instagram", handle="anna_petrova", address="anna@shop.example")
    find_same_people()
    assert len(suggested(owner, first)) == 1
    assert tell_apart(owner, first.customer_id, second.customer_id) is True
    assert suggested(owner, first) == [] == suggested(owner, second)
    assert Event.objects.filter(kind="customer.told_apart").count() == 1
    IdentityKey.objects.all().delete()
    find_same_people()
    assert suggested(owner, first) == []
    assert tell_apart(owner, first.customer_id, second.customer_id) is False


def test_one_made_one_is_suggested_no_more_until_it_is_undone(owner):
    first = someone(owner, "x", "Anna", handle="@anna_petrova")
    second = someone(owner, "instagram", "Anna P.", handle="anna_petrova")
    find_same_people()
    merge = merge_customers(owner, first.customer_id, second.customer_id)
    first.refresh_from_db()
    assert suggested(owner, first) == []
    undo_merge(owner, merge)
    first.refresh_from_db()
    assert suggested(owner, first) == ["Anna P."]


def test_looking_costs_the_same_for_two_and_for_forty(owner):
    def cost(number: int) -> int:
        for index in range(number):
            someone(owner, "x", "Anna Petrova", handle=f"@anna_petrova{number}{index}")
            someone(owner, "instagram", "Anna Petrova", handle=f"anna_petrova{number}{index}")
        with CaptureQueriesContext(connection) as queries:
            assert look_at_newest() == 2 * number
        return len(queries)

    assert cost(1) == cost(20)
    assert SamePersonHint.objects.count() == 21


@pytest.mark.parametrize(
    ("handle", "key"),
    [
        ("@Anna_P1", "anna_p1"),
        ("annapetrova", "annapetrova"),
        ("anna", ""),
        ("@kettle", ""),
        ("a_b", ""),
        ("", ""),
    ],
)
def test_a_telling_handle(handle, key):
    assert telling_handle(handle) == key
