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


@pytest.mark.parametrize("mark", ["\t>", "\xa0>", "\u3000|", " \t >"])
def test_a_quote_mark_after_any_space_is_a_quote(mark: str) -> None:
    assert fold(f"new\n\n{mark} old") == Folded("new", f"{mark} old")


@pytest.mark.parametrize(
    "opener",
    [
        "-----Original Message-----\nFrom: a",
        "-----Исходное сообщение-----",
        "-----Thư gốc-----",
        "-------- Исходное сообщение --------\nОт: a\nДата: b",
        "-------- Tin nhắn gốc --------",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
        "On 12/01/2024 10:00, A B <a@mail.example> wrote:",
        "On Friday, January 12, 2024 at 10:00:00 AM GMT+7, A B <a@mail.example> wrote:",
        "On Fri, Jan 12, 2024 at 10:00 AM A B <\na@mail.example> wrote:",
        "В пятницу, 12 января 2024 г., 10:00:00 GMT+3, А Б <a@mail.example> написал(а):",
        "12 января 2024 г., 10:00 +0300, А Б <a@mail.example>, писал:",
        "Пятница, 12 января 2024, 10:00 +03:00 от А Б <a@mail.example>:",
        '12.01.2024, 10:00, "А Б" <a@mail.example>:',
        "Вкл пт, 12 янв. 2024 г. в 10:00, А Б <a@mail.example> написал(а):",
        "Vào Th 6, 12 thg 1, 2024 vào lúc 10:00 A B <a@mail.example> đã viết:",
        "Vào 10:00, 12 thg 1, 2024, A B <a@mail.example> đã viết:",
        "Vào lúc 10:00 12/01/2024, A B <a@mail.example> đã viết:",
        "---- Vào Th 6, 12 thg 1 2024 10:00:00 +0700 A B <a@mail.example> đã viết ----",
        "---- On Fri, 12 Jan 2024 10:00:00 +0700 a@mail.example wrote ---",
        "*From:* A\n*Sent:* Friday\n*To:* B\n*Subject:* C",
        "От: А\nОтправлено: пятница\nКому: Б\nКопия: В\nТема: Г",
        "Từ: A\nĐã gửi: Thứ Sáu\nĐến: B\nChủ đề: C",
        "Người gửi: A\nNgày gửi: 12/01/2024\nNgười nhận: B\nTiêu đề: C",
    ],
)
def test_an_opener_folds_all_that_follows(opener: str) -> None:
    assert fold(f"Fresh words.\n\n{opener}\n\nOld words.") == Folded(
        "Fresh words.", f"{opener}\n\nOld words."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from Mail for Windows",
        "Get Outlook for Android",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail.ru",
        "Отправлено из мобильного приложения Яндекс Почты",
        "Отправлено с моего Galaxy",
        "Отправлено из Outlook для iOS",
        "Đã gửi từ iPhone của tôi",
        "Được gửi từ iPhone của tôi",
        "Gửi từ điện thoại Samsung của tôi",
        "Tải Outlook cho Android",
    ],
)
def test_what_a_phone_adds_is_a_signature(line: str) -> None:
    assert fold(f"Fresh words.\n\n{line}") == Folded("Fresh words.", "", line)
