"""Advice: step in where somebody turns to us and waits, leave people alone who talk among themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.advice import advise, answer_chance, names_us
from allears.pipeline.understanding.reading import Advice, Text

ASKING = {"question": 0.9, "asks": 0.9}
SORE = {"complaint": 0.9, "asks": 0.6}
US = ("Northmere",)


@pytest.mark.parametrize(
    ("text", "chances", "advice"),
    [
        (Text(text="When will it come?", is_private=True), ASKING, Advice.STEP_IN),
        (Text(text="Где мой заказ?", is_addressed=True), ASKING, Advice.STEP_IN),
        (Text(text="cảm ơn shop", is_private=True), {"praise": 0.9}, Advice.WATCH),
        (Text(text="Northmere is down again", names=US), SORE, Advice.STEP_IN),
        (Text(text="My bank, Northmere, is on the corner", names=US), {}, Advice.WATCH),
        (Text(text="u coming tonight bro?", is_addressed=False), ASKING | {"friends": 0.9}, Advice.LEAVE),
        (Text(text="told you, never again", is_among_others=True), SORE, Advice.LEAVE),
        (Text(text="WIN CASH NOW", is_private=True), {"spam": 0.95}, Advice.LEAVE),
        (Text(text="My father died", names=US), {"sensitive": 0.9}, Advice.LEAVE),
        (Text(text="My father died, close his account", is_private=True), {"asks": 0.8}, Advice.STEP_IN),
        (Text(text="Я не хочу жить", is_private=True), {}, Advice.STEP_IN),
        (Text(text="Зарядка загорелась, дым", is_private=True), {}, Advice.STEP_IN),
    ],
)
def test_what_is_advised(text: Text, chances: dict[str, float], advice: Advice) -> None:
    assert advise(text, chances)[0] is advice


def test_we_step_into_public_talk_only_with_something_to_add() -> None:
    text = Text(text="Northmere keeps declining my card", names=US)

    assert advise(text, SORE, can_help=0.9)[0] is Advice.STEP_IN
    assert advise(text, SORE, can_help=0.1)[0] is Advice.WATCH


def test_every_reason_says_what_it_speaks_for() -> None:
    _advice, reasons = advise(Text(text="u there?", is_among_others=True), {"friends": 0.7, "question": 0.9})

    assert [(one.code, one.speaks_for) for one in reasons] == [
        ("question", Advice.STEP_IN),
        ("friends", Advice.LEAVE),
        ("not_addressed", Advice.LEAVE),
    ]


def test_a_text_that_names_us_is_not_told_to_turn_to_us_as_well() -> None:
    _advice, reasons = advise(Text(text="Is Northmere any good?", names=US), {"question": 0.9})

    assert [one.code for one in reasons] == ["question", "about_us"]


def test_what_an_account_did_outweighs_a_text() -> None:
    assert answer_chance(0.5, answered=0, received=0) == pytest.approx(0.5)
    assert answer_chance(0.4, answered=950, received=1000) > 0.9
    assert answer_chance(0.7, answered=2, received=1000) < 0.1


@given(st.builds(Text, text=st.text(), is_private=st.booleans(), is_addressed=st.none() | st.booleans()))
def test_any_text_gets_advice(text: Text) -> None:
    advice, reasons = advise(text, {})

    assert advice in Advice
    assert all(0.5 <= one.chance <= 1 for one in reasons)


def test_a_name_is_known_as_networks_write_it() -> None:
    for written in ("@ternline please", "so much for #TernLine", "Tern Line again"):
        assert names_us(Text(text=written, names=("Tern Line",))), written
    assert not names_us(Text(text="a stern liner passed", names=("Tern Line",)))
