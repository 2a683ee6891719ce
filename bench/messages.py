"""Messages of customers who do not exist: deterministic, in three languages, with the shape of real care.

Most follow up on a conversation; some open a new one. Numbers, names and places make rare words for the
index, as real mail does.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from random import Random

OPENED_AT = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
RECENT = 4000

NAMES = {
    "en": [
        "Ada Brook",
        "Owen Marsh",
        "Priya Nair",
        "Tom Keller",
        "Grace Obi",
        "Liam Fox",
        "Nora Hale",
        "Sam Whitlock",
    ],
    "ru": ["Анна Серова", "Пётр Лунин", "Ольга Крылова", "Игорь Зотов", "Алёна Белых", "Максим Рощин"],
    "vi": ["Nguyễn Thu Hà", "Trần Đức Long", "Lê Minh Châu", "Phạm Quốc Bảo", "Đỗ Thảo Vy", "Võ Hải Đăng"],
}
PLACES = {
    "en": ["Leeds", "Porto", "Denver", "Cork", "Bergen", "Tampa", "Utrecht", "Malmö"],
    "ru": ["Казань", "Пермь", "Тула", "Омск", "Псков", "Вологда"],
    "vi": ["Huế", "Đà Nẵng", "Cần Thơ", "Vinh", "Nha Trang", "Đà Lạt"],
}
THINGS = {
    "en": [
        "kettle",
        "rain jacket",
        "desk lamp",
        "travel mug",
        "pair of boots",
        "backpack",
        "yoga mat",
        "wall clock",
    ],
    "ru": ["чайник", "куртка", "лампа", "термос", "рюкзак", "коврик", "часы"],
    "vi": ["ấm đun nước", "áo khoác", "đèn bàn", "bình giữ nhiệt", "ba lô", "thảm tập", "đồng hồ"],
}
OPENERS = {
    "en": [
        "Hello, my {thing} from order {order} still has not arrived in {place}. Where is the parcel now?",
        "Hi there, I was charged twice for order {order}. Please send one of the payments back to my card.",
        "The {thing} came with a crack on one side. I would like a new one or my money, order {order}.",
        "I cannot sign in since yesterday: the code never reaches my phone. My account number is {order}.",
        "Could you change the delivery address of {order}? I moved to {place} last week and nobody answers there.",
        "Is the {thing} available in green again soon? The shop page has said sold out for a whole month.",
    ],
    "ru": [
        "Здравствуйте! Заказ {order} обещали привезти в город {place} ещё в среду, но посылки всё нет. Где она?",
        "Добрый день, с карты дважды списали деньги за заказ {order}. Верните, пожалуйста, лишний платёж.",
        "Пришёл товар ({thing}), но на корпусе трещина. Хочу обменять или вернуть, номер заказа {order}.",
        "Не могу войти в личный кабинет: код подтверждения не приходит. Мой номер {order}, помогите.",
        "Подскажите, когда снова будет в продаже {thing}? На сайте уже месяц написано, что нет в наличии.",
    ],
    "vi": [
        "Chào shop, đơn hàng {order} của mình gửi về {place} mà đến hôm nay vẫn chưa nhận được. Kiểm tra giúp nhé.",
        "Mình bị trừ tiền hai lần cho đơn {order}, nhờ bên mình hoàn lại một khoản vào thẻ giúp mình với.",
        "{thing} vừa nhận bị nứt một góc, mình muốn đổi cái mới hoặc trả hàng. Mã đơn là {order}.",
        "Từ hôm qua mình không đăng nhập được, mã xác nhận không về điện thoại. Tài khoản số {order}.",
        "Cho mình hỏi {thing} màu xanh bao giờ có lại vậy? Trang báo hết hàng cả tháng nay rồi.",
    ],
}
FOLLOW_UPS = {
    "en": [
        "Any news about {order}? I have been waiting since the morning and the tracking page shows nothing.",
        "Thank you, but the link you sent opens an empty page. Could you send it once more, please?",
        "I attach what you asked for: it was bought on the fourth, paid by card ending in {tail}.",
        "That is not what I was promised on the phone. Please let someone call me back after six today.",
        "Great, the {thing} has arrived in {place} just now and it works. You can close this one.",
    ],
    "ru": [
        "Есть новости по заказу {order}? Жду с утра, на странице отслеживания ничего не меняется.",
        "Спасибо, но ссылка открывает пустую страницу. Пришлите, пожалуйста, ещё раз.",
        "Отправляю то, что вы просили: покупка четвёртого числа, карта оканчивается на {tail}.",
        "По телефону мне обещали другое. Пусть мне перезвонят сегодня после шести.",
        "Отлично, {thing} наконец у меня, всё работает. Вопрос можно закрыть.",
    ],
    "vi": [
        "Đơn {order} có tin gì chưa ạ? Mình đợi từ sáng mà trang theo dõi không thấy cập nhật.",
        "Cảm ơn bạn, nhưng liên kết mở ra trang trắng. Gửi lại giúp mình một lần nữa nhé.",
        "Mình gửi thông tin bạn cần: mua ngày mùng bốn, thẻ có đuôi {tail}.",
        "Trên điện thoại hứa với mình khác. Nhờ gọi lại cho mình sau sáu giờ tối nay.",
        "Tuyệt quá, {thing} vừa tới {place} và dùng tốt. Bạn đóng yêu cầu này được rồi.",
    ],
}


@dataclass(frozen=True, slots=True)
class Said:
    """One message before it takes a network's form."""

    number: int
    thread: int
    language: str
    name: str
    text: str
    is_public: bool
    sent_at: datetime
    before: int

    def as_json(self) -> bytes:
        """Put it into the form of the API channel."""
        customer = f"c{self.thread}"
        value = {
            "id": f"m{self.number}",
            "thread": f"t{self.thread}",
            "author": {"id": customer, "name": self.name, "handle": f"@{customer}"},
            "text": self.text,
            "sent_at": self.sent_at.isoformat(),
            "visibility": "public" if self.is_public else "private",
        }
        return json.dumps(value, ensure_ascii=False).encode()

    def as_mail(self) -> bytes:
        """Put it into a mail: text and HTML, and a quotation when it follows up."""
        mail = EmailMessage()
        mail["From"] = f"{self.name} <c{self.thread}@customers.example>"
        mail["To"] = "Care <care@shop.example>"
        mail["Subject"] = f"{'Re: ' if self.before else ''}{self.text[:48]}"
        mail["Message-ID"] = f"<m{self.number}@customers.example>"
        mail["Date"] = self.sent_at
        quoted = ""
        if self.before:
            mail["In-Reply-To"] = mail["References"] = f"<m{self.before}@customers.example>"
            quoted = "\n\nOn Mon, 6 Jan 2025 at 09:00, Care <care@shop.example> wrote:\n> We look into it.\n"
        mail.set_content(f"{self.text}\n\n-- \n{self.name}{quoted}\n")
        mail.add_alternative(
            f"<html><body><p>{self.text}</p><p>{self.name}</p></body></html>", subtype="html"
        )
        return bytes(mail).replace(b"\r\n", b"\n")


