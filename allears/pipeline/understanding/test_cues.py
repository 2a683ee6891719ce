"""Cues: the words a person would point at, in three languages, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.cueing import cues_of
from allears.pipeline.understanding.cues import cue_names, cues_in, lexicon, plain_of


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


PIECES = st.one_of(
    st.sampled_from(
        [" ".join(one.words).rstrip("*") for some in lexicon().whole.values() for one in some]
        + [one.words[0][:-1] for some in lexicon().stems.values() for one in some]
    ),
    st.sampled_from(
        [" ", "?", "!", ". ", "…", "\n", "\x1e", "’", "İ", "_", "ё", "http://a?b", "HTTPS://", "\ud800"]
    ),
    st.sampled_from(
        [
            "FREE",
            "ЭТО",
            "НОВОЕ",
            "www.",
            "a.com",
            "__phone__",
            "£5",
            "87021",
            "09061 213237",
            "٣٣",
            "50%",
            "STOP",
        ]
    ),
    st.text(st.characters(), max_size=6),
)


@given(st.lists(st.lists(PIECES, max_size=12).map(" ".join), max_size=5))
def test_a_batch_has_the_cues_that_each_text_has_alone(texts: list[str]) -> None:
    assert cues_of(texts) == [cue_names(text) for text in texts]


def test_every_phrase_of_the_lexicon_is_found_in_a_batch() -> None:
    phrases = [one for table in (lexicon().whole, lexicon().stems) for some in table.values() for one in some]
    texts = [" ".join(word.rstrip("*") for word in phrase.words) for phrase in phrases]

    for phrase, cues in zip(phrases, cues_of(texts), strict=True):
        assert phrase.cue in cues
