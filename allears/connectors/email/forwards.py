"""The head of a forwarded mail, as mail programs write it above the forwarded words."""

from allears.connectors.email.headers import Headers

FORWARD_LINE = "---------- Forwarded message ----------"
_TOLD = (("From", "from"), ("Date", "date"), ("Subject", "subject"), ("To", "to"))


def tell_forwarded_head(headers: Headers) -> str:
    """Tell who wrote the forwarded mail to whom, when and about what."""
    told = ((label, headers.text(name)[:500]) for label, name in _TOLD)
    return "\n".join([FORWARD_LINE, *(f"{label}: {text}" for label, text in told if text)])
