"""Whether digits are what they look like: check digits of cards and IBANs, and the plan of telephone numbers."""

import re
from collections.abc import Sequence
from functools import cache
from types import ModuleType

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# First digits and lengths of the card networks: ISO/IEC 7812 and the networks' own publications.
_NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|220[0-4]\d{12,15}"  # Mir
    r"|(?:36|38|39|30[0-59])\d{11,14}|3(?:6|8|9)\d{12}"  # Diners
    r"|(?:6011|65\d\d|64[4-9]\d|62\d\d|81\d\d|60\d\d|35\d\d|9704)\d{12,15}"  # Discover, UnionPay, RuPay, JCB, Napas
    r"|(?:1800|2131)\d{11}"  # JCB of old
    r"|(?:0604|5018|5020|5038|5[678]\d\d|6304|6390|67\d\d)\d{8,15}"  # Maestro
)


def is_card(digits: str) -> bool:
    """Tell a card number: a network's first digits and length, and Luhn's check digit."""
    if not _NETWORKS.fullmatch(digits) or len(set(digits)) < 2:
        return False
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


# Length by country: the IBAN registry of SWIFT (ISO 13616).
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}


def iban_length(country: str) -> int:
    """Return how many characters an IBAN of this country has, 0 when it has none."""
    return _IBAN_LENGTHS.get(country, 0)


def is_iban(letters: str) -> bool:
    """Tell an IBAN (capital letters, no spaces) by its country's length and ISO 7064's check, 1 modulo 97."""
    if len(letters) != iban_length(letters[:2]) or not letters.isascii() or not letters.isalnum():
        return False
    return int("".join(str(int(sign, 36)) for sign in letters[4:] + letters[:4])) % 97 == 1


_HOME = ("US", "GB", "VN", "RU")
_ABROAD = (
    "DE",
    "FR",
    "IN",
    "ES",
    "IT",
    "AU",
    "BR",
    "ID",
    "NL",
    "PL",
    "TR",
    "UA",
    "KZ",
    "BY",
    "JP",
    "KR",
    "MX",
)


# As people group them in America, Russia and where numbers at home begin with 0: so written it is one, assigned or not.
_SHAPES = re.compile(
    r"(?:1[ .-]?)?\(?[2-9]\d\d\)?[ .-]?[2-9]\d\d[.-]\d{4}|\([2-9]\d\d\) ?[2-9]\d\d[ .-]?\d{4}"
    r"|[78][ -]?\(?\d{3}\)?[ -]\d{3}[ -]?\d{2}[ -]?\d{2}|[78](?:\d{10}|\(\d{3}\)\d{7})|\(?0[1-9](?:[ .)-]{0,2}\d){7,9}"
)


def is_phone(written: str, regions: Sequence[str] = (), *, is_said: bool = False) -> bool:
    """Tell a telephone number: one that is assigned abroad, at home or in the `regions`, or that has its shape.

    `is_said`: a word before it says that it is one, so that more countries are tried.
    """
    written = written.removeprefix("(") if written.startswith("(+") else written
    if written.startswith(("+", "00")) and _is_assigned("+" + written.lstrip("+0 "), None):
        return True
    if _SHAPES.fullmatch(written) and (is_said or not written.isdigit()):
        return True
    tried = dict.fromkeys((*regions, *_HOME, *(_ABROAD if is_said or written.startswith("0") else ())))
    return any(_is_assigned(written, region) for region in tried)


@cache
def _plan() -> ModuleType:
    """Load the plan of numbers when the first one is seen: it takes 10 MB."""
    import phonenumbers

    return phonenumbers


def _is_assigned(written: str, region: str | None) -> bool:
    """Ask the plan: of a number with a country code, whether it is long enough there; of others, whether it exists."""
    plan = _plan()
    try:
        number = plan.parse(written, region)
    except plan.NumberParseException:
        return False
    return bool(plan.is_valid_number(number) if region else plan.is_possible_number(number))
