"""A text is as long as its network says; the same texts are measured in the browser (test_composer_browser)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.connectors.measuring import excess_of, has_link, length_of
from allears.connectors.speaking import Limit, Unit
from tests.measured import LINKED, MEASURED

UNITS = st.sampled_from(list(Unit))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)


@pytest.mark.parametrize("text", MEASURED)
def test_a_text_is_as_long_as_its_network_says(text):
    assert {unit: length_of(text, unit) for unit in Unit} == MEASURED[text]


@pytest.mark.parametrize(("text", "is_linked"), LINKED.items())
def test_a_link_is_what_networks_make_one_of(text, is_linked):
    assert has_link(text) is is_linked


@given(WORDS)
def test_units_stand_in_order(text):
    length = {unit: length_of(text, unit) for unit in Unit}
    assert length[Unit.GRAPHEMES] <= length[Unit.CHARACTERS] <= length[Unit.UTF16] <= length[Unit.BYTES]


@given(WORDS, UNITS)
def test_words_on_lines_of_their_own_add_up(text, unit):
    line = text.replace("\n", " ").strip("\u200d\ufe0f")
    both = length_of(f"{line}\n \n{line}", unit)
    assert both == 2 * length_of(f"{line}\n", unit) + length_of(" \n", unit) - length_of("\n", unit)


@given(WORDS, UNITS)
def test_windows_line_ends_count_once(text, unit):
    assert length_of(text.replace("\n", "\r\n"), unit) == length_of(text, unit)


@given(WORDS, st.integers(0, 80), UNITS)
def test_the_excess_is_what_stands_over_the_limit(text, most, unit):
    found = excess_of(text, [Limit(most=most, unit=unit)])
    over = length_of(text, unit) - most
    assert (found[0] if found else 0) == max(over, 0)


def test_of_several_limits_the_one_that_is_broken_most_counts():
    chars, size = Limit(most=3, unit=Unit.GRAPHEMES), Limit(most=8, unit=Unit.BYTES)
    assert excess_of("дорога", [chars, size]) == (4, size)
    assert excess_of("да", [chars, size]) is None
