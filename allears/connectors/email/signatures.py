"""Signatures at the end of what was freshly written."""

import re

_DELIMITERS = frozenset({"--", "—", "–", "- --"})
_LONGEST_SIGNATURE = 20
_MOBILE = re.compile(
    r"^[\W_]{0,4}(?:sent (?:from|via|with|using) (?:my|mail|outlook|yahoo|windows|proton|samsung|gmail|zoho|"
    r"zalo|mobile|mailbox|airmail|spark|a phone|an? i|i(?:phone|pad|pod)|blackberry|android|"
    r"galaxy|the all|sparrow|"
    r"aol|\[|t-mobile|rogers|huawei|xiaomi|nokia)|get \[?outlook for|get \[?(?:the )?bluemail|"
    r"отправлено (?:с (?:iphone|ipad|моего|мобильн|айфон|устройства|телефона|android|samsung)|"
    r"из (?:мобильн|почты|outlook|приложени|mail|my)|от .{1,30}iphone|"
    r"(?:через|с помощью) (?:outlook|приложени|почт|mail|my))|послано с |написано с |"
    r"скачать outlook|загрузить outlook|получить outlook|"
    r"(?:đã |được )?gửi (?:từ|bằng) (?:\w+ )?(?:iphone|ipad|điện thoại|thiết bị|outlook|yahoo|samsung|zalo|"
    r"thư|mail|ứng dụng|android|my|gmail)|(?:tải|nhận) outlook|"
    r"надіслано з |envoyé (?:depuis|de mon)|gesendet (?:von|mit|aus)|von meinem .{1,30} gesendet|"
    r"diese nachricht wurde von .{1,60} gesendet|enviado (?:desde|do|de) m|inviato da|sendt fra|skickat från|"
    r"verzonden (?:vanaf|met|vanuit)|wysłane z|lähetetty|從我的|从我的|发自我的)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^\s*(?:(?:with )?(?:best|kind|warm|many)(?:est)? (?:regards|wishes)|regards|sincerely|"
    r"yours (?:sincerely|truly|faithfully)|с уважением|с наилучшими пожеланиями|всего доброго|"
    r"trân trọng|kính thư|thân mến|thân ái)\b.{0,60}$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:\+?\d[\s().-]?){9,}|https?://|www\.|\S@\S|\b(?:tel|phone|mobile|fax|тел|моб|факс|đt|sđt|hotline|"
    r"địa chỉ)\b",
    re.IGNORECASE,
)


def is_mobile_line(line: str) -> bool:
    """Say whether a line is what a phone or a mail program adds by itself."""
    return len(line) < 120 and bool(_MOBILE.match(line))


def find_signature(lines: list[str]) -> int:
    """Give the index of the line where the signature begins, or the number of lines."""
    start = _find_mobile(lines, _find_delimiter(lines))
    return min(start, _find_sign_off(lines[:start]))


def _find_delimiter(lines: list[str]) -> int:
    last = len(lines)
    for place in range(max(0, last - _LONGEST_SIGNATURE - 8), last):
        if lines[place].strip() in _DELIMITERS:
            written = sum(1 for line in lines[place + 1 :] if line.strip())
            if written <= _LONGEST_SIGNATURE:
                return place
    return last


def _find_mobile(lines: list[str], end: int) -> int:
    start = end
    for place in range(end - 1, max(-1, end - 12), -1):
        line = lines[place].strip()
        if is_mobile_line(line):
            start = place
        elif line:
            break
    return start


def _find_sign_off(lines: list[str]) -> int:
    written = [place for place, line in enumerate(lines) if line.strip()][-10:]
    for place in written[:-2]:
        if _SIGN_OFF.match(lines[place]):
            after = [lines[other] for other in written if other > place]
            is_short = all(len(line) <= 100 for line in after)
            if is_short and sum(1 for line in after if _CONTACT.search(line)) >= 2:
                return place
    return len(lines)
