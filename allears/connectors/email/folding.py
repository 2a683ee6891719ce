"""What was freshly written, taken apart from quoted text and signature. No word is ever lost.

In doubt text stays visible: answers between quoted lines, a quote without anything else, a forward.
"""

import re
from dataclasses import dataclass, replace

from allears.connectors.email.openers import (
    find_attribution,
    find_bare_attribution,
    find_header_block,
    is_address_end,
    is_forward_line,
    is_original_line,
    is_quoted,
    is_rule,
)
from allears.connectors.email.signatures import find_signature, is_mobile_line

_ANSWERS_INSIDE = re.compile(
    r"\b(?:see|answers?|comments?|repl(?:y|ies)|response|responded)\b[^.\n]{0,40}"
    r"\b(?:below|inline|in ?line|in red)\b|"
    r"отве(?:т|ч|ти)\w*[^.\n]{0,30}(?:ниже|в тексте|красным)|(?:ниже|в тексте) отве(?:т|ч)|"
    r"(?:trả lời|phản hồi)[^.\n]{0,30}(?:bên dưới|phía dưới|ở dưới)",
    re.IGNORECASE,
)
_LONGEST_FOLDED = 20_000


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in three: what to read, what was quoted, how it was signed."""

    text: str
    quoted: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class _Quote:
    """Lines of old text. An open one has no marks and reaches to the end of the mail."""

    start: int
    end: int
    is_open: bool
    is_attributed: bool


def fold(text: str, *, is_forward: bool = False) -> Folded:
    """Fold a plain text with lines ended by line feeds."""
    lines = text.split("\n")
    if is_forward or len(lines) > _LONGEST_FOLDED:
        return Folded(_join(lines))
    quotes = _find_quotes(lines)
    leading, trailing = _choose(lines, quotes)
    start = leading.end if leading else 0
    end = trailing.start if trailing else len(lines)
    fresh, after = lines[start:end], lines[trailing.end :] if trailing else []
    signed_at = find_signature(fresh)
    signature = _join(fresh[signed_at:], after)
    quoted = _join(
        lines[: leading.end] if leading else [], lines[trailing.start : trailing.end] if trailing else []
    )
    return _never_empty(Folded(_join(fresh[:signed_at]), quoted, signature), text)


def _never_empty(folded: Folded, text: str) -> Folded:
    if folded.text:
        return folded
    if folded.quoted:
        return Folded(folded.quoted, "", folded.signature)
    if all(is_mobile_line(line.strip()) for line in folded.signature.split("\n") if line.strip()):
        return folded
    return Folded(text.strip("\n"))


def _choose(lines: list[str], quotes: list[_Quote]) -> tuple[_Quote | None, _Quote | None]:
    trailing = quotes[-1] if quotes and _is_trailing(lines, quotes[-1]) else None
    inner = quotes[:-1] if trailing else quotes
    leading = inner[0] if len(inner) == 1 else None
    if leading and (not leading.is_attributed or not _is_blank(lines[: leading.start])):
        leading = None
    if trailing and trailing.is_open and _ANSWERS_INSIDE.search("\n".join(lines[: trailing.start][:40])):
        trailing = None
    return leading, trailing


def _is_trailing(lines: list[str], quote: _Quote) -> bool:
    after = lines[quote.end :]
    if quote.is_open or _is_blank(after):
        return True
    written = [line for line in after if line.strip()]
    return find_signature(written) == 0


def _find_quotes(lines: list[str]) -> list[_Quote]:
    quotes: list[_Quote] = []
    place = 0
    while place < len(lines):
        quote = _begin_quote(lines, place, quotes[-1].end if quotes else 0)
        if quote:
            # A quote within the quote may lose its marks, with an attribution of its own in between.
            if quotes and quote.is_attributed and _is_blank(lines[quotes[-1].end : quote.start]):
                quote = replace(quote, start=quotes[-1].start, is_attributed=quotes[-1].is_attributed)
                quotes.pop()
            quotes.append(quote)
            place = quote.end
            continue
        if is_forward_line(lines[place]):
            break
        place += 1
    return quotes


def _begin_quote(lines: list[str], place: int, floor: int) -> _Quote | None:
    line = lines[place].strip()
    if not line:
        return None
    if is_quoted(line) and not is_address_end(line):
        above = find_bare_attribution(lines, place)
        start = place if above is None or above < floor else above
        return _marked(lines, start, place, is_attributed=start < place)
    if is_original_line(line) or find_header_block(lines, place):
        return _Quote(_with_rule_above(lines, place, floor), len(lines), is_open=True, is_attributed=True)
    attribution = find_attribution(lines, place)
    if not attribution or attribution[0] < floor:
        return None
    start, is_certain = attribution
    following = _next_written(lines, place + 1)
    if following < len(lines) and is_quoted(lines[following]):
        return _marked(lines, start, following, is_attributed=True)
    return _Quote(start, len(lines), is_open=True, is_attributed=True) if is_certain else None


def _marked(lines: list[str], start: int, first: int, *, is_attributed: bool) -> _Quote:
    end = first + 1
    while end < len(lines) and (is_quoted(lines[end]) or not lines[end].strip()):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return _Quote(start, end, is_open=False, is_attributed=is_attributed)


def _with_rule_above(lines: list[str], place: int, floor: int) -> int:
    start = place
    while start > floor and (not lines[start - 1].strip() or is_rule(lines[start - 1])):
        start -= 1
    return start


def _next_written(lines: list[str], place: int) -> int:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip() for line in lines)


def _join(*blocks: list[str]) -> str:
    joined = ("\n".join(line.rstrip() for line in block).strip("\n") for block in blocks)
    return "\n\n".join(block for block in joined if block)
