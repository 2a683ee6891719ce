"""Cues: the words a person would point at, in three languages, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.cues import cue_names, cues_in, plain_of


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("Love the app, but it ate my money", {"praise", "contrast", "trouble", "mixed"}),
        ("Great, my parcel is lost again", {"praise", "trouble", "bitter"}),
        ("Thank you, wonderful service!", {"thanks", "praise", "bare"}),
        ("When will my card arrive", {"question", "question_first"}),
        ("I don’t recognise this charge", {"money"}),
        (
            "Приложение отличное, но деньги списали дважды",
            {"praise", "contrast", "trouble", "mixed", "money"},
        ),
        ("Когда вернёте деньги", {"question_first"}),
        ("У нас в подъезде пахнет газом", {"danger"}),
        ("Ухожу от вас к конкурентам", {"leaving"}),
        ("App đẹp nhưng hay bị lỗi", {"contrast", "trouble"}),
        ("bao giờ giao hàng vậy shop", {"question"}),
        ("bao gio giao hang vay shop", {"question"}),
        ("Máy bốc cháy khi đang sạc", {"danger"}),
    ],
)
def test_cues_are_found_in_three_languages(text: str, cues: set[str]) -> None:
    assert cues <= cue_names(text)


def test_praise_beside_trouble_is_not_bare() -> None:
    assert "bare" in cue_names("Отличный сервис")
    assert "bare" not in cue_names("Отличный сервис, но не работает")


def test_a_word_that_opens_a_question_counts_only_where_a_sentence_begins() -> None:
    assert "question_first" in cue_names("Hello. Can it be returned")
    assert "question_first" not in cue_names("they said it can be returned")


def test_a_cue_stands_where_it_is_quoted() -> None:
    text = "Hello! My phone caught fire"

    quoted = {text[cue.start : cue.end] for cue in cues_in(text) if cue.name == "danger"}

    assert quoted == {"fire", "caught fire"}


@given(st.text())
def test_any_text_has_cues_within_it(text: str) -> None:
    length = len(plain_of(text))

    assert all(0 <= cue.start < cue.end <= length for cue in cues_in(text))
    assert isinstance(cue_names(text), frozenset)
