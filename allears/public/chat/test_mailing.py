"""What a visitor does not see on the site goes out by mail, once, and comes back to the same conversation."""

import json
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from allears.connectors.email import connector as email_connector
from allears.connectors.errors import Unknown, Unreachable
from allears.connectors.interface import Piece, Sent
from allears.flow import process_waiting
from allears.foundation.clock import now, shifted_clock
from allears.foundation.vault import unseal
from allears.foundation.work.models import Job
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.conversations.models import Message
from allears.pipeline.intake.storing import Submission, store_submissions
from allears.pipeline.replies.places import reply_place
from allears.public.chat.actions.mailing import mail_unseen
from allears.public.chat.actions.seeing import keep_visitors_here, note_seen_until
from allears.public.chat.actions.transcripts import send_transcript
from allears.public.chat.actions.visiting import set_details
from allears.public.chat.errors import NotAnAddress, NothingToSend, NoWayToMail
from allears.public.chat.models import MailedAnswer
from allears.public.chat.queries.desk import IfUnseen, visitor_of
from allears.public.chat.queries.visitors import own_things

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def post(monkeypatch):
    """Catch mails where they would be handed to a server; what is put into `trouble` is raised instead."""

    class Post(list):
        trouble: Exception | None = None

    sent = Post()

    def send(self, outgoing, account):
        if sent.trouble:
            raise sent.trouble
        sent.append(outgoing)
        return Sent(external_id=outgoing.external_id)

    monkeypatch.setattr(email_connector.EmailConnector, "send", send)
    return sent


@pytest.fixture
def mailbox(site):
    values = {
        "address": "help@harbour.example",
        "password": "x",
        "imap_host": "mail.harbour.example",
        "smtp_host": "mail.harbour.example",
    }
    return add_channel(site.world.owner.workspace, "email", "Mail", values)[0]


def unseen_answer(site, text="We found it"):
    visitor, _ = site.visit(language="ru")
    set_details(visitor, "Anna", "anna@home.example")
    conversation = site.say(visitor, "Where is my parcel?")
    return visitor, conversation, site.answer(conversation, text)


def test_whether_an_answer_was_seen_is_looked_at_in_a_while(site):
    _, _, dispatch = unseen_answer(site)

    job = Job.objects.get(name="mail_unseen_answer")

    assert job.arguments == {"dispatch": dispatch.id}
    assert timedelta(seconds=90) < job.due_at - now() < timedelta(minutes=3)


def test_an_unseen_answer_goes_out_by_mail_once(site, mailbox, post):
    visitor, conversation, dispatch = unseen_answer(site)
    second = site.answer(conversation, "And it is on its way")

    mail_unseen(dispatch.id)
    mail_unseen(second.id)
    mail_unseen(dispatch.id)

    (mail,) = post
    assert mail.to.address == "anna@home.example"
    assert mail.text.startswith("We found it\n\nAnd it is on its way")
    assert "Вы можете просто ответить" in mail.text
    assert mail.quote == "Where is my parcel?"
    visitor.refresh_from_db()
    assert visitor.mailed_message_id == second.message_id


def test_an_answer_that_was_seen_is_not_mailed(site, mailbox, post):
    visitor, _, dispatch = unseen_answer(site)
    note_seen_until(visitor, own_things(visitor), dispatch.message_id)
    mail_unseen(dispatch.id)
    assert post == []


def test_while_the_visitor_is_here_it_waits_but_not_for_ever(site, mailbox, post):
    visitor, _, dispatch = unseen_answer(site)
    keep_visitors_here([visitor.id])

    mail_unseen(dispatch.id)
    assert post == []
    assert Job.objects.filter(name="mail_unseen_answer", arguments__tries=1).count() == 1

    mail_unseen(dispatch.id, tries=6)
    assert len(post) == 1


def test_the_answer_by_mail_comes_back_to_the_same_conversation_and_is_answered_by_mail(site, mailbox, post):
    _, conversation, dispatch = unseen_answer(site)
    mail_unseen(dispatch.id)
    answer = (
        "From: Anna <anna@home.example>\r\nTo: help@harbour.example\r\n"
        f"Message-ID: <reply-1@home.example>\r\nIn-Reply-To: <{post[0].external_id}>\r\n"
        "Subject: Re: our chat\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThank you!\r\n"
    )
    assert message_from_bytes(answer.encode(), policy=policy.default)["In-Reply-To"]

    with shifted_clock(timedelta(hours=1)):
        piece = Piece(body=answer.encode(), key="mail-1")
        store_submissions([Submission(mailbox.workspace_id, mailbox.id, [piece], now())])
        while process_waiting():
            pass

    message = Message.objects.get(external_id="reply-1@home.example")
    assert message.conversation_id == conversation.id
    conversation.refresh_from_db()
    assert reply_place(conversation).channel.id == mailbox.id


def test_what_could_not_be_sent_is_tried_again_and_what_perhaps_was_is_not(site, mailbox, post):
    _, _, dispatch = unseen_answer(site)
    post.trouble = Unreachable()
    with pytest.raises(Unreachable):
        mail_unseen(dispatch.id)
    assert not MailedAnswer.objects.exists()

    post.trouble = Unknown()
    mail_unseen(dispatch.id)
    post.trouble = None
    mail_unseen(dispatch.id)

    assert post == []
    assert MailedAnswer.objects.get().state == "sending"


def test_without_a_mailbox_the_member_is_told_what_becomes_of_their_words(site, mailbox, post, settings):
    visitor, _ = site.visit()
    conversation = site.say(visitor, "Hello")
    assert visitor_of(conversation).if_unseen == IfUnseen.NO_ADDRESS

    set_details(visitor, "Anna", "anna@home.example")
    assert visitor_of(conversation).if_unseen == IfUnseen.MAILED

    type(mailbox).objects.filter(id=mailbox.id).update(state="paused")
    assert visitor_of(conversation).if_unseen == IfUnseen.NO_MAILBOX
    settings.EMAIL_HOST = "smtp.harbour.example"
    assert visitor_of(conversation).if_unseen == IfUnseen.SENT_AS_LETTER


def letter_in(job: Job) -> dict:
    return json.loads(unseal(job.arguments["sealed"], f"letter:{job.arguments['key']}"))


def test_with_only_an_smtp_server_the_answer_goes_as_a_letter(site, post, settings):
    settings.EMAIL_HOST = "smtp.harbour.example"
    _, _, dispatch = unseen_answer(site)

    mail_unseen(dispatch.id)
    mail_unseen(dispatch.id)

    letter = letter_in(Job.objects.get(name="send_letter"))
    assert (letter["kind"], letter["to"], letter["language"]) == ("chat_answer", "anna@home.example", "ru")
    assert letter["context"]["words"] == "We found it"


def test_a_transcript_holds_what_was_said_in_order(site, settings):
    visitor, conversation, _ = unseen_answer(site)
    with pytest.raises(NoWayToMail):
        send_transcript(visitor, "")
    settings.EMAIL_HOST = "smtp.harbour.example"
    site.reply(conversation, "Not sent yet")

    send_transcript(visitor, "")

    words = letter_in(Job.objects.get(name="send_letter"))["context"]["words"]
    assert words.index("Where is my parcel?") < words.index("We found it")
    assert "Not sent yet" not in words
    with pytest.raises(NotAnAddress):
        send_transcript(visitor, "nobody")
    with pytest.raises(NothingToSend):
        send_transcript(site.visit()[0], "anna@home.example")
