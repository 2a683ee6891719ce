"""What others say in public is compared with our saved replies: have we something to add?"""

import pytest

from allears.connectors.interface import ItemKind, Visibility
from allears.pipeline.conversations.models import MessageReading
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.helping import forget_answers
from tests.fake_network import BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def answer(owner):
    words = SavedWords(title="Returns", text="To return a parcel, print the label and bring it to a shop.")
    create_saved_reply(owner, words)
    forget_answers()


def reasons_of(external_id):
    reading = MessageReading.objects.get(message__external_id=external_id)
    return {code: chance for code, _for, chance in reading.reasons}


def test_a_public_question_that_a_saved_reply_answers_says_so(deliver):
    found = {"visibility": Visibility.PUBLIC, "item": ItemKind.FOUND}
    deliver(said("1", "Does anyone know how to return a parcel to Lantern?", thread="a", **found))
    deliver(said("2", "What a night at the Lantern concert", thread="b", author=BEN, **found))

    assert reasons_of("1")["can_help"] >= 50
    assert "can_help" not in reasons_of("2")


def test_nobody_asks_that_of_what_is_said_to_us(deliver):
    deliver(said("1", "Does anyone know how to return a parcel to Lantern?", thread="a"))

    assert "can_help" not in reasons_of("1")
