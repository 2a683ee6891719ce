"""What customers say when they are answered."""

THANKS = {
    "en": (
        "Oh, that was quick. Thank you!",
        "Perfect, thanks a lot 🙏",
        "Thank you. I did not expect a real person.",
        "ok great, thx",
        "That helps, thank you. Have a calm day out there.",
        "You are lovely, thanks!",
    ),
    "ru": (
        "Ого, как быстро. Спасибо!",
        "Спасибо большое, выручили 🙏",
        "понятно, спасибо",
        "Отлично, спасибо вам! Хорошего дня.",
        "Надо же, живой человек! Спасибо.",
    ),
    "vi": (
        "Ôi nhanh quá, mình cảm ơn nhiều nha!",
        "Dạ em cảm ơn ạ 🙏",
        "ok mình hiểu rồi, cảm ơn shop",
        "Tuyệt vời, cảm ơn bạn. Chúc bạn một ngày nhẹ nhàng!",
    ),
}
ANSWERS = {
    "en": (
        "Good question, let me look. One moment.",
        "Yes, exactly. Does that help?",
        "I think so? I'd have to ask my sister, she booked it.",
        "Around nine, upper deck. That's all I remember.",
    ),
    "ru": ("Сейчас посмотрю, минутку.", "Да, всё верно.", "Кажется, около девяти, на верхней палубе."),
    "vi": ("Để mình xem lại, đợi mình chút nha.", "Dạ đúng rồi ạ.", "Khoảng 9 giờ, tầng trên ạ."),
}


def reaction_to(answer: str, language: str, number: int) -> str:
    """Say something back: to a question an answer, to an answer thanks. `number` chooses which."""
    choice = (ANSWERS if answer.rstrip().endswith("?") else THANKS)[language]
    return choice[number % len(choice)]
