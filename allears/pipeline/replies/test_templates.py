"""Templates: listed once and when asked, found by words, filled completely, sent when nothing else may be."""

from datetime import timedelta
from uuid import uuid4

import pytest

from allears.connectors.errors import Unreachable
from allears.connectors.interface import Abilities, Ability, Offer, Template
from allears.foundation.errors import NotVisible
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Conversation
from allears.pipeline.replies.actions.templates import (
    TemplateWanted,
    known_templates,
    list_templates,
    queue_template,
)
from allears.pipeline.replies.errors import CannotReply, HasGaps
from allears.pipeline.replies.templates import templates_for
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
PARCEL = Template(
    name="parcel_sent",
    language="en",
    body="Hello {{1}}, parcel {{2}} left.",
    gaps=("1", "2"),
    footer="Lantern",
)
POSYLKA = Template(name="parcel_sent", language="ru", body="Здравствуйте, {{1}}!", gaps=("1",))
PICTURE = Template(name="picture", language="en", body="Look!", has_unfillable=True)
DAY = timedelta(hours=24)


@pytest.fixture
def conversation(deliver, network) -> Conversation:
    offer = Offer(only_templates=True)
    network.judges(
        lambda item, at: Abilities(publicly=Offer(is_possible=False), privately=offer), Ability.TEMPLATES
    )
    network.approved = [PARCEL, PICTURE, POSYLKA]
    deliver(said("1", "Где моя посылка?", thread="dm"))
    return only_conversation()


def wanted(name="parcel_sent", language="en", **values: str) -> TemplateWanted:
    given = (
        {"1": "Ann", "2": "4711"} if not values else {key.removeprefix("v"): v for key, v in values.items()}
    )
    return TemplateWanted(
        name=name, language=language, values=given, idempotency_key=uuid4().hex, seen_message_id=2**60
    )


def test_outside_the_window_only_a_template_goes_out(conversation, agent, network, channel):
    with pytest.raises(CannotReply, match="approved template"):
        reply(conversation, agent)
    known_templates(channel, agent)
    queue_template(agent, conversation, channel, wanted())
    send_everything()

    [outgoing] = network.sent
    assert (outgoing.template.name, outgoing.template.language) == ("parcel_sent", "en")
    assert outgoing.template.values == {"1": "Ann", "2": "4711"}
    assert outgoing.text == "Hello Ann, parcel 4711 left.\n\nLantern"
    assert only_conversation().waiting_since is None


def test_nothing_goes_out_with_a_gap_and_a_value_is_never_read_again(conversation, agent, network, channel):
    known_templates(channel, agent)
    with pytest.raises(HasGaps, match="2"):
        queue_template(agent, conversation, channel, wanted(v1="Ann", v2=" "))
    queue_template(agent, conversation, channel, wanted(v1="{{2}}", v2="4711"))
    send_everything()
    assert network.sent[0].text.startswith("Hello {{2}}, parcel 4711")


def test_what_can_t_be_filled_or_is_not_there_is_refused(conversation, agent, channel):
    known_templates(channel, agent)
    with pytest.raises(CannotReply, match="can't fill"):
        queue_template(agent, conversation, channel, wanted("picture"))
    with pytest.raises(NotVisible):
        queue_template(agent, conversation, channel, wanted(language="vi"))


def test_they_are_listed_once_and_again_when_asked(conversation, agent, network, channel):
    assert len(known_templates(channel, agent).found) == 3
    network.approved = [PARCEL]
    assert len(known_templates(channel, agent).found) == 3
    assert len(list_templates(channel, agent).found) == 1


def test_a_network_that_is_away_leaves_what_is_kept(conversation, agent, network, channel, monkeypatch):
    known_templates(channel, agent)

    def away(account):
        raise Unreachable

    monkeypatch.setattr(network, "templates", away)
    shelf = list_templates(channel, agent)
    assert (len(shelf.found), shelf.trouble) == (3, "The network did not answer.")


def test_the_customer_s_language_comes_first_and_words_narrow_them(conversation, agent, channel):
    shelf = known_templates(channel, agent)
    assert [one.language for one in templates_for(agent, conversation, shelf)] == ["ru", "en", "en"]
    assert [one.name for one in templates_for(agent, conversation, shelf, "look")] == ["picture"]
