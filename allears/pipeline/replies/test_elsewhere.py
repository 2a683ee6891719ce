"""Sending a customer elsewhere is noticed in the three languages, and an ordinary answer is left alone."""

import pytest

from allears.pipeline.replies.elsewhere import sends_elsewhere


@pytest.mark.parametrize(
    "text",
    [
        "Sorry about that! Please e-mail us at care@lantern.example.",
        "Could you please send us a DM?",
        "Please contact our support.",
        "You can call us any time.",
        "DM us and we will look.",
        "Please fill out the contact form.",
        "Напишите нам на почту, пожалуйста.",
        "Пожалуйста, напишите в личку.",
        "Позвоните нам по телефону.",
        "Обратитесь в поддержку.",
        "Vui lòng gửi email cho chúng tôi.",
        "Bạn có thể inbox cho shop nhé",
        "Anh chị vui lòng liên hệ tổng đài ạ",
        "Hãy gọi đến số 1900.",
    ],
)
def test_words_that_send_a_customer_elsewhere_are_noticed(text):
    assert sends_elsewhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "It left this morning and is with you tomorrow.",
        "We sent you an e-mail with the label.",
        "I will call you at five.",
        "Please try it once more and tell me what you see.",
        "Мы отправили вам письмо с трек-номером.",
        "Я напишу вам завтра.",
        "Chúng tôi đã gửi email xác nhận cho bạn.",
        "Đơn hàng sẽ đến vào ngày mai.",
    ],
)
def test_an_ordinary_answer_is_left_alone(text):
    assert not sends_elsewhere(text)
