"""Invented personal data, written as people write it in three languages, and numbers that are none. Seeded."""

from collections.abc import Callable
from random import Random

from allears.pipeline.understanding.checking import iban_length

SAID = {
    "en": (
        "Please call me, {}",
        "{}",
        "refund not received, contact {} thanks",
        "I wrote from {} yesterday",
        "use {} pls!",
    ),
    "ru": ("Мои данные: {}", "деньги не пришли, {}, жду", "пишу второй раз. {}", "Вот {} проверьте"),
    "vi": ("Shop kiểm tra giúp em: {}", "chưa thấy hoàn tiền, {} nhé", "thông tin của mình {}", "{} ạ"),
}
PHONES = (
    "+1 {a}-{d3}-{d4}", "({a}) {e}-{d4}", "{a}-{e}-{d4}", "1-{a}-{e}-{d4}", "{a}.{e}.{d4}", "+44 7911 {d6}",
    "07911 {d6}",
    "+7 916 {d3} {d2} {d2}", "8 (916) {d3}-{d2}-{d2}", "8916{d3}{d4}", "+7(916){d3}-{d4}", "8-916-{d3}-{d2}-{d2}",
    "091{d} {d3} {d3}", "091{d}{d6}", "+84 91{d} {d3} {d3}", "+8491{d}{d6}", "091{d}.{d3}.{d3}",
    "(+84) 91{d} {d3} {d3}",
)  # fmt: skip
AREAS = ("202", "212", "305", "415", "512", "617", "702", "808")
HOSTS = (
    "example.com",
    "mail.example.org",
    "example.co.uk",
    "example.vn",
    "пример.рф",
    "mail.ru",
    "gmail.com",
)
NOTHING = (
    "order {d3}-{d6}{d}-{d6}{d}", "đơn hàng {d6}{d4}", "заказ № {d6}{d4}", "tracking 1Z{d6}A{d6}", "v{d2}.0.{d4}.{d3}",
    "192.168.{d2}.1{d2}", "2025-11-0{d} 1{d}:3{d}:00", "$1,{d3}.{d2}", "{d2} {d3} 000 ₽", "{d2}.{d3}.000đ", "0x80{d6}",
    "https://x.com/a/status/17{d6}{d6}{d4}", "flight SU{d4}", "@user{d6} look at this", "2024/2025",
    "{d2}.0{d}.2025 в 1{d}:00",
    "case {d6}{d2}", "100{d} people, 20{d} days", "ISBN 978-3-16-{d6}-0",
    "bug {d6}{d}", "it works, not at all. It is slow",
)  # fmt: skip


def digits(pattern: str, chance: Random) -> str:
    """Fill a pattern in: {d} to {d6} are digits, {a} an American area, {e} an exchange."""
    while "{" in pattern:
        before, _, rest = pattern.partition("{")
        name, _, after = rest.partition("}")
        count = int(name[1:] or 1) if name[0] == "d" else 2
        said = "".join(chance.choice("123456789" if not at else "0123456789") for at in range(count))
        pattern = (
            before + (chance.choice(AREAS) if name == "a" else f"5{said}" if name == "e" else said) + after
        )
    return pattern


def email(chance: Random) -> str:
    """Invent an address, one in six spelt out."""
    name = "".join(chance.choice("abcdefgijklmnorstuvz") for _ in range(chance.randint(3, 9)))
    name += chance.choice(("", "", ".k", "_91", "+shop", "77"))
    host = chance.choice(HOSTS)
    if chance.random() < 1 / 6 and host.isascii():
        at, dot = chance.choice(
            ((" at ", " dot "), (" (at) ", "."), ("[at]", "[dot]"), (" собака ", " точка "))
        )
        return name + at + host.replace(".", dot)
    return f"{name}@{host}"


def card(chance: Random) -> str:
    """Invent a card number with its check digit, in groups of four or not."""
    start, length = chance.choice(
        (("4", 16), ("51", 16), ("2200", 16), ("9704", 16), ("37", 15), ("62", 16), ("6011", 16))
    )
    bare = start + "".join(chance.choice("0123456789") for _ in range(length - 1 - len(start)))
    doubled = sum(sum(divmod(int(one) * 2, 10)) for one in bare[::-2]) + sum(map(int, bare[-2::-2]))
    bare += str(-doubled % 10)
    return chance.choice(("", "", " ", "-")).join(bare[at : at + 4] for at in range(0, length, 4))


def iban(chance: Random) -> str:
    """Invent an account number with its check digits."""
    country = chance.choice(("GB", "DE", "FR", "NL", "ES", "IT", "PL", "TR", "UA", "KZ"))
    rest = "".join(chance.choice("0123456789") for _ in range(iban_length(country) - 4))
    check = 98 - int("".join(str(int(one, 36)) for one in f"{rest}{country}00")) % 97
    bare = f"{country}{check:02}{rest}"
    gap = chance.choice(("", "", " "))
    return gap.join(bare[at : at + 4] for at in range(0, len(bare), 4))


def phone(chance: Random) -> str:
    """Invent a telephone number of America, Britain, Russia or Vietnam."""
    return digits(chance.choice(PHONES), chance)


KINDS: dict[str, Callable[[Random], str]] = {"email": email, "phone": phone, "card": card, "iban": iban}


def invented(kind: str, count: int, seed: int = 2) -> list[tuple[str, int, int]]:
    """Return messages that hold one piece of this kind, and where it stands."""
    chance, found = Random(f"{kind} {seed}"), []
    for _ in range(count):
        said = chance.choice(SAID[chance.choice(("en", "ru", "vi"))])
        piece = KINDS[kind](chance)
        start = said.index("{}")
        found.append((said.replace("{}", piece), start, start + len(piece)))
    return found


def nothing(count: int, seed: int = 2) -> list[str]:
    """Return messages with numbers that are nobody's."""
    chance = Random(seed)
    return [
        chance.choice(SAID[chance.choice(("en", "ru", "vi"))]).replace(
            "{}", digits(chance.choice(NOTHING), chance)
        )
        for _ in range(count)
    ]
