import pytest
from django.db import transaction

from allears.connectors.interface import Author
from allears.foundation.clock import now
from allears.foundation.errors import NotVisible
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.pipeline.conversations.actions.assigning import give_to_team
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.people.actions import Place, know_people
from allears.pipeline.people.models import Customer, Identity
from allears.pipeline.people.queries import (
    get_visible_customer,
    identities_of,
    search_customers,
    visible_customers,
)
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
ANNA = Author(id="7", name="Anna Đặng", handle="@anna", address="anna@post.example")


def know(owner, author: Author) -> int:
    place = Place(owner.workspace_id, "email")
    with transaction.atomic():
        return know_people([(place, author, now())])[place, author.id].customer_id


def names(found) -> set[str]:
    return set(found.values_list("name", flat=True))


@pytest.fixture
def private_team(owner):
    return create_team(owner, "Legal", is_private=True)


def test_a_customer_of_another_workspace_is_not_there(owner, stranger):
    anna = know(owner, ANNA)
    assert get_visible_customer(owner, anna).name == "Anna Đặng"
    assert names(visible_customers(stranger)) == set()
    with pytest.raises(NotVisible):
        get_visible_customer(stranger, anna)


def test_a_customer_of_a_private_team_is_known_to_its_members_only(
    owner, agent, colleague, deliver, private_team
):
    set_team_members(owner, private_team, [colleague.id])
    deliver(said("1@x.example", author=Author(id="7", name="Anna")))
    assert names(visible_customers(agent)) == {"Anna"}
    give_to_team(Conversation.objects.get().id, private_team.id, owner)
    assert names(visible_customers(agent)) == set()
    assert search_customers(agent, "anna").ids == []
    assert names(visible_customers(colleague)) == names(visible_customers(owner)) == {"Anna"}


def test_one_who_also_wrote_to_everyone_is_known_to_all(owner, agent, deliver, private_team):
    anna = Author(id="7", name="Anna")
    deliver(said("1@x.example", author=anna), said("2@x.example", author=anna))
    give_to_team(Conversation.objects.earliest("id").id, private_team.id, owner)
    assert names(visible_customers(agent)) == {"Anna"}


def test_people_are_found_by_name_handle_and_address_as_search_writes_them(owner):
    anna = know(owner, ANNA)
    know(owner, Author(id="8", name="Oleg Safin"))
    for asked in ("dang", "ANNA", "@anna", "anna@post.example", "post.ex", "ann đặ"):
        assert search_customers(owner, asked).ids == [anna], asked
    assert search_customers(owner, "anna safin").ids == []
    assert search_customers(owner, "  ").ids == []


def test_a_new_name_is_found_and_what_is_not_told_stays(owner):
    anna = know(owner, ANNA)
    know(owner, Author(id="7", name="Anna Berg", language="vi", time_zone="Asia/Ho_Chi_Minh"))
    identity = Identity.objects.get()
    assert (identity.name, identity.handle, identity.language) == ("Anna Berg", "@anna", "vi")
    assert search_customers(owner, "berg").ids == [anna]
    assert identity.first_seen_at == Customer.objects.get().first_seen_at


def test_identities_come_by_customer_in_one_statement(owner, django_assert_num_queries):
    ids = [know(owner, ANNA), know(owner, Author(id="8", name="Oleg"))]
    with django_assert_num_queries(1):
        found = identities_of(ids)
    assert {id_: [one.external_id for one in rows] for id_, rows in found.items()} == {
        ids[0]: ["7"],
        ids[1]: ["8"],
    }
