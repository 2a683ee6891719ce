from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from allears.web.ui.sprite import SPRITE, draw_sprite
from allears.web.ui.templatetags.ui import initials, linked, tone
from allears.web.ui.times import describe_age, time_words

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Lind", "AL"),
        ("Nguyễn Thu Hà", "NH"),
        ("борис", "Б"),
        ("@jweber", "J"),
        ("anna.lind@mail.example", "AE"),
        ("…", "?"),
        ("", "?"),
    ],
)
def test_a_name_has_initials(name, letters):
    assert initials(name) == letters


def test_a_name_always_has_the_same_colour():
    assert tone("Anna Lind") == tone("Anna Lind")
    assert {tone(f"name {number}") for number in range(100)} == set(range(1, 9))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=6), "6 d"),
        (timedelta(days=8), "7 Jun"),
        (timedelta(days=300), "19 Aug 2025"),
    ],
)
def test_an_age_is_said_briefly(age, words):
    with translation.override("en"):
        assert describe_age(NOW - age, NOW) == words


def test_the_browser_is_told_the_same_words():
    with translation.override("en"):
        assert time_words() == "now|# min|# h|# d"


def test_addresses_are_linked_and_everything_else_is_text():
    assert linked("<b>bold</b>") == "&lt;b&gt;bold&lt;/b&gt;"
    assert linked("<b> https://a.example") == (
        '&lt;b&gt; <a href="https://a.example" rel="nofollow">https://a.example</a>'
    )


def test_the_sprite_is_as_its_program_draws_it():
    assert SPRITE.read_text() == draw_sprite()
