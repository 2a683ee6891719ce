"""The chat without scripts, and how an administrator brings it to a site."""

import re
from copy import deepcopy

import pytest
from django.test import Client

from allears.flow import process_waiting
from allears.pipeline.channels.actions import add_channel
from allears.pipeline.channels.models import Channel
from allears.pipeline.conversations.models import Message
from tests.journeys.worlds import World, browser_of, make_world
from tests.kept import keep

pytestmark = pytest.mark.django_db(databases="__all__")


lantern = keep(lambda: make_world("Lantern"))


@pytest.fixture
def world(lantern, db) -> World:
    return deepcopy(lantern)


@pytest.fixture
def chat(world) -> Channel:
    return add_channel(world.owner.workspace, "chat", "Shop chat", {}, world.owner)[0]


def file_all() -> None:
    """Let everything that waits be filed."""
    while process_waiting():
        pass


def write(browser: Client, chat: Channel, **said: str):
    path = f"/chat/{chat.key}/plain/"
    id_ = re.search(r'name="id" value="(\w+)"', browser.get(path).content.decode())[1]
    return browser.post(path, {"id": id_, "text": "Where is my parcel?", **said})


def test_the_page_is_the_widgets_and_sets_no_cookie(chat):
    answer = Client().get(f"/chat/{chat.key}/")

    assert f'data-channel="{chat.key}"' in answer.content.decode()
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert not answer.cookies


def test_a_line_without_scripts_is_on_the_desk_and_on_the_page(chat):
    browser = Client()
    answer = write(browser, chat, name="Ivan", email="ivan@shop.example")
    file_all()

    assert answer.url == f"/chat/{chat.key}/plain/?sent"
    message = Message.objects.get(thread__channel=chat)
    assert (message.text, message.conversation.customer_name) == ("Where is my parcel?", "Ivan")
    assert "Where is my parcel?" in browser.get(answer.url).content.decode()
    assert "Where is my parcel?" not in Client().get(answer.url).content.decode()


def test_a_form_sent_twice_is_one_line(chat):
    browser = Client()
    write(browser, chat, id="0123456789abcdef")
    write(browser, chat, id="0123456789abcdef")
    write(browser, chat, text="And it was a present!")
    file_all()

    assert list(
        Message.objects.filter(thread__channel=chat).order_by("id").values_list("text", flat=True)
    ) == [
        "Where is my parcel?",
        "And it was a present!",
    ]


def test_words_are_kept_in_the_form_when_something_is_wrong(chat):
    answer = write(Client(), chat, email="no address")

    assert answer.status_code == 422
    assert "Where is my parcel?" in answer.content.decode()


def test_other_channels_have_no_chat(world, chat):
    assert Client().get(f"/chat/{chat.key}/plain/").status_code == 200
    for key in (world.channel.key, "nobody"):
        for page in ("", "plain/", "brand.css"):
            assert Client().get(f"/chat/{key}/{page}").status_code == 404


def test_the_brands_colours_come_as_a_sheet(chat):
    answer = Client().get(f"/chat/{chat.key}/brand.css")

    assert answer.content.decode() == ":root { --brand: #0f766e; --on-brand: #ffffff; }\n"


def test_an_administrator_finds_the_tag_and_tries_it(world, chat):
    browser = browser_of(world.owner)
    page = browser.get(f"/settings/channels/{chat.id}/").content.decode()
    tried = browser.get(f"/settings/channels/{chat.id}/try/?theme=dark&position=left&language=xx")

    assert f"data-channel=&quot;{chat.key}&quot;&gt;&lt;/script&gt;" in page
    assert f"/settings/channels/{chat.id}/try/" in page
    assert re.findall(r'data-(\w+)="([\w-]+)"', tried.content.decode().partition("widget.js")[2])[:3] == [
        ("channel", chat.key),
        ("theme", "dark"),
        ("position", "left"),
    ]
    assert browser.get(f"/settings/channels/{world.channel.id}/try/").status_code == 302
    assert browser_of(world.agent).get(f"/settings/channels/{chat.id}/try/").status_code == 403
