"""What personal data looks like when people write it, in English, Russian and Vietnamese: candidates, not proofs."""

import re

CLOSE_AT = re.compile(r"(?<=[\w+~*-])[@＠](?=\w)")
DIGITS = re.compile(r"(?<![@\d])\d\W{0,2}\d\W{0,2}\d")
MANY_DIGITS = re.compile(r"\d(?:\W{0,3}[A-Za-z]{0,4}\d){6}")

HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}(?:xn--[\w-]{2,40}|[^\W\d_]{2,24})")
OPEN, CLOSE = r"\s?[\[({<]\s?", r"\s?[\])}>]\s?"
AT = re.compile(
    rf"{OPEN}(?:at|@|собака|a còng|a cong){CLOSE}|\s(?:at|@|собака|a còng|a cong|a-còng)\s", re.IGNORECASE
)
DOT = rf"(?:{OPEN}(?:dot|\.|точка|chấm|cham){CLOSE}|\s(?:dot|точка|chấm|cham)\s)"
TOP = (
    r"(?:com|net|org|info|io|me|co|edu|gov|ru|su|рф|vn|uk|de|fr|it|es|ua|by|kz|in|us|eu|ca|au|jp|pl|nl|dev|app)\b"
    r"(?!\s?(?:[\[({<]\s?)?(?:dot|точка|chấm|\.)\s?[\])}>]?\s?(?:uk|au|in|jp|vn|kr|br)\b)"
)
SPELT_HOST = re.compile(rf"[\w-]{{2,63}}(?:{DOT}[\w-]{{2,63}}){{0,3}}?{DOT}{TOP}", re.IGNORECASE)
SPACED_HOST = re.compile(
    rf"[\w-]{{2,63}}(?:(?:{DOT}|\s?\.\s?)[\w-]{{2,63}}){{0,3}}?(?:{DOT}|\s?\.\s?){TOP}", re.IGNORECASE
)
NAME = re.compile(r"(?<![\w.!#$%&*+=?^`{|}~-])[\w!#$%&'*+=?^`{|}~-][\w.!#$%&'*+=?^`{|}~-]{0,63}$")
SPELT_NAME = re.compile(r"[\w+-](?:[\w.+-]{0,63})$")
SPELT = re.compile(r"dot[\s\])}]|[([{<](?:at|@)|\s@\s|точка|chấm|cham |собака", re.IGNORECASE)
LONE_AT = re.compile(r"[([{<]@|\s@\s")
# Every match of SPELT that is none of LONE_AT holds one of these, which are looked for ten times as fast.
SPELT_WORDS = ("dot", "(at", "[at", "{at", "<at", "точка", "chấm", "cham ", "собака")
FILES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css", "py", "html", "htm", "php", "zip")
# fmt: off
NO_NAME = frozenset(
    (
        "look", "looking", "looked", "shop", "shopping", "order", "ordered", "buy", "bought",
        "buying", "available", "work", "working", "is", "was", "are", "be", "here",
        "me", "us", "them", "it", "found", "find", "see", "seen", "pay",
        "paid", "arrive", "arrived", "book", "booked", "sold", "sale", "stay", "check",
        "register", "registered", "the", "and", "only", "one", "all", "none", "up",
        "page", "pages", "box", "item", "items", "things", "stuff", "back", "staff",
        "people", "support", "team", "account", "settings", "bug",
    )
)
# fmt: on

# Letters and signs of most texts; digits of other scripts, and signs that stand for + and -, are none of them.
UNUSUAL = re.compile(r"[^\x00-\u024F\u0400-\u052F\u1E00-\u1EFF\u2010-\u205F]")

