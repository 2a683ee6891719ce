"""Folding by small examples."""

import pytest

from allears.connectors.email.flowed import unflow
from allears.connectors.email.folding import Folded, fold


@pytest.mark.parametrize(
    "text",
    [
        "On Friday I wrote:\nplease cancel my order.\nNobody did.",
        "He wrote: come at 10:00",
        "My order of 12.01.2024 10:00, as your operator wrote:\nyou get it tomorrow.\nI did not.",
        "От: Иван\nТелефон: 123\nСообщение: где заказ?",
        "Отправлено через неделю после оплаты",
        "Gửi từ tuần trước mà chưa nhận được",
        "5 > 3\n3 < 5",
        "a -- b",
        "From: here\nto there",
    ],
)
def test_words_that_only_look_like_a_quote_stay(text: str) -> None:
    assert fold(text) == Folded(text)


def test_a_forward_is_never_folded() -> None:
    text = "Look.\n\nOn 12.01.2024 10:00, A <a@mail.example> wrote:\n> old\n\n-- \nSam"
    assert fold(text).text == "Look."
    assert fold(text, is_forward=True).text == "\n".join(line.rstrip() for line in text.split("\n"))


def test_a_forward_line_ends_the_search_for_quotes() -> None:
    text = "Look.\n\n---------- Forwarded message ---------\nFrom: a\nDate: b\nSubject: c\nTo: d\n\nHi"
    assert fold(text) == Folded(text)


def test_a_quote_and_a_signature_alone_leave_the_quote_visible() -> None:
    assert fold("> old\n\nSent from my iPhone") == Folded("> old", "", "Sent from my iPhone")


def test_a_signature_alone_is_the_text() -> None:
    assert fold("-- \nSam") == Folded("-- \nSam")
    assert fold("Sent from my iPhone") == Folded("", "", "Sent from my iPhone")


def test_quotes_that_lose_their_marks_are_one_quote() -> None:
    text = "Yes.\n\nOn 12.01.2024 10:00, A wrote:\n> one\n\nOn 11.01.2024 10:00, B wrote:\n> two"
    assert fold(text).text == "Yes."


def test_flowed_lines_are_joined_within_their_depth() -> None:
    assert unflow("a \nb\n> c \n> d\n>> e", delete_space=False) == "a b\n> c d\n>> e"
    assert unflow("a \nb", delete_space=True) == "ab"
    assert unflow("-- \nSam", delete_space=False) == "-- \nSam"
    assert unflow("  indented", delete_space=False) == " indented"
