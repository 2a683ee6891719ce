"""Who a visitor is: on one device or several, anonymous or vouched for by their site."""

from datetime import timedelta

import pytest

from allears.foundation.clock import shifted_clock
from allears.foundation.errors import NotVisible
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.people.models import Customer
from allears.public.chat.actions.blocking import block_visitor, unblock_visitor
from allears.public.chat.actions.tidying import forget_silent_visitors
from allears.public.chat.actions.visiting import Hello, Identity, forget_device, greet_visitor, set_details
from allears.public.chat.errors import NotAnAddress, UnknownVisitor, WrongSignature
from allears.public.chat.models import Visitor, VisitorToken
from allears.public.chat.queries.desk import visitor_of
from allears.public.chat.queries.lines import lines_for
from allears.public.chat.queries.visitors import own_things, visitor_with

pytestmark = pytest.mark.django_db(databases="__all__")


def texts(visitor: Visitor) -> list[str]:
    return [line.text for line in lines_for(own_things(visitor)).lines]


def test_a_token_brings_back_the_same_visitor_and_only_its_hash_is_kept(site):
    visitor, token = site.visit()

    again, same = site.visit(token)

    assert (again.id, same) == (visitor.id, token)
    assert token not in VisitorToken.objects.values_list("hash", flat=True)


def test_a_wrong_token_makes_a_new_visitor_and_an_ended_one_lets_nobody_in(site):
    visitor, token = site.visit()
    forget_device(token)

    with pytest.raises(UnknownVisitor):
        visitor_with(site.channel.id, token)
    assert site.visit(token)[0].id != visitor.id


def test_a_token_of_one_channel_opens_no_other(site):
    _, token = site.visit()
    with pytest.raises(UnknownVisitor):
        visitor_with(site.world.channel.id, token)


def test_a_signed_user_is_one_visitor_and_one_customer_on_two_devices(site):
    phone, first = site.visit(user="u42")
    site.say(phone, "From my phone")

    laptop, second = site.visit(user="u42")
    site.say(laptop, "From my laptop")

    assert phone.id == laptop.id
    assert first != second
    assert texts(laptop) == ["From my phone", "From my laptop"]
    assert Conversation.objects.filter(channel=site.channel).count() == 1


def test_a_wrong_signature_is_refused(site):
    with pytest.raises(WrongSignature):
        greet_visitor(site.opened, Hello(identity=Identity(id="u42", hash="0" * 64)))


def test_an_anonymous_visitor_who_signs_in_stays_the_same(site):
    visitor, token = site.visit()
    site.say(visitor, "Who am I?")

    known, _ = site.visit(token, user="u42")

    assert known.id == visitor.id
    assert known.user_id == "u42"
    assert texts(known) == ["Who am I?"]


def test_an_anonymous_visitor_who_turns_out_to_be_known_joins_them_and_the_talk_goes_on(site):
    known, _ = site.visit(user="u42")
    site.say(known, "Long ago")
    anonymous, token = site.visit()
    conversation = site.say(anonymous, "Just now")
    customers = Customer.objects.count()

    joined, new_token = site.visit(token, user="u42")
    site.say(joined, "And I go on")

    assert joined.id == known.id
    assert visitor_with(site.channel.id, new_token).id == known.id
    assert texts(joined) == ["Long ago", "Just now", "And I go on"]
    assert Customer.objects.count() == customers - 1
    assert set(conversation.messages.values_list("text", flat=True)) == {"Just now", "And I go on"}
    assert (
        Conversation.objects.get(id=conversation.id).customer
        == Conversation.objects.exclude(id=conversation.id).get(channel=site.channel).customer
    )


def test_a_known_user_who_never_wrote_takes_over_what_the_anonymous_one_wrote(site):
    site.visit(user="u42")
    anonymous, token = site.visit()
    first = site.say(anonymous, "Hello")

    joined, _ = site.visit(token, user="u42")
    second = site.say(joined, "It is me")

    assert first.id == second.id
    assert set(Message.objects.filter(conversation=first).values_list("identity__customer", flat=True)) == {
        first.customer_id
    }


def test_a_device_on_which_somebody_else_signs_in_is_handed_over(site):
    anna, token = site.visit(user="anna")
    site.say(anna, "This is private")

    ben, bens = site.visit(token, user="ben")

    assert ben.id != anna.id
    assert texts(ben) == []
    with pytest.raises(UnknownVisitor):
        visitor_with(site.channel.id, token)
    assert visitor_with(site.channel.id, bens).id == ben.id


def test_a_name_given_later_is_shown_everywhere(site):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Hello")
    assert conversation.customer_name.startswith("Visitor ")

    set_details(visitor, "Anna", "anna@shop.example")

    conversation.refresh_from_db()
    assert (conversation.customer_name, conversation.customer.name) == ("Anna", "Anna")
    assert visitor_of(conversation).email == "anna@shop.example"


def test_what_a_member_called_a_customer_stays(site):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Hello")
    Customer.objects.filter(id=conversation.customer_id).update(name="The one with the boat")

    set_details(visitor, "Anna", "")

    assert Customer.objects.get(id=conversation.customer_id).name == "The one with the boat"


def test_an_address_that_is_none_is_refused(site):
    visitor, _ = site.visit()
    with pytest.raises(NotAnAddress):
        set_details(visitor, "Anna", "anna at home")


def test_page_language_and_zone_stand_beside_the_conversation_and_nonsense_does_not(site):
    page = {"url": "https://shop.example/cart", "title": "Cart"}
    visitor, token = site.visit(page=page, language="vi-VN", time_zone="Asia/Ho_Chi_Minh")
    conversation = site.say(visitor, "Hello")
    site.visit(token, page={"url": "javascript:alert(1)"}, language="klingon", time_zone="../../etc/passwd")

    card = visitor_of(conversation)

    assert (card.language, card.time_zone) == ("vi", "Asia/Ho_Chi_Minh")
    assert card.page_url == ""
    assert not card.is_here


def test_a_blocked_visitor_is_kept_as_spam_and_nobody_waits(site):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Buy my pills")
    block_visitor(site.agent, conversation)

    site.say(visitor, "Buy more pills")

    conversation.refresh_from_db()
    last = conversation.messages.order_by("-id").first()
    assert (last.text, last.outcome) == ("Buy more pills", "spam")
    assert (conversation.status, conversation.is_spam, conversation.waiting_since) == ("solved", True, None)

    unblock_visitor(site.agent, conversation)
    site.say(visitor, "Sorry, a real question")
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None


def test_a_conversation_without_a_visitor_can_block_nobody(site):
    other = Conversation.objects.filter(channel=site.world.channel).first()
    with pytest.raises(NotVisible):
        block_visitor(site.agent, other)


def test_a_visitor_who_never_wrote_is_forgotten_after_a_month_and_one_who_did_is_not(site):
    silent, speaking = site.visit()[0], site.visit()[0]
    site.say(speaking, "Hello")
    assert forget_silent_visitors() == 0
    with shifted_clock(timedelta(days=31)):
        assert forget_silent_visitors() == 1
    assert set(Visitor.objects.filter(id__in=[silent.id, speaking.id])) == {speaking}
