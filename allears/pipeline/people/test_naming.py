"""Several ids that mean one person in one place, and new ids in place of old ones."""

from dataclasses import replace

import pytest

from allears.connectors.interface import Author, Renaming
from allears.foundation.clock import now
from allears.foundation.events.models import Event
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import read_all, store
from allears.pipeline.conversations.models import Conversation, Message, Thread
from allears.pipeline.people.models import Customer, Identity, SamePersonHint
from tests.fake_network import ANN, said

pytestmark = pytest.mark.django_db(databases="__all__")
PHONE = Author(id="49170", name="Ann")
USER = Author(id="user.7", name="Ann")
BOTH = replace(PHONE, also=("user.7",))


@pytest.mark.parametrize(
    "order",
    [(BOTH, USER, PHONE), (PHONE, BOTH, USER), (USER, BOTH, PHONE), (replace(USER, also=("49170",)), PHONE)],
)
def test_whichever_id_comes_first_it_is_one_person(deliver, order):
    for author in order:
        deliver(said(author=author))

    assert Customer.objects.count() == Identity.objects.count() == 1
    assert Message.objects.exclude(identity=Identity.objects.get()).count() == 0
    assert not SamePersonHint.objects.exists()


def test_all_in_one_batch_are_one_person(network, channel):
    store(channel, *(network.piece(said(author=author)) for author in (USER, PHONE, BOTH)))
    read_all()

    assert Customer.objects.count() == 1


def test_two_customers_are_never_made_one_but_the_sign_is_noted_once(deliver):
    deliver(said(author=PHONE))
    deliver(said(author=USER))

    deliver(said(author=BOTH))
    deliver(said(author=BOTH))

    assert Customer.objects.count() == 2
    hint = SamePersonHint.objects.get()
    assert (hint.one.external_id, hint.other.external_id) == ("49170", "user.7")
    assert Event.objects.filter(kind="customer.hinted").count() == 1


def test_a_new_number_is_the_same_person_and_answers_go_there(deliver):
    deliver(said(author=PHONE))
    renaming = Renaming(at=now(), old_id="49170", author=Author(id="49171"))

    deliver(renaming)
    deliver(renaming)
    deliver(said(author=Author(id="49171")), said(author=PHONE))

    assert Identity.objects.get().external_id == "49171"
    assert Message.objects.count() == 3
    assert audit_workspace().is_good


def test_a_new_number_that_is_somebody_here_is_only_a_sign(deliver):
    deliver(said(author=PHONE), said(author=Author(id="49171", name="Ann")))

    deliver(Renaming(at=now(), old_id="49170", author=Author(id="49171")))

    assert Customer.objects.count() == 2
    assert SamePersonHint.objects.count() == 1


def test_an_exchange_keeps_its_conversation_under_its_new_name(deliver):
    deliver(said("1", thread="group", minutes_ago=3))

    deliver(Renaming(at=now(), old_thread="group", thread="supergroup"))
    deliver(said("2", thread="supergroup", minutes_ago=2))

    assert Thread.objects.get().external_id == "supergroup"
    assert Conversation.objects.get().message_count == 2


def test_an_exchange_that_went_on_before_we_knew_of_its_new_name_is_one(deliver):
    deliver(said("1", thread="group", minutes_ago=3), said("2", thread="supergroup", minutes_ago=2))

    deliver(Renaming(at=now(), old_thread="group", thread="supergroup"))

    assert Conversation.objects.get().message_count == 2
    assert audit_workspace().is_good


def test_what_was_told_last_of_a_person_stands_and_what_is_not_told_stays(deliver):
    told = replace(ANN, url="https://a.example/ann", picture_url="https://a.example/ann.png", followers=10)
    deliver(said(author=replace(told, is_verified=True)))
    deliver(said(author=replace(ANN, handle="ann", followers=11)))
    deliver(said(author=ANN))

    ann = Identity.objects.get()
    assert (ann.url, ann.handle, ann.followers, ann.is_verified) == (told.url, "ann", 11, False)
