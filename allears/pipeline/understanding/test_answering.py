"""What the heads say of a batch: a head of the language of a text speaks before the head of all languages."""

import numpy as np
import pytest

from allears.pipeline.understanding.answering import answers_of
from allears.pipeline.understanding.heads import Head, Heads
from allears.pipeline.understanding.reading import Sentiment, Urgency

LABELS = ("negative", "neutral", "positive")


def heads(*names: str) -> Heads:
    ones = np.ones(3, np.float32)
    found = {name: Head(name, LABELS, at * 3, ones * 0, ones, 0.42) for at, name in enumerate(names)}
    return Heads("v", np.zeros((1, len(names) * 3), np.int8), found)


SUMS = np.array(
    [[9, 0, 0, 0, 0, 9]], np.float32
)  # one head is sure of a sad text, the next one of a happy one


@pytest.mark.parametrize(
    ("language", "mood"),
    [("ru", Sentiment.POSITIVE), ("de", Sentiment.NEGATIVE), ("", Sentiment.NEGATIVE)],
)
def test_the_head_of_its_language_speaks_of_a_text(language, mood):
    [answer] = answers_of(heads("sentiment", "sentiment_ru"), SUMS, [language])

    assert answer.sentiment[0] == mood


def test_each_text_of_a_batch_is_answered_in_its_place():
    batch = np.repeat(SUMS, 4, axis=0)

    answers = answers_of(heads("sentiment", "sentiment_ru"), batch, ["ru", "en", "ru", "vi"])

    moods = [answer.sentiment[0] for answer in answers]
    assert moods == [Sentiment.POSITIVE, Sentiment.NEGATIVE, Sentiment.POSITIVE, Sentiment.NEGATIVE]


@pytest.mark.parametrize(
    ("chances", "urgency"),
    [
        ((0.1, 0.2, 0.3, 0.4), Urgency.HIGH),
        ((0.1, 0.2, 0.2, 0.5), Urgency.CRITICAL),
        ((0.4, 0.2, 0.1, 0.3), Urgency.LOW),
    ],
)
def test_an_alarm_is_raised_only_when_it_is_likely(chances, urgency):
    ones = np.ones(4, np.float32)
    head = Head("urgency", ("low", "normal", "high", "critical"), 0, ones * 0, ones, 0.42)
    sums = np.log(np.array([chances], np.float32))

    [answer] = answers_of(Heads("v", np.zeros((1, 4), np.int8), {"urgency": head}), sums, ["en"])

    assert answer.urgency[0] == urgency
    assert answer.chances["critical"] == pytest.approx(chances[3])
