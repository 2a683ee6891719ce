"""Deeds are done once or again until it is sure, only where the network allows them, and leave a trace."""

from datetime import timedelta

import pytest

from allears.connectors.errors import Disconnected, Refused, SlowDown, Unknown, Unreachable
from allears.connectors.interface import Abilities, Offer, Visibility
from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotAllowed
from allears.foundation.events.models import Event
from allears.pipeline.channels.models import Channel
from allears.pipeline.conftest import only_conversation, reply, send_everything
from allears.pipeline.conversations.models import Message
from allears.pipeline.replies.actions.deeds import ask_deed, claim_deeds, do_due_deeds, undo_deed
from allears.pipeline.replies.errors import DeedUnderWay, NotPossible, ReasonForDeedNeeded
from allears.pipeline.replies.items import abilities_of, item_of
from allears.pipeline.replies.models import ItemDeed
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
NO = Offer(is_possible=False, reason="Only comments under your own posts can be hidden.")


def judge(item, at):
    return Abilities(
        publicly=Offer(),
        privately=Offer(),
        like=Offer(),
        hide=NO if item.is_ours else Offer(),
        delete=Offer(is_possible=item.is_ours, reason="Only what we said can be deleted."),
        emoji=("❤", "👍"),
    )


@pytest.fixture
def comment(deliver, network) -> Message:
    network.judges(judge)
    deliver(said("c1", "Buy my pills", visibility=Visibility.PUBLIC, thread="post-1"))
    return Message.objects.get()


def done(later: float = 0.0) -> list[str]:
    with shifted_clock(timedelta(seconds=later)):
        do_due_deeds()
    return list(ItemDeed.objects.order_by("id").values_list("state", flat=True))


def test_a_like_goes_with_the_network_s_usual_emoji_and_is_taken_back(comment, agent, network):
    deed = ask_deed(agent, comment, "like")
    assert network.deeds == []
    assert done() == ["done"]
    assert [(one.kind, one.emoji, one.item.external_id) for one in network.deeds] == [("like", "❤", "c1")]
    assert item_of(comment).reacted == "❤"

    undo_deed(agent, deed)
    assert done() == ["done", "done"]
    assert item_of(comment).reacted == ""


def test_an_emoji_of_the_network_s_choice_only(comment, agent):
    with pytest.raises(NotPossible):
        ask_deed(agent, comment, "like", emoji="🐙")
    assert ask_deed(agent, comment, "like", emoji="👍").emoji == "👍"


def test_hiding_needs_a_reason_keeps_a_copy_and_is_undone(comment, agent):
    for reason, words in (("", ""), ("dislike", ""), ("other", " ")):
        with pytest.raises(ReasonForDeedNeeded):
            ask_deed(agent, comment, "hide", reason=reason, words=words)
    deed = ask_deed(agent, comment, "hide", reason="spam")
    assert deed.kept_text == "Buy my pills"
    assert done() == ["done"]
    comment.refresh_from_db()
    assert item_of(comment).is_hidden

    undo_deed(agent, deed)
    done()
    comment.refresh_from_db()
    assert not item_of(comment).is_hidden
    told = Event.objects.filter(kind__startswith="deed.").order_by("id")
    assert [(one.kind, one.facts["deed"], one.by) for one in told] == [
        ("deed.asked", "hide", agent.id),
        ("deed.done", "hide", None),
        ("deed.asked", "unhide", agent.id),
        ("deed.done", "unhide", None),
    ]


def test_what_the_network_does_not_allow_is_refused_in_its_words(comment, agent):
    with pytest.raises(NotPossible, match="Only what we said"):
        ask_deed(agent, comment, "delete", reason="mistake")
    reply(only_conversation(), agent, "Sorry!")
    ours = Message.objects.get(direction="out")
    assert not abilities_of(ours).delete.is_possible
    send_everything()

    ours = Message.objects.get(direction="out")
    ask_deed(agent, ours, "delete", reason="mistake")
    assert done() == ["done"]
    ours.refresh_from_db()
    assert item_of(ours).is_deleted
    assert not abilities_of(ours).delete.is_possible


def test_one_thing_at_a_time(comment, agent):
    ask_deed(agent, comment, "like")
    with pytest.raises(DeedUnderWay):
        ask_deed(agent, comment, "unlike")


@pytest.mark.parametrize("error", [Unreachable(), Unknown(), SlowDown(now())])
def test_what_is_not_sure_is_simply_done_again(comment, agent, network, error):
    network.deed_answers = [error]
    ask_deed(agent, comment, "like")
    assert done() == ["waiting"]
    assert done(later=60) == ["done"]
    assert len(network.deeds) == 2


def test_a_deed_whose_worker_died_is_done_by_the_next(comment, agent, network):
    ask_deed(agent, comment, "like")
    assert len(claim_deeds()) == 1
    assert claim_deeds() == []
    assert done(later=600) == ["done"]


def test_a_refusal_is_told_in_plain_words_and_ends_it(comment, agent, network):
    network.deed_answers = [Refused("This comment is gone.", raw="(#100) secret")]
    ask_deed(agent, comment, "hide", reason="spam")
    assert done() == ["refused"]
    assert ItemDeed.objects.get().trouble == "This comment is gone."
    assert done(later=9999) == ["refused"]
    assert not item_of(Message.objects.get()).is_hidden


def test_keys_that_do_not_count_any_more_turn_the_channel_red_and_the_deed_waits(comment, agent, network):
    network.deed_answers = [Disconnected()]
    ask_deed(agent, comment, "like")
    assert done() == ["waiting"]
    assert Channel.objects.get().trouble


def test_who_may_only_read_does_nothing(comment, observer):
    with pytest.raises(NotAllowed):
        ask_deed(observer, comment, "like")
