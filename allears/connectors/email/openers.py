"""How mail programs begin a quote: attributions, header blocks, delimiters. English, Russian, Vietnamese
first; the other languages of the large mail programs where one word is enough.

Nearly all reading happens on lines that end with a colon, hold one early, or begin with a mark.
"""

import re

_VERB = (
    r"wrote|writes|написал\(?а?\)?|написав|написала?|писала?|пишет|пише|đã viết|viết|schrieb|schreibt|"
    r"a écrit|escribió|escreveu|ha scritto|schreef|geschreven|skrev|napisał\(?a?\)?|написа|sendte følgende"
)
_WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|понедельник|вторник|сред[ау]|четверг|"
    r"пятниц[ау]|суббот[ау]|воскресенье|пн|вт|ср|чт|пт|сб|вс|"
    r"th(?:ứ)?\s?(?:\d|hai|ba|tư|năm|sáu|bảy)|cn|chủ nhật"
)
_STARTS = re.compile(
    r"^[\s>*_\"«-]*(?:(?:on|at|в|во|вкл|vào|lúc|ngày|le|el|em|il|am|op|den|dnia|à|am)\b[^\n]{0,60}?\d|"
    rf"(?:{_WEEKDAY})\b[.,]?[^\n]{{0,40}}?\d|"
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\d{1,2}(?:st|nd|rd|th|-го)?\.?\s+[^\W\d]{3,10}\.?,?\s+\d{4})",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_ENDS_WITH_VERB = re.compile(rf"(?:{_VERB})(?:\s*\([^()]{{1,40}}\))?\s*:?[\s*_-]*$", re.IGNORECASE)
_HOLDS_VERB = re.compile(rf"[>\"\w]\s(?:{_VERB})\s", re.IGNORECASE)
_ENDS_WITH_ADDRESS = re.compile(r"(?:@[^\s@]+[>)\]»\"]*|>)\s*:\s*$")
_ADDRESS_END = re.compile(rf"^\s*>\s*(?:{_VERB})?\s*:$", re.IGNORECASE)
_LONGEST_ATTRIBUTION = 500
_MOST_LINES = 6

_KINDS = {
    "from": "from|от кого|от|từ|người gửi|von|de|da|van|od|від|från|fra|expéditeur|发件人|寄件者|差出人",
    "sent": "sent|date|отправлено|дата|đã gửi|ngày gửi|ngày|thời gian|gesendet|datum|envoyé|enviado(?: el)?|"
    "fecha|inviato|data|verzonden|wysłano|надіслано|skickat|sendt|dato|发送时间|日期",
    "to": "to|кому|đến|tới|người nhận|an|à|para|a|aan|do|till|til|收件人",
    "cc": "cc|копия|đồng gửi|kopie|copie|copia|抄送",
    "subject": "subject|тема|chủ đề|tiêu đề|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|ämne|emne|"
    "主题",
    "reply": "reply-to|risposta|ответить|trả lời(?: đến)?",
}
_HEADER = re.compile(
    r"^[\s*_>]{0,8}(?:"
    + "|".join(f"(?P<{kind}>{names})" for kind, names in _KINDS.items())
    + r")[\s*_]*:(?!//)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[\s>*_]*[-‐‑–—_=]{2,}[\s*]*(?:original message|original email|reply message|исходное сообщение|"
    r"оригинал(?:ьное)?(?: сообщени[ея])?|thư gốc|tin nhắn gốc|thư ban đầu|ursprüngliche nachricht|"
    r"original-?nachricht|message d.origine|mensaje original|mensagem original|messaggio originale|"
    r"oorspronkelijk bericht|wiadomość oryginalna|оригінальне повідомлення|原始邮件)"
    r"[\s*]*[-‐‑–—_=]{2,}[\s*]*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^[\s*_]*(?:[-‐‑–—_=]{2,}[\s*]*)?(?:begin forwarded message|forwarded message|"
    r"forwarded by [^\n]{1,80}|"
    r"(?:начало )?пере(?:сылаемо|сланно|направленно|адресованно)(?:е|го) (?:сообщени|письм)[еоая]|"
    r"(?:bắt đầu )?(?:tin nhắn|thư|email)(?: đã)?(?: được)? chuyển tiếp|weitergeleitete nachricht|"
    r"message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht)"
    r"[\s*]*(?:[-‐‑–—_=]{2,}[\s*]*|:[\s*]*)$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s>*]*(?:[-‐‑–—_=]\s?){3,}[\s*]*$")
