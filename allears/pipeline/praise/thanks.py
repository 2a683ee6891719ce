"""Words of thanks: an opening and a closing, put together so that they need not repeat themselves.

In the customer's language where we have it, for they are the customer's to read, whatever the agent's is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Words:
    """A thank-you: what it is made of, and how it reads."""

    opening: str
    closing: str
    text: str


@dataclass(frozen=True, slots=True)
class _Halves:
    """Openings with a name and without, in the same order, and closings."""

    named: tuple[str, ...]
    nameless: tuple[str, ...]
    closings: tuple[str, ...]


_ENGLISH = _Halves(
    (
        "Thank you, {name}!",
        "Thanks so much, {name}!",
        "That is so kind of you, {name}.",
        "What a lovely thing to read, {name}.",
        "You have just made our day, {name}.",
        "{name}, thank you for telling us!",
        "Thanks for the kind words, {name}!",
        "This put a smile on our faces, {name}.",
        "We are so glad to hear that, {name}!",
        "Many thanks, {name}!",
    ),
    (
        "Thank you!",
        "Thanks so much!",
        "That is so kind of you.",
        "What a lovely thing to read.",
        "You have just made our day.",
        "Thank you for telling us!",
        "Thanks for the kind words!",
        "This put a smile on our faces.",
        "We are so glad to hear that!",
        "Many thanks!",
    ),
    (
        "The whole team will hear about it.",
        "It means a lot to all of us.",
        "We will pass it on to those who earned it.",
        "Good to know that it worked out so well.",
        "Words like yours keep us going.",
        "We will do our best to keep it that way.",
        "Good to know that we got it right.",
        "We are here whenever you need us.",
        "It is good to have you with us.",
        "That is exactly what we work for.",
    ),
)
_RUSSIAN = _Halves(
    (
        "Спасибо, {name}!",
        "{name}, большое спасибо!",
        "Как приятно это читать, {name}!",
        "{name}, вы подняли нам настроение на весь день.",
        "{name}, спасибо, что рассказали об этом!",
        "Спасибо за тёплые слова, {name}!",
        "Мы очень рады, {name}!",
        "{name}, очень рады это слышать.",
        "Благодарим вас, {name}!",
        "{name}, вы нас порадовали!",
    ),
    (
        "Спасибо!",
        "Большое спасибо!",
        "Как приятно это читать!",
        "Вы подняли нам настроение на весь день.",
        "Спасибо, что рассказали об этом!",
        "Спасибо за тёплые слова!",
        "Мы очень рады!",
        "Очень рады это слышать.",
        "Благодарим вас!",
        "Вы нас порадовали!",
    ),
    (
        "Обязательно расскажем всей команде.",
        "Для нас это много значит.",
        "Передадим тем, кто это заслужил.",
        "Хорошо, что всё так удачно сложилось.",
        "Такие слова придают нам сил.",
        "Постараемся, чтобы так было и дальше.",
        "Хорошо знать, что у нас получилось.",
        "Если что-то понадобится, мы рядом.",
        "Хорошо, что вы с нами.",
        "Ради этого мы и работаем.",
    ),
)
_VIETNAMESE = _Halves(
    (
        "Cảm ơn {name} nhiều!",
        "Cảm ơn {name} đã chia sẻ!",
        "{name} ơi, đọc được lời này vui quá!",
        "Lời của {name} làm cả ngày của chúng tôi vui hẳn lên.",
        "{name} ơi, cảm ơn vì những lời thật dễ thương!",
        "Chúng tôi rất vui khi nghe {name} nói vậy!",
        "Thật quý khi {name} dành thời gian nói điều này.",
        "Cảm ơn {name} đã tin tưởng!",
        "{name} làm cả đội mỉm cười rồi đấy!",
        "Xin cảm ơn {name} rất nhiều!",
    ),
    (
        "Cảm ơn bạn nhiều!",
        "Cảm ơn bạn đã chia sẻ!",
        "Đọc được lời này vui quá!",
        "Lời của bạn làm cả ngày của chúng tôi vui hẳn lên.",
        "Cảm ơn bạn vì những lời thật dễ thương!",
        "Chúng tôi rất vui khi nghe bạn nói vậy!",
        "Thật quý khi bạn dành thời gian nói điều này.",
        "Cảm ơn bạn đã tin tưởng!",
        "Bạn làm cả đội mỉm cười rồi đấy!",
        "Xin cảm ơn bạn rất nhiều!",
    ),
    (
        "Cả đội sẽ được nghe điều này.",
        "Điều này có ý nghĩa lớn với chúng tôi.",
        "Chúng tôi sẽ chuyển lời đến những bạn đã làm tốt.",
        "Thật mừng vì mọi chuyện suôn sẻ.",
        "Những lời như vậy tiếp sức cho chúng tôi.",
        "Chúng tôi sẽ cố giữ được như thế.",
        "Thật vui khi biết mình đã làm đúng.",
        "Khi nào cần, cứ nhắn cho chúng tôi nhé.",
        "Thật vui vì có bạn đồng hành.",
        "Đó chính là điều chúng tôi hướng tới.",
    ),
)
SPOKEN = {"en": _ENGLISH, "ru": _RUSSIAN, "vi": _VIETNAMESE}


def words_of_thanks(language: str, name: str, seed: int) -> Iterator[Words]:
    """Put together every thank-you in a language ("en" where we do not speak it), in an order of the seed's own.

    `name`: the customer's first name, "" where it is not known.
    """
    spoken = language if language in SPOKEN else "en"
    halves = SPOKEN[spoken]
    pairs = product(range(len(halves.named)), range(len(halves.closings)))
    for opening, closing in sorted(pairs, key=lambda pair: crc32(f"{seed} {pair}".encode())):
        first = halves.named[opening].format(name=name) if name else halves.nameless[opening]
        yield Words(
            f"{spoken}:first:{opening}", f"{spoken}:then:{closing}", f"{first} {halves.closings[closing]}"
        )
