"""Text as the index sees it: the same however it is typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from allears.foundation.text import fit_name, index_text, index_words, shorten


@given(some.text())
def test_any_text_gives_words_an_index_takes(text):
    words = list(index_words(text))

    assert index_text(text) == " ".join(words)
    for word in words:
        assert word
        assert " " not in word
        assert len(word) <= 90
        assert '"' not in word


@given(some.text())
def test_composed_or_not_is_the_same(text):
    decomposed = unicodedata.normalize("NFD", text)

    assert index_text(decomposed) == index_text(unicodedata.normalize("NFC", text))


@given(some.text(alphabet="aáàảãạăắằẳẵặâấầẩẫậeéèêếềểễệiíìoóòôốồơớờuúùưứừyýđ ", max_size=40))
def test_vietnamese_is_the_same_without_its_accents(text):
    bare = "".join(
        c for c in unicodedata.normalize("NFD", text.replace("đ", "d")) if not unicodedata.combining(c)
    )

    assert index_text(text) == index_text(bare)
    assert index_text(text.upper()) == index_text(text)


@pytest.mark.parametrize(
    "forms",
    [
        ["заказ", "заказы", "заказов", "заказу", "ЗАКАЗАМИ"],
        ["ёлка", "елка", "Ёлки"],
        ["parcel", "parcels", "Parcels"],
        ["đơn", "don", "ĐƠN"],
    ],
)
def test_forms_of_a_word_are_one(forms):
    assert len({index_text(form) for form in forms}) == 1


def test_different_words_stay_different():
    assert len({index_text(word) for word in ["заказ", "закат", "parcel", "parking", "đơn", "đen"]}) == 6


@given(some.text(), some.integers(2, 300))
def test_a_shortened_text_is_one_line_that_fits(text, length):
    found = shorten(text, length)

    assert len(found) <= length
    assert not set(found) & set("\n\r\t")


@given(
    some.text(alphabet="ab", min_size=90, max_size=400), some.text(alphabet="ab", min_size=90, max_size=400)
)
def test_long_names_fit_and_stay_apart(one, other):
    assert len(fit_name(one, 100)) <= 100
    assert (fit_name(one, 100) == fit_name(other, 100)) == (one == other)
