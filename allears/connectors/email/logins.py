"""Why a mail server refused a login, read out of its answer, and what the person can do about it."""

import re
from enum import Enum

from allears.connectors.email.mailbox import Server
from allears.connectors.email.presets import GENERAL_ADVICE
from allears.connectors.email.troubles import NoEntry, NoLine, Step
from allears.connectors.words import mark


class Reason(Enum):
    WRONG = mark("%(host)s does not accept the user name or the password.")
    APP_PASSWORD = mark("%(host)s wants a special app password instead of the usual one.")
    SWITCHED_OFF = mark("Access by mail programs is switched off for this mailbox at %(host)s.")
    LATER = mark("%(host)s accepts no logins right now, perhaps because of too many connections.")
    UNENCRYPTED = mark("%(host)s takes no password over an unencrypted line.")


# Looked for in this order; the wordings are those of the large providers and of common servers.
SIGNS = (
    (
        Reason.LATER,
        r"\[(?:unavailable|inuse|limit|serverbug)\]|too many|temporar|try again later|rate limit",
    ),
    (
        Reason.UNENCRYPTED,
        r"\[privacyrequired\]|plaintext auth|without (?:tls|ssl)|starttls first|encryption required",
    ),
    (
        Reason.APP_PASSWORD,
        (
            r"app(?:lication)?[- ](?:specific )?password|invalidsecondfactor|5\.7\.9|authorization code|"
            r"web browser"
        ),
    ),
    (
        Reason.SWITCHED_OFF,
        (
            r"not enabled for imap|imap (?:access )?(?:is )?(?:disabled|not enabled)|imap is off|"
            r"basicauthblocked|basic authentication is disabled|smtpclientauthentication is disabled|"
            r"5\.7\.139|enable (?:imap|pop3?/imap)"
        ),
    ),
)


def reason_of(answer: str) -> Reason:
    """Find out from the server's own words why it refused a login."""
    lowered = answer.lower()
    for reason, pattern in SIGNS:
        if re.search(pattern, lowered):
            return reason
    return Reason.WRONG


def explain_login(answer: str, server: Server) -> NoEntry | NoLine:
    """Make the error of a refused login: for good, or only for now."""
    reason = reason_of(answer)
    advice = server.advice or GENERAL_ADVICE
    if reason is Reason.LATER:
        return NoLine(
            reason.value,
            step=Step.LOG_IN,
            advice=mark("Wait a few minutes. Close other programs that read this mailbox if it goes on."),
            raw=answer,
            host=server.host,
        )
    if reason is Reason.UNENCRYPTED:
        advice = mark("Choose SSL/TLS or STARTTLS as the encryption.")
    return NoEntry(reason.value, step=Step.LOG_IN, advice=advice, raw=answer, host=server.host)
