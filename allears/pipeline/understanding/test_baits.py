"""What spam carries beside its words, and what looks like it and is not."""

import pytest

from allears.pipeline.understanding.baits import baits_of
from allears.pipeline.understanding.cueing import cues_of
from allears.pipeline.understanding.cues import cue_names


@pytest.mark.parametrize(
    ("text", "baits"),
    [
        ("Txt WIN to 87021 now", {"short_code"}),
        ("only 150p per message", {"price"}),
        ("£5 off", {"price"}),
        ("call 09061 213237", {"number", "short_code"}),
        ("see www.prize.example", {"link"}),
        ("FREE entry, WINNERS every day", {"loud"}),
        ("Reply STOP to 12", {"terms"}),
    ],
)
def test_baits_are_found(text: str, baits: set[str]) -> None:
    assert baits_of(text, frozenset()) == baits


@pytest.mark.parametrize("text", ["", "Where is my parcel?", "see you at 5", "order 12345678", "NASA called"])
def test_plain_words_have_none(text: str) -> None:
    assert baits_of(text, frozenset()) <= {"number"}


def test_an_offer_with_a_price_is_more_than_both() -> None:
    assert "offer_price" in baits_of("£100 prize", frozenset({"offer"}))


def test_a_batch_finds_what_a_text_alone_finds() -> None:
    texts = ["WIN a £100 prize, txt GO to 85555", "Where is my parcel?", "Giảm 50% tại shop.example"]

    assert cues_of(texts) == [cue_names(text) for text in texts]
