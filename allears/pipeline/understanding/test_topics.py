"""Topics learned from a workspace's own tagged messages, few or many."""

import numpy as np
import pytest

from allears.pipeline.understanding.topics import TooFewTopics, learn_topics, topics_from

CARDS = [
    "my card has not arrived",
    "when will my new card arrive",
    "карта ещё не пришла",
    "thẻ của tôi chưa tới",
]
MONEY = ["refund my money please", "I want my money back", "верните деньги за заказ", "hoàn tiền cho tôi"]
TEXTS, LABELS = [*CARDS, *MONEY], ["cards"] * 4 + ["refunds"] * 4


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("the card still has not arrived", "cards"),
        ("give me my money back", "refunds"),
        ("где моя карта, не пришла", "cards"),
        ("shop hoàn tiền giúp", "refunds"),
    ],
)
def test_a_topic_is_suggested(text: str, topic: str) -> None:
    assert learn_topics(TEXTS, LABELS).suggest(text)[0][0] == topic


def test_the_same_messages_teach_the_same() -> None:
    assert learn_topics(TEXTS, LABELS).to_bytes() == learn_topics(TEXTS, LABELS).to_bytes()


def test_what_was_learned_is_stored_and_read_again() -> None:
    learned = learn_topics(TEXTS, LABELS)

    again = topics_from(learned.to_bytes())

    assert again.labels == ("cards", "refunds")
    assert np.array_equal(again.chances_of(TEXTS), learned.chances_of(TEXTS))


def test_a_topic_of_one_message_is_left_out_and_one_topic_is_too_few() -> None:
    assert learn_topics([*TEXTS, "hello"], [*LABELS, "greetings"]).labels == ("cards", "refunds")
    with pytest.raises(TooFewTopics):
        learn_topics(CARDS, ["cards"] * 4)


def test_what_was_never_seen_has_even_chances() -> None:
    chances = learn_topics(TEXTS, LABELS).chances_of(["", "☃"])

    assert chances.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert chances.max() < 0.9