def say(count: int, *, seed: int = 7, first: int = 1, share_of_new: float = 0.28) -> Iterator[Said]:
    """Yield messages, numbered from `first` on; the same seed yields the same."""
    random = Random(f"{seed}:{first}")
    recent: list[tuple[int, str, str, int]] = []
    for number in range(first, first + count):
        if not recent or random.random() < share_of_new:
            language = random.choices(("en", "ru", "vi"), (5, 3, 2))[0]
            name = f"{random.choice(NAMES[language])} {number % 997}"
            thread, before, kinds = number, 0, OPENERS
            place = len(recent) if len(recent) < RECENT else random.randrange(RECENT)
        else:
            place = random.randrange(len(recent))
            thread, language, name, before = recent[place]
            kinds = FOLLOW_UPS
        recent[place : place + 1] = [(thread, language, name, number)]
        yield Said(
            number=number,
            thread=thread,
            language=language,
            name=name,
            text=_fill(random.choice(kinds[language]), language, random),
            is_public=thread % 3 == 0,
            sent_at=OPENED_AT + timedelta(seconds=number * 7),
            before=before,
        )


def _fill(sentence: str, language: str, random: Random) -> str:
    return sentence.format(
        thing=random.choice(THINGS[language]),
        place=random.choice(PLACES[language]),
        order=f"AE{random.randrange(10**6):06d}",
        tail=f"{random.randrange(10**4):04d}",
    )
