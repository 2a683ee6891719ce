"""Why a sending server turned a mail down, in a sentence of ours. Its own words go to the log only."""

import re
from datetime import UTC, datetime, timedelta

from allears.connectors.email.troubles import NoEntry
from allears.connectors.errors import ConnectorError, Refused, SlowDown
from allears.connectors.words import mark

PAUSE = timedelta(minutes=5)
LONG_PAUSE = timedelta(hours=1)

ADDRESS_UNKNOWN = mark("There is no mailbox %(address)s. Check the address or answer another way.")
MAILBOX_FULL = mark("The mailbox of %(address)s is full. Try again in a few days or answer another way.")
MAILBOX_CLOSED = mark("The mailbox %(address)s takes no mail.")
TOO_LARGE = mark("It is too large for the customer's mail server. Send the files another way.")
LOOKS_LIKE_SPAM = mark(
    "The mail server turned it down because of its rules or because it looked like spam. "
    "See that SPF, DKIM and DMARC of your domain are right."
)
NOT_AS_THIS_SENDER = mark("The sending server does not let this login write as %(address)s.")
NOT_TO_OTHERS = mark("The sending server does not pass mail on to %(address)s for this login.")
REFUSED = mark("The mail server turned it down for good.")

# Enhanced status codes of RFC 3463, and the plain words of servers that give none.
KINDS: tuple[tuple[str, str], ...] = (
    (MAILBOX_FULL, r"\b5\.2\.2\b|quota|mailbox (?:is )?full|over ?quota"),
    (TOO_LARGE, r"\b5\.(?:3\.4|2\.3)\b|too (?:large|big)|size (?:limit|exceeds)"),
    (NOT_TO_OTHERS, r"relay"),
    (
        ADDRESS_UNKNOWN,
        r"\b5\.1\.(?:0|1|2|3|6|10)\b|user unknown|unknown user|no such (?:user|mailbox)|does not exist",
    ),
    (MAILBOX_CLOSED, r"\b5\.2\.1\b|disabled|inactive"),
    (LOOKS_LIKE_SPAM, r"\b5\.7\.\d+\b|spam|blocked|policy|blacklist|blocklist|reputation|dmarc|spf"),
)


def later(answer: str, pause: timedelta = PAUSE) -> SlowDown:
    return SlowDown(datetime.now(UTC) + pause, raw=answer)


def kind_of(code: int, answer: str) -> str:
    """Choose the sentence for an answer of class 5."""
    if code == 552 and not re.search(r"\b5\.\d+\.\d+\b", answer):
        return TOO_LARGE
    lowered = answer.lower()
    for sentence, pattern in KINDS:
        if re.search(pattern, lowered):
            return sentence
    return REFUSED


def explain(code: int, answer: str, sentence: str, address: str) -> ConnectorError:
    raw = f"{code} {answer}"
    if code < 500:
        return later(raw)
    # A daily limit is spoken of as if it were for good.
    if re.search(r"\b5\.4\.5\b|daily|hourly", answer.lower()):
        return later(raw, LONG_PAUSE)
    if code in (530, 534, 535, 538):
        return NoEntry(mark("The sending server wants another login."), raw=raw)
    return Refused(sentence, raw=raw, address=address) if "%" in sentence else Refused(sentence, raw=raw)


def explain_sender(code: int, answer: str, sender: str) -> ConnectorError:
    """Make the error of a refused sender."""
    is_about_us = re.search(r"spam|block|reputation", answer.lower())
    sentence = LOOKS_LIKE_SPAM if is_about_us else NOT_AS_THIS_SENDER
    return explain(code, answer, TOO_LARGE if kind_of(code, answer) == TOO_LARGE else sentence, sender)


def explain_recipient(code: int, answer: str, recipient: str) -> ConnectorError:
    """Make the error of a refused recipient; a bare 550 means that there is no such mailbox."""
    sentence = kind_of(code, answer)
    if sentence == REFUSED and code in (550, 551, 553):
        sentence = ADDRESS_UNKNOWN
    return explain(code, answer, sentence, recipient)


def explain_verdict(code: int, answer: str, recipient: str) -> ConnectorError:
    """Make the error of a mail that was refused after it was read."""
    return explain(code, answer, kind_of(code, answer), recipient)