_MARKS = frozenset("-‐‑–—_=*")


def is_quoted(line: str) -> bool:
    """Say whether a line carries a quote mark."""
    return line.lstrip()[:1] in {">", "|"}


def is_address_end(line: str) -> bool:
    """Say whether a line is the wrapped end of an attribution: "> wrote:" after "<name@example.com"."""
    return len(line) < 40 and bool(_ADDRESS_END.match(line))


def is_rule(line: str) -> bool:
    return bool(_RULE.match(line))


def is_forward_line(line: str) -> bool:
    """Say whether a line announces a forwarded mail."""
    words = line.strip()
    return (
        len(words) < 160 and (words[:1] in _MARKS or words[-1:] in {":", "*"}) and bool(_FORWARD.match(words))
    )


def is_original_line(line: str) -> bool:
    """Say whether a line such as "-----Original Message-----" announces all that follows as old."""
    words = line.strip()
    return words[:1] in _MARKS and len(words) < 120 and bool(_ORIGINAL.match(words))


def find_header_block(lines: list[str], start: int) -> bool:
    """Say whether the head of an older mail (From, Sent, To, Subject) begins at this line."""
    if ":" not in lines[start][:40] or not _HEADER.match(lines[start]):
        return False
    kinds: set[str | None] = set()
    strangers = 0
    for line in lines[start : start + 14]:
        header = _HEADER.match(line)
        strangers = 0 if header else strangers + 1
        if strangers > 2:
            break
        if header:
            kinds.add(header.lastgroup)
    return "from" in kinds and len(kinds) >= 3


def find_attribution(lines: list[str], end: int) -> tuple[int, bool] | None:
    """Give where an attribution ("On ... wrote:") that ends at this line begins, and whether it is certain.

    An uncertain one counts only before quote marks.
    """
    if not _may_end(lines, end):
        return None
    found: tuple[int, bool] | None = None
    joined = ""
    for start in range(end, max(-1, end - _MOST_LINES), -1):
        line = lines[start].strip()
        joined = f"{line} {joined}".strip()
        if len(joined) > _LONGEST_ATTRIBUTION:
            break
        if not line:
            continue
        if _STARTS.match(line) and _is_attribution(joined):
            return start, "@" in joined or joined.startswith("----")
        if found is None and _is_attribution(joined) and (start == end or not _is_sentence(line)):
            found = (start, "@" in joined)
    return found


def _may_end(lines: list[str], end: int) -> bool:
    if lines[end].rstrip()[-1:] in {":", "-", "*", "_"}:
        return True
    following = next((line for line in lines[end + 1 : end + 3] if line.strip()), "")
    return is_quoted(following)


def _is_sentence(line: str) -> bool:
    return line[-1:] in {".", "!", "?"}


def _is_attribution(joined: str) -> bool:
    has_date = bool(_DATE.search(joined) or _STARTS.match(joined))
    if _ENDS_WITH_VERB.search(joined):
        return has_date or "@" in joined or (joined[-1:] == ":" and len(joined) < 120)
    if not has_date or "@" not in joined:
        return False
    return bool(_ENDS_WITH_ADDRESS.search(joined)) or (
        joined[-1:] == ":" and bool(_HOLDS_VERB.search(joined))
    )


def find_bare_attribution(lines: list[str], before: int) -> int | None:
    """Give the line right before quote marks that names a date and an address but no verb."""
    for place in range(before - 1, max(-1, before - 3), -1):
        line = lines[place].strip()
        if line:
            has_all = "@" in line and _STARTS.match(line) and len(line) < 200
            return place if has_all else None
    return None
