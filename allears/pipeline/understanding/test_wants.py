"""What a person would notice: sentences in three languages and what must be made of them."""

import pytest

from allears.pipeline.understanding.reader import read_texts
from allears.pipeline.understanding.reading import Advice, Intent, Reading, Text, Urgency


def read(text: str) -> Reading:
    return read_texts([Text(text=text, is_private=True)])[0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("How much does delivery to Leeds cost?", Intent.QUESTION),
        ("My parcel is lost again and nobody answers, terrible service", Intent.COMPLAINT),
        ("Please cancel my order 5521", Intent.REQUEST),
        ("Thank you so much, wonderful service!", Intent.PRAISE),
        ("WINNER!! Claim your £1000 cash prize now, click www.prize-now.example", Intent.SPAM),
        ("Сколько стоит доставка в Казань?", Intent.QUESTION),
        ("Безобразие, заказ опять потеряли, никто не отвечает", Intent.COMPLAINT),
        ("Спасибо большое, всё отлично, вы молодцы!", Intent.PRAISE),
        ("Phí ship về Cần Thơ bao nhiêu vậy shop?", Intent.QUESTION),
        ("Giao hàng quá chậm, gọi mãi không ai trả lời, thất vọng", Intent.COMPLAINT),
        ("Shop giao nhanh, hàng đẹp lắm, cảm ơn shop nhiều", Intent.PRAISE),
    ],
)
def test_intents(text: str, intent: Intent) -> None:
    assert read(text).intent is intent


@pytest.mark.parametrize(
    "text",
    [
        "Love the app, but it ate my money",
        "Great, my parcel is lost again",
        "Приложение отличное, но деньги списали дважды",
        "App đẹp nhưng mà bị trừ tiền 2 lần",
    ],
)
def test_praise_never_hides_a_complaint(text: str) -> None:
    assert not read(text).is_praise


@pytest.mark.parametrize(
    "text",
    [
        "My father passed away on Sunday, the funeral was today. Rest in peace, dad.",
        "Worst trip of my life, I am so disappointed in all of you",
    ],
)
def test_nothing_sad_is_praise(text: str) -> None:
    assert not read(text).is_praise


@pytest.mark.parametrize(
    "text", ["Thank you, great service!", "Спасибо, отличный сервис!", "Cảm ơn shop, hàng rất đẹp, rất ưng ý"]
)
def test_praise_is_recognised(text: str) -> None:
    assert read(text).is_praise


@pytest.mark.parametrize(
    "text",
    [
        "The charger is smoking and caught fire, my hand is burned",
        "Срочно! В подъезде сильно пахнет газом, помогите",
        "Điện thoại bốc cháy khi đang sạc, khói khắp nhà",
    ],
)
def test_danger_is_urgent(text: str) -> None:
    found = read(text)

    assert found.urgency >= Urgency.HIGH
    assert found.advice is Advice.STEP_IN


@pytest.mark.parametrize(
    "text", ["When will my refund arrive?", "Когда придёт возврат?", "Khi nào hoàn tiền ạ?"]
)
def test_a_question_asks_for_an_answer(text: str) -> None:
    found = read(text)

    assert found.asks
    assert found.advice is Advice.STEP_IN
