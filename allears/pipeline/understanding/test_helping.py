"""Whether something of ours answers a text."""

from hypothesis import given
from hypothesis import strategies as st

from allears.pipeline.understanding.helping import OwnAnswers

OURS = OwnAnswers(
    [
        "Returns. You can return a parcel within 30 days: print the label and bring it to a shop.",
        "Opening hours. Our shops open Monday to Saturday from nine to six.",
        "Отмена заказа. Отменить заказ можно в приложении, пока он не отправлен.",
        "Đổi trả. Bạn có thể đổi trả hàng trong 7 ngày, giữ hóa đơn và gửi lại cho shop.",
    ]
)


def test_what_we_have_an_answer_to_fits():
    for text in (
        "anyone know how to return a parcel to them?",
        "When do the shops open on Saturday",
        "как отменить заказ?",
        "đổi trả hàng thế nào vậy mọi người",
        "doi tra hang the nao",
    ):
        assert OURS.fit(text) >= 0.5, text


def test_what_we_have_none_to_does_not():
    for text in ("my dog ate the sofa, hilarious", "Tern Line lost my bag", "прекрасный вечер на набережной"):
        assert OURS.fit(text) < 0.5, text


@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_fits_between_not_at_all_and_wholly(text, answers):
    fit = OwnAnswers(answers).fit(text)
    assert fit is None or 0 <= fit <= 1