IBAN = re.compile(r"(?<=[A-Za-z]{2})(?<![^\W_]{3})\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,32}")
CARD = re.compile(r"(?<![\w+=.])\d(?:[ \u00a0\u2009\u202f._·-]{0,2}\d){11,30}(?![^\W_])")
PHONE = re.compile(
    r"(?<![\w@#/=.,:$€£₽-])(?<![$€£₽#№] )(?:\(?\+ ?|00)?\(?\d(?:[ \u00a0\u2009().‐‑–/-]{0,3}\d){6,16}"
    r"(?:\s?(?:x|ext\.?|доб\.?|máy lẻ)\s?\d{1,6})?(?![^\W_]|[.,:/=-]\d|\s?[%$€£₫₽]|\s(?:руб|usd|vnd|eur|đ)\b)",
    re.IGNORECASE,
)
EXTENSION = re.compile(r"\s?(?:x|ext\.?|доб\.?|máy lẻ)\s?\d{1,6}$", re.IGNORECASE)
NO_PHONE = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}$|\d+(?:\.\d+)*\.\d(?:\.|$)|\d{1,3}\.0\.\d|.*\(?(?:19|20)\d\d([-/. ])[01]?\d\1[0-3]?\d\b"
    r"|\d?\d([-/. ])[01]?\d\2(?:19|20)\d\d\b|\d{1,3}(?: \d{3})*(?: 000)+$|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d$"
    r"|\d{4} ?[-–] ?\d{4}$|.*\b\d\W+\d\b"
)
SAYS_PHONE = re.compile(
    r"(?:phone|call|tel|mobile|cell|whats\s?app|viber|zalo|sms|text me|contact|reach|ring|dial|hotline|hot line"
    r"|sđt|sdt|đt|dt|điện thoại|dien thoai|gọi|goi|liên hệ|lien he|alo|số máy"
    r"|тел|звон|моб|номер|ватсап|вотсап|связ|наберите)\D{0,30}$",
    re.IGNORECASE,
)


SAID_PHONE = re.compile(
    r"\W{1,3}(?:is my|это мой|мой|là số|la so|\()\W?(?:phone|cell|mobile|number|тел|номер|của|cua)",
    re.IGNORECASE,
)

NUMBER = re.compile(r"\d[\w/-]*\d|\d[A-Za-z]*")
_ORDER = (
    r"orders?|parcel|tracking|shipment|booking|reservation|invoice|ticket|case|ref(?:erence)?|pnr|transaction|serial|bug|id"
    r"|request|claim|account|acct|customer|member|policy|contract|confirmation|order[_-]?id|awb|waybill|imei"
    r"|заказ\w*|трек\w*|посылк\w*|отправлени\w*|накладн\w*|бронь|брони\w*|обращени\w*|заявк\w*|тикет\w*|чек\w*"
    r"|договор\w*|сч[её]т\w*|đơn(?: hàng)?|don hang|mã(?: đơn| vận đơn| đặt chỗ| đơn hàng| giao dịch)?|ma don"
    r"|vận đơn|van don|hóa đơn|hoá đơn|mvđ|mã gd"
)
_NUMBER_OF = r"(?:\s?(?:number|num|no|nr|id|code|số|so|hàng|номер|код|is|was|là|la|của (?:tôi|mình|em)))*"
SAYS_ORDER = re.compile(rf"\b(?:{_ORDER}){_NUMBER_OF}[\s.:#№=-]{{0,4}}$", re.IGNORECASE)
# What every word of SAYS_ORDER begins with: looked for before the pattern, which takes ten times as long.
ORDER_STEMS = frozenset(re.split(r".\?|[\\[(]", one)[0] for one in _ORDER.split("|"))

PASSPORT = re.compile(r"(?<!\d)\d(?:[ .,:№N-]{0,4}(?:no|номер)?[ :]{0,2}\d){5,11}(?![\w])", re.IGNORECASE)
SAYS_PASSPORT = re.compile(
    r"(?:passport|hộ chiếu|ho chieu|паспорт\w*|сери[яи]|загран\w*|cccd|cmnd|cmt|căn cước|can cuoc|chứng minh|chung minh"
    r"|ssn|social security|снилс|driver'?s? licen[cs]e|national id|id card|identity card)[^\d\n]{0,28}$",
    re.IGNORECASE,
)
