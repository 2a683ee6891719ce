"""One word in many ways: what is put into an index, and what is asked of it."""

import pytest

from allears.foundation.spelling import in_cyrillic, in_latin
from allears.foundation.text import index_line, plainly_meant
from allears.foundation.word_index import terms_in


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("плоооохо", ["плох", "плоох"]),
        ("sooo cooool", ["so", "soo", "col", "cool"]),
        ("где мой зaкaз", ["заказ"]),
        ("frеe pаypal", ["free", "paypal"]),
        ("#WhereIsMyOrder", ["where", "is", "my", "order"]),
        ("#ГдеМойЗаказ2", ["где", "мо", "заказ", "2"]),
        ("#tag and the #XML7 thing", ["xml", "7"]),
        ("three oooo 1111 hello", ["o", "oo"]),
        ("Đơn hàng của tôi đâu rồi? Где мои заказы? All good.", []),
    ],
)
def test_words_written_otherwise_are_found_by_what_they_mean(text, meant):
    assert plainly_meant(text) == meant


def test_signs_nobody_sees_part_no_word():
    assert index_line("за\u200bк\u00adаз") == "заказ"
    assert index_line("giao\u200b hàng") == "giao hang"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("zakaz", "заказ"),
        ("dostavka", "доставка"),
        ("dengi", "деньги"),
        ("zhdu", "жду"),
        ("eto", "это"),
        ("moy", "мой"),
        ("schet", "щет"),
        ("otvechayut", "отвечают"),
        ("olga", "ольга"),
    ],
)
def test_russian_in_latin_letters_is_understood(word, meant):
    assert meant in in_cyrillic(word)


def test_russian_is_asked_for_in_latin_letters_as_well():
    assert in_latin("заказ") == ["zakaz"]
    assert {"yura", "ura"} <= set(in_latin("юра"))
    assert len(in_latin("йййййййй")) <= 12


@pytest.mark.parametrize("word", ["4711", "ab", "đơn", "заказ", "x" * 60])
def test_what_is_no_word_in_latin_letters_has_no_other_letters(word):
    assert in_cyrillic(word) == []


def test_a_term_has_few_other_spellings():
    for word in ("передающемуся", "щещещещещещеще", "aaaabbbbccccdddd"):
        (term,) = terms_in(word)
        assert len(term.others) <= 40
