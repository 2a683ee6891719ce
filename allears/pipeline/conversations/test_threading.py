"""Mail finds its thread by its headers, in any order of arrival; a forward and a stranger do not."""

from itertools import permutations

import pytest

from allears.connectors.interface import Visibility
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conftest import only_conversation, read_all, store
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.statuses import set_status
from allears.pipeline.conversations.models import Conversation, Leg, Message, Note, Thread
from allears.pipeline.replies.actions.drafting import save_draft
from allears.pipeline.replies.models import Draft
from tests.fake_network import ANN, BEN, said

pytestmark = pytest.mark.django_db(databases="__all__")


def mail(id_, *references, **more):
    parent = references[-1] if references else ""
    return said(id_, references=references, in_reply_to=parent, **more)


FIVE = {
    "a": (),
    "b": ("a",),
    "c": ("a", "b"),
    "d": ("c",),
    "e": ("b", "d"),
}


@pytest.mark.parametrize("order", list(permutations(FIVE))[::7])
def test_five_mails_of_one_exchange_in_any_order_are_one_conversation(deliver, order):
    for id_ in order:
        deliver(mail(id_, *FIVE[id_]))

    assert only_conversation().message_count == 5
    assert len(set(Message.objects.values_list("thread", flat=True))) == 1
    assert Leg.objects.count() == 1
    assert audit_workspace().is_good


@pytest.mark.parametrize("order", list(permutations(FIVE))[3::11])
def test_the_same_in_one_batch(deliver, order):
    deliver(*(mail(id_, *FIVE[id_]) for id_ in order))

    assert only_conversation().message_count == 5
    assert Leg.objects.count() == 1
    assert audit_workspace().is_good


def test_threads_that_turn_out_to_be_one_are_joined_with_all_that_hangs_on_them(deliver, agent, colleague):
    deliver(mail("a", minutes_ago=9), mail("b", minutes_ago=8), mail("c", minutes_ago=7))
    first, second, third = Conversation.objects.order_by("id")
    write_note(second, "Knows about it", agent)
    save_draft(agent, second, "reply", "Half a")
    save_draft(agent, third, "reply", "sentence")
    save_draft(colleague, third, "reply", "Another")
    set_status(first.id, "solved", agent, "Done by phone")

    deliver(mail("d", "b", "a"), mail("e", "c", "b"))

    conversation = only_conversation()
    assert conversation.id == first.id
    assert conversation.message_count == 5
    assert conversation.is_open
    assert conversation.waiting_since == Message.objects.get(external_id="b").sent_at
    assert Note.objects.get().conversation_id == first.id
    assert {draft.text for draft in Draft.objects.all()} == {"Half a\n\nsentence", "Another"}
    assert conversation.last_message_id == Message.objects.order_by("-id")[0].id
    assert audit_workspace().is_good


def test_joining_brings_a_solved_conversation_back_when_the_other_waits(deliver, agent):
    deliver(mail("a", minutes_ago=9))
    set_status(only_conversation().id, "solved", agent, "Done by phone")
    deliver(mail("b", minutes_ago=8))

    deliver(mail("c", "a", "b", kind="auto_reply"))

    conversation = only_conversation()
    assert conversation.waiting_since is not None
    assert conversation.is_open
    assert audit_workspace().is_good


def test_a_common_ancestor_that_only_references_name_joins(deliver):
    deliver(said("x", references=("root", "gone-1"), in_reply_to="gone-1"))
    deliver(said("y", references=("root", "gone-2"), in_reply_to="gone-2"))

    assert only_conversation().message_count == 2


def test_mails_that_share_nothing_stay_apart(deliver):
    deliver(mail("a", subject="Re: Order 4711"), mail("b", author=BEN, subject="Re: Order 4711"))

    assert Conversation.objects.count() == 2


