"""What a reading of any text is, and what moved it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.pipeline.understanding.explaining import explain
from allears.pipeline.understanding.heads import load_heads
from allears.pipeline.understanding.reader import current_version, read_texts
from allears.pipeline.understanding.reading import Sentiment, Text


def read(*texts):
    return read_texts([Text(text=one) for one in texts])


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("I love this app, thank you so much!", Sentiment.POSITIVE),
        ("Worst service ever, my order is broken and nobody helps 😡", Sentiment.NEGATIVE),
        ("Ужасное обслуживание, больше никогда не приду", Sentiment.NEGATIVE),
        ("Спасибо огромное, всё отлично работает!", Sentiment.POSITIVE),
        ("Hàng đẹp, giao nhanh, rất hài lòng", Sentiment.POSITIVE),
        ("Chất lượng quá tệ, thất vọng", Sentiment.NEGATIVE),
    ],
)
def test_plain_moods_are_seen_in_three_languages(text, sentiment):
    assert read(text)[0].sentiment == sentiment


@settings(deadline=None)
@given(st.lists(st.text(st.characters(), max_size=80), max_size=5))
def test_any_text_gets_a_reading_with_chances_that_add_up(texts):
    readings = read(*texts)

    assert len(readings) == len(texts)
    for one in readings:
        assert one.version == current_version()
        assert sum(one.sentiment_chances) == pytest.approx(1, abs=0.001)


def test_strange_texts_get_readings_too():
    strange = ["", " ", "\0", "\ud800", "\u202eabc", "a" * 1_000_000, "?" * 5000, "🏳️‍🌈" * 300]

    assert len(read(*strange)) == len(strange)


def test_a_text_reads_the_same_alone_and_among_others():
    texts = [f"Message {word} about the late delivery" for word in "abcdefgh"] * 100

    assert read(*texts)[:3] == read(*texts[:3])


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(), max_size=80),
            st.tuples(st.text(st.characters(), max_size=6), st.integers(0, 900)).map(
                lambda one: one[0] * one[1]
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_batch_reads_as_each_of_its_texts_alone(texts):
    assert read(*texts) == [read(text)[0] for text in texts]


def test_words_that_moved_the_answer_stand_as_they_were_written():
    found = explain("The Delivery was HORRIBLE, and that's that.", "sentiment")

    assert found[0][0] == "HORRIBLE"
    assert found[0][1] > 0
    assert all(abs(one[1]) >= abs(other[1]) for one, other in pairwise(found))


def test_nothing_is_explained_of_an_unknown_question_or_a_single_word():
    assert explain("The delivery was late", "no-such-head") == []
    assert explain("late", "sentiment") == []


def test_without_weights_everything_is_not_sure(tmp_path):
    assert load_heads(tmp_path).heads == {}
    assert load_heads(tmp_path).version == ""


@pytest.mark.parametrize(
    "text",
    [
        "card 4111 1111 1111 1111 was charged twice, order 12345678, mail me at ann@customers.example",
        "Please refund me to DE89 3704 0044 0532 0130 00, the boat never left",
        "Bitte die Erstattung auf DE89 3704 0044 0532 0130 00, danke",
        "Списали дважды с карты 4111 1111 1111 1111, верните деньги",
    ],
)
def test_who_names_their_own_card_or_account_is_no_spammer(text):
    [reading] = read_texts([Text(text=text, is_private=True)])

    assert reading.intent != "spam"
    assert reading.advice != "leave"
