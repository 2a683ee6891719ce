import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.pipeline.understanding.language import languages_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order? It was promised for Monday", "en"),
        ("Где мой заказ, обещали в понедельник", "ru"),
        ("gde moi zakaz, obeshali segodnya privezti", "ru"),
        ("Đơn hàng của mình bao giờ giao vậy shop", "vi"),
        ("don hang cua minh bao gio giao vay shop", "vi"),
        ("@firma wo bleibt mein Paket? https://x.example #service", "de"),
        ("¿Dónde está mi pedido?", "es"),
        ("주문한 물건이 아직 안 왔어요", "ko"),
        ("Де моє замовлення?", "uk"),
    ],
)
def test_the_language_of_a_message_is_told(text, language):
    assert languages_of([text])[0][0] == language


@pytest.mark.parametrize("text", ["", "123 456", "@firma @other", "https://example.com/hello", "😡😡😡"])
def test_what_says_nothing_has_no_language(text):
    assert languages_of([text]) == [("", 0.0)]


def test_mentions_and_links_have_no_voice():
    bare, dressed = languages_of(["спасибо большое", "@thank_you спасибо большое https://thanks.example/you"])

    assert bare == dressed


def test_a_language_expected_here_is_likelier():
    text = "Where is my order"

    (alone, chance), (here, surer) = languages_of([text])[0], languages_of([text], favoured=["en"])[0]

    assert alone == here == "en"
    assert surer > chance


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_a_batch_gives_what_each_gives_alone(texts):
    together = languages_of(texts)

    for text, (language, chance) in zip(texts, together, strict=True):
        alone, surely = languages_of([text])[0]
        assert alone == language
        assert surely == pytest.approx(chance, abs=1e-3)