def test_a_forward_starts_anew_and_what_answers_it_stays_with_it(deliver):
    deliver(mail("a"), mail("b", "a"))
    deliver(mail("f", "a", "b", starts_anew=True, author=BEN))
    assert Conversation.objects.count() == 2

    deliver(mail("g", "a", "b", "f", author=BEN))
    deliver(mail("c", "a", "b"))

    first, second = Conversation.objects.order_by("id")
    assert list(first.messages.order_by("id").values_list("external_id", flat=True)) == ["a", "b", "c"]
    assert list(second.messages.order_by("id").values_list("external_id", flat=True)) == ["f", "g"]


def test_our_signed_address_joins_when_no_header_does(deliver):
    deliver(mail("a"))
    thread = Thread.objects.get()

    deliver(mail("b", thread_token=str(thread.id)))

    assert only_conversation().message_count == 2


def test_the_signed_address_of_a_joined_thread_still_leads_home(deliver):
    deliver(mail("a"), mail("b"))
    _, second = Thread.objects.order_by("id")
    deliver(mail("c", "a", "b"))
    assert Conversation.objects.count() == 1

    deliver(mail("d", thread_token=str(second.id)))

    assert only_conversation().message_count == 4


def test_a_forward_that_carries_our_signed_address_still_starts_anew(deliver):
    deliver(mail("a"))
    token = str(Thread.objects.get().id)

    deliver(mail("b", thread_token=token), mail("f", thread_token=token, starts_anew=True))

    assert Conversation.objects.count() == 2


def test_a_stranger_who_guesses_a_number_does_not_join(deliver, owner):
    from tests.fake_network import add_fake_channel

    other = add_fake_channel(owner.workspace, "Other")
    deliver(mail("a"))
    thread = Thread.objects.get()

    deliver(mail("b", str(thread.id), author=BEN))
    deliver(mail("c", f"token:{thread.id}", author=BEN))
    deliver(mail("d", thread_token=str(thread.id), author=BEN), at=other)

    assert Conversation.objects.get(id=thread.legs.get().conversation_id).message_count == 1


def test_the_same_ids_in_another_channel_are_another_exchange(deliver, owner):
    from tests.fake_network import add_fake_channel

    other = add_fake_channel(owner.workspace, "Other")
    deliver(mail("a"))
    deliver(mail("a"), mail("b", "a"), at=other)

    assert sorted(Conversation.objects.values_list("message_count", flat=True)) == [1, 2]


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("order", list(permutations("abc")))
def test_a_message_without_a_thread_joins_the_named_thread_of_what_it_answers(deliver, visibility, order):
    given = {
        "a": said("a", thread="t1", visibility=visibility),
        "b": said("b", in_reply_to="a", references=("a",), visibility=visibility),
        "c": said("c", in_reply_to="b", references=("b",), visibility=visibility),
    }

    for id_ in order:
        deliver(given[id_])

    assert only_conversation().message_count == 3
    assert audit_workspace().is_good


def test_public_threads_that_turn_out_to_be_one_keep_each_customer_apart(deliver):
    public = {"visibility": Visibility.PUBLIC}
    deliver(mail("a", **public), mail("x", author=BEN, **public), mail("b", **public))

    deliver(mail("c", "x", "b", "a", **public))

    counts = Conversation.objects.order_by("id").values_list("customer__name", "message_count")
    assert list(counts) == [("Ann", 3), ("Ben", 1)]
    assert audit_workspace().is_good


def test_hundreds_of_references_still_find_both_ends(deliver):
    many = [f"r{n}" for n in range(300)]
    deliver(mail("first", "r0"))

    deliver(mail("last", *many, author=ANN))

    assert only_conversation().message_count == 2


def test_a_long_exchange_in_one_delivery_is_one_conversation(network, channel):
    pieces = [network.piece(mail(f"m{n}", *([f"m{n - 1}"] if n else []))) for n in range(150)]
    store(channel, *reversed(pieces))
    read_all()

    assert only_conversation().message_count == 150
    assert Leg.objects.count() == 1
