"""Notice when a reply sends its customer elsewhere ("please e-mail us"). It is advice, and never in the way.

One pattern for Python and for the browser, which warns while one writes: only what both understand (flag u, i).
"""

import regex

_ASKING = (
    r"(?:please|kindly|could you|can you|you can|feel free to|just)\s+(?:\p{L}+\s+){0,3}?"
    r"(?:e-?mail|write|call|phone|ring|text|message|contact|dm|pm|reach)\s+"
    r"(?:(?:to\s+)?us|our|me|the\s+(?:support|service|hotline)|at\s|on\s)"
)
_ENGLISH = (
    _ASKING,
    r"(?:send|drop|shoot)\s+(?:us|me)\s+(?:an?\s+)?(?:e-?mail|dm|pm|direct message|private message|message on)",
    r"(?:dm|e-?mail|call)\s+us(?!\p{L})",
    r"(?:fill (?:in|out)|use)\s+(?:the|our)\s+(?:contact\s+)?form",
    r"(?:contact|get in touch with|reach out to)\s+(?:us|our|the\s+support)",
)
_RUSSIAN = (
    (
        r"(?:напишите|пишите|напишите,?\s+пожалуйста,?)\s+(?:нам\s+)?(?:,?\s*пожалуйста,?\s+)?"
        r"(?:на\s+(?:почту|электронн|e-?mail|адрес|\S+@)|в\s+(?:поддержку|личк|лс|чат|директ|личные|telegram|телеграм|whatsapp|ватсап))"
    ),
    (
        r"(?:позвоните|звоните|свяжитесь|обратитесь|обращайтесь)\s+(?:,?\s*пожалуйста,?\s+)?"
        r"(?:нам|к\s+нам|с\s+нами|по\s+(?:телефону|номеру|почте)|на\s+горячую|в\s+(?:службу|поддержку|чат)|на\s+почту)"
    ),
    r"заполните\s+(?:нашу\s+)?форму",
)
_VIETNAMESE = (
    (
        r"(?:vui lòng|xin|hãy|mời|nhờ|bạn có thể|anh chị|anh/chị)\s+(?:\p{L}+\s+){0,4}?"
        r"(?:gửi\s+(?:thư|e-?mail|mail)|e-?mail|gọi|liên hệ|nhắn tin|inbox|ib|nhắn)(?!\p{L})"
    ),
    r"(?:gửi|viết)\s+e-?mail\s+(?:cho|đến|tới|về)",
    r"gọi\s+(?:đến\s+|tới\s+|vào\s+)?(?:số|hotline|tổng đài)",
)
ELSEWHERE = rf"(?<!\p{{L}})(?:{'|'.join((*_ENGLISH, *_RUSSIAN, *_VIETNAMESE))})"
_FOUND = regex.compile(ELSEWHERE, regex.IGNORECASE)


def sends_elsewhere(text: str) -> bool:
    """Say whether a reply asks its customer to come back another way."""
    return _FOUND.search(text) is not None
