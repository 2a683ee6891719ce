"""What the features of a batch promise to the heads: the same for a text whoever stands beside it."""

from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.cleaning import LONGEST
from allears.pipeline.understanding.features import BUCKETS, features_of


def row(features, number=0):
    return sorted(features.buckets[features.starts[number] : features.starts[number + 1]].tolist())


def shared(one, other):
    """Return which share of the features of one text the other has too."""
    first, second = set(row(features_of([one]))), set(row(features_of([other])))
    return len(first & second) / len(first)


@given(st.lists(st.text(st.characters(), max_size=60), min_size=1, max_size=6))
def test_a_text_has_the_same_features_alone_and_in_a_batch(texts):
    together = features_of(texts)

    assert [row(together, number) for number in range(len(texts))] == [
        row(features_of([one])) for one in texts
    ]
    assert together.counts.min() > 0
    assert 0 <= together.buckets.min() <= together.buckets.max() < BUCKETS


def test_strange_texts_break_nothing():
    strange = ["", "\0", "\ud800", "a\x1eb", "🏳️‍🌈", "\u202eright to left", "é" * 1_000_000, "@" * 5000]

    found = features_of(strange)

    assert len(found) == len(strange)
    assert found.counts.max() < LONGEST * 12


def test_no_text_makes_no_row():
    assert len(features_of([])) == 0


def test_links_mentions_and_numbers_do_not_tell_texts_apart():
    assert (
        shared("@anna see https://a.example/1?x=2 order 5521", "@boris see http://b.example order 9083") == 1
    )


def test_case_and_elongation_leave_most_as_it_is():
    assert shared("great service", "GREAT service") > 0.9
    assert row(features_of(["sooooo bad"])) == row(features_of(["sooooooooo bad"]))


def test_vietnamese_without_accents_shares_words_with_its_accented_form():
    assert shared("giao hang cham qua", "giao hàng chậm quá") > 0.95


def test_hashtags_are_parted_into_their_words():
    assert shared("worst service", "#WorstService") > 0.6


def test_negation_makes_features_of_its_own():
    assert set(row(features_of(["not very good"]))) - set(row(features_of(["good very not"])))
    assert shared("not good", "good") < 0.7
