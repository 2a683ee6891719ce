"""Search finds what a person would say it should, in three languages, and never what they may not see."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from allears.connectors.interface import Author, File, Visibility
from allears.foundation.word_index import put_words
from allears.foundation.work.models import Job
from allears.foundation.workspaces.actions import create_team, set_team_members
from allears.pipeline.conversations.actions import reindexing
from allears.pipeline.conversations.actions.assigning import assign_conversation, give_to_team
from allears.pipeline.conversations.actions.notes import write_note
from allears.pipeline.conversations.actions.outcomes import call_it_spam
from allears.pipeline.conversations.actions.reindexing import index_again
from allears.pipeline.conversations.actions.statuses import set_priority, set_status
from allears.pipeline.conversations.models import Conversation, Message
from allears.pipeline.conversations.queries.search import search_conversations
from tests.fake_network import ANN, BEN, add_fake_channel, said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def found(agent):
    """Return the subjects of what a search finds, newest match first."""

    def search(text, member=agent):
        return [row.subject for row in search_conversations(member, text).rows]

    return search


def conversation_about(subject):
    return Conversation.objects.get(subject=subject)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Đơn hàng của tôi đâu rồi?", "don hang"),
        ("Đơn hàng của tôi đâu rồi?", "ĐƠN HÀNG"),
        ("don hang cua toi dau roi", "đơn hàng"),
        ("Tôi muốn trả lại giày", "tra lai giay"),
        ("Где мои заказы?", "заказ"),
        ("У меня нет заказа", "заказов"),
        ("Всё пришло, ещё раз спасибо", "еще все"),
        ("Отправили посылку вчера", "посылка"),
        ("The deliveries were delayed", "delivery delay"),
        ("My café order", "cafe"),
        ("Straße 5", "strasse"),
        ("order #AB-4711/22", "4711"),
        ("write to ann@shop.example", "shop.example"),
        ("ORDER", "order"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_words_are_found_as_a_person_would_type_them(deliver, found, text, wanted):
    deliver(said(text=text, subject="it"), said(text="Something else entirely", author=BEN))

    assert found(wanted) == ["it"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Где мои заказы?", "zakaz"),
        ("Когда отдадите деньги", "dengi"),
        ("gde moi zakazy", "заказ"),
        ("verniteeee dengi", "деньги верните"),
        ("Всё очень плоооохо", "плохо"),
        ("Всё очень плохо", "плоооохо"),
        ("где мой зaкaз", "заказ"),
        ("Где мой заказ", "зaкaз"),
        ("за\u200bказ не пришёл", "заказ"),
        ("#ГдеМойЗаказ третий день", "мой заказ"),
        ("#ГдеМойЗаказ третий день", '"мой заказ"'),
        ("Giao hàng quá chậm", "giao hang"),
        ("giao hang qua cham", "Giao hàng chậm"),
        ("Chậmmmmm quá", "chậm"),
        ("#GiaoHàngChậm", "hang cham"),
        ("soooo slow and coooool", "so cool"),
        ("so slow", "slooooow"),
        ("#WhereIsMyOrder now", "order"),
        ("frее money", "free"),
        ("Где мои заказы?", "zak*"),
    ],
)
def test_one_word_is_found_however_it_was_written(deliver, found, text, wanted):
    deliver(said(text=text, subject="it"), said(text="Something else entirely", author=BEN))

    assert found(wanted) == ["it"]


def test_people_are_found_in_either_letters(deliver, found):
    ivan = Author(id="ivan", name="Иван Петров", handle="", address="")
    deliver(said(text="Здравствуйте", subject="it", author=ivan), said(text="Hello", author=BEN))

    assert found("from:ivan") == ["it"]
    assert found("petrov") == ["it"]
    assert found("from:igor") == []


def test_other_spellings_find_nothing_that_is_not_meant(deliver, found):
    deliver(said(text="The order came", subject="1"), said(text="Горячий чай", subject="2", author=BEN))

    assert found("zakaz") == []
    assert found('"zakaz moy"') == []
    assert found("chay") == ["2"]


def test_what_was_indexed_before_is_indexed_again_once_and_goes_on_where_it_was(deliver, found, monkeypatch):
    texts = ["Всё плоооохо", "It is fine", "sooo slow", "#WhereIsMyOrder"]
    deliver(*(said(text=text, subject=text, thread=text) for text in texts))
    for one in Message.objects.all():
        put_words("message_search", [(one.id, "old", (one.workspace_id, one.channel_id))])
    assert found("плохо") == []
    monkeypatch.setattr(reindexing, "AT_ONCE", 2)

    index_again(seconds=-1)

    (job,) = Job.objects.filter(name="index_again")
    assert found("order") == ["#WhereIsMyOrder"]
    assert found("плохо") == []
    index_again(**job.arguments)
    assert found("плохо") == ["Всё плоооохо"]
    assert found("so") == ["sooo slow"]
    assert found("fine") == []
    assert Job.objects.filter(name="index_again").count() == 1


def test_all_words_must_be_there_in_any_order(deliver, found):
    deliver(said(text="red shoes", subject="1"), said(text="shoes, blue not red", subject="2"))
    deliver(said(text="blue hat", subject="3"))

    assert found("blue shoes") == ["2"]
    assert found("shoes red") == ["2", "1"]


def test_a_phrase_is_its_words_in_a_row(deliver, found):
    deliver(said(text="where is my parcel", subject="1"), said(text="my old parcel", subject="2"))

    assert found('"my parcel"') == ["1"]
    assert found('"my parcel') == ["1"]
    assert found("my parcel") == ["2", "1"]


def test_a_star_finds_beginnings(deliver, found):
    deliver(said(text="refund", subject="1"), said(text="refrigerator", subject="2"))

    assert found("ref*") == ["2", "1"]
    assert found("refu*") == ["1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        '"',
        '""',
        "*",
        "AND",
        "OR NOT",
        "a AND",
        "(",
        "text:x",
        "NEAR(a b)",
        "^a",
        "a:b:c",
        "from:",
        "from:!!!",
        "-",
        "'",
        "%",
        "\x00",
        "\ud800",
        "status:",
        "#",
        "#99999999999999999999",
        "before:",
        "in:notes",
        "🙂",
        "x" * 5000,
        'from:"',
        "a" + " b" * 500,
        "word& !x | y",
        "<->",
        "\\",
        "from:@ from:#",
    ],
)
def test_nothing_that_can_be_typed_breaks_it(deliver, agent, text):
    deliver(said(text="a b c"))

    search_conversations(agent, text)


def test_the_newest_match_comes_first_and_each_conversation_once(deliver, found):
    deliver(said(text="parcel", subject="1", thread="1"), said(text="parcel", subject="2", thread="2"))
    deliver(said(text="parcel again", thread="1"))

    assert found("parcel") == ["1", "2"]


def test_more_than_fits_says_so(deliver, agent):
    deliver(*(said(text="parcel") for _ in range(6)))

    few = search_conversations(agent, "parcel", size=4)
    all_ = search_conversations(agent, "parcel", size=6)

    assert (len(few.rows), few.has_more) == (4, True)
    assert (len(all_.rows), all_.has_more) == (6, False)


@pytest.fixture
def shelf(deliver, agent, colleague, owner):
    """Conversations of every kind, all about a parcel."""
    other = add_fake_channel(owner.workspace, "Second shop")
    deliver(
        said(text="parcel", subject="ann", minutes_ago=60 * 24 * 40),
        said(
            text="parcel",
            subject="ben",
            author=BEN,
            files=(File(name="bill.pdf", content_type="a/b", data=b"x"),),
        ),
        said(text="parcel", subject="public", visibility=Visibility.PUBLIC, author=BEN),
        said(text="parcel", subject="spam", author=BEN),
        said(text="parcel", subject="mine"),
        said(text="parcel", subject="urgent"),
    )
    deliver(said(text="parcel", subject="second", author=BEN), at=other)
    set_status(conversation_about("ann").id, "pending", agent)
    call_it_spam(conversation_about("spam").id, agent)
    assign_conversation(conversation_about("mine").id, agent.id, agent)
    assign_conversation(conversation_about("second").id, colleague.id, agent)
    set_priority(conversation_about("urgent").id, 0, agent)
    write_note(conversation_about("mine"), "Knows the courier", agent)
    give_to_team(conversation_about("urgent").id, create_team(owner, "Billing").id, agent)


@pytest.mark.parametrize(
    ("search", "subjects"),
    [
        ("from:ann", {"ann", "mine", "urgent"}),
        ("from:ben@customers.example parcel", {"ben", "public", "spam", "second"}),
        ('from:"Ben" channel:second', {"second"}),
        ('channel:"second shop"', {"second"}),
        ("channel:fake status:pending", {"ann"}),
        ("status:solved", {"spam"}),
        ("status:on-hold", set()),
        ("assignee:me", {"mine"}),
        ("is:mine parcel", {"mine"}),
        ("assignee:bo", {"second"}),
        ("assignee:none", {"ann", "ben", "public", "spam", "urgent"}),
        ("is:unassigned is:public", {"public"}),
        ("is:spam", {"spam"}),
        ("is:urgent", {"urgent"}),
        ("is:open is:waiting from:ben", {"ben", "public", "second"}),
        ("team:billing", {"urgent"}),
        ("has:file", {"ben"}),
        ("bill.pdf", {"ben"}),
        ("has:note", {"mine"}),
        ("in:notes courier", {"mine"}),
        ("courier", set()),
        ("before:2100-01-01 is:spam", {"spam"}),
        ("parcel after:2100-01-01", set()),
        ("FROM:Ann STATUS:pending", {"ann"}),
    ],
)
def test_operators(shelf, found, search, subjects):
    assert set(found(search)) == subjects


def test_days_part_old_from_new(shelf, found):
    import datetime

    from allears.foundation.clock import now

    month_ago = (now() - datetime.timedelta(days=30)).date()

    assert found(f"parcel before:{month_ago}") == ["ann"]
    assert "ann" not in found(f"parcel after:{month_ago}")
    assert len(found(f"parcel after:{month_ago}")) == 6


def test_a_number_finds_its_conversation(shelf, found):
    id_ = conversation_about("mine").id

    assert found(f"#{id_}") == ["mine"]


@pytest.mark.parametrize("text", ["status:sleeping", "is:happy", "has:luck", "before:tomorrow", "in:space"])
def test_an_operator_that_means_nothing_is_said_back(agent, text):
    assert search_conversations(agent, text).unknown == [text]


def test_nothing_of_a_private_team_or_another_workspace_is_found(
    deliver, found, owner, agent, colleague, stranger
):
    deliver(said(text="secret parcel", subject="1", author=ANN))
    secret = conversation_about("1")
    write_note(secret, "secret note", agent)
    team = create_team(owner, "Legal", is_private=True)
    set_team_members(owner, team, [agent.id])
    give_to_team(secret.id, team.id, agent)

    for search in (
        "secret",
        "from:ann",
        f"#{secret.id}",
        "in:notes secret",
        "is:open",
        "has:note",
        "team:legal",
    ):
        assert found(search) == ["1"], search
        assert found(search, colleague) == [], search
        assert found(search, stranger) == [], search


def test_words_of_other_workspaces_push_nothing_out(deliver, found, agent, stranger, network, monkeypatch):
    from allears.pipeline.conversations.queries import search

    monkeypatch.setattr(search, "NEWEST_MATCHES", 3)
    deliver(said(text="parcel", subject="ours"))
    theirs = add_fake_channel(stranger.workspace, "Theirs")
    deliver(*(said(text="parcel") for _ in range(5)), at=theirs)

    assert found("parcel") == ["ours"]
    assert found("inworkspace1x") == []


def test_a_very_long_message_of_many_letters_is_filed_and_found(deliver, found):
    words = " ".join(f"слово{number}длинное" for number in range(60_000))

    deliver(said(text=f"начало {words}", subject="long"))

    assert found("начало") == ["long"]


def test_the_number_of_queries_does_not_grow(deliver, agent, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    deliver(said(text="parcel"))
    with CaptureQueriesContext(connection) as one:
        search_conversations(agent, "parcel from:ann")
    deliver(said(text="parcel"), said(text="parcel"))
    with CaptureQueriesContext(connection) as three:
        assert len(search_conversations(agent, "parcel from:ann").rows) == 3

    assert len(one) == len(three)


def test_an_upgrade_puts_one_job_to_index_again_and_a_new_installation_none(deliver):
    step = import_module("allears.pipeline.conversations.migrations.0013_index_again")
    editor = SimpleNamespace(connection=connection)
    step.put_job(apps, editor)
    assert not Job.objects.filter(name="index_again").exists()
    deliver(said(text="Всё плоооохо"))

    step.put_job(apps, editor)
    step.put_job(apps, editor)

    (job,) = Job.objects.filter(name="index_again")
    index_again(**job.arguments)
    step.take_job_back(apps, editor)
    assert not Job.objects.filter(name="index_again").exists()
