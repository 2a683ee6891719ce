"""The body of a mail we write: the text, the same as simple HTML, what it answers, and files."""

import html
import re
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP

from allears.connectors.email.headings import one_line
from allears.connectors.interface import File, Outgoing

POLICY = SMTP.clone(cte_type="7bit")
LONGEST_QUOTE = 20_000
LINK = re.compile(r"https?://[^\s<>\"“”«»]+")
AFTER_LINK = ".,;:!?'*_~"
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


def make_body(outgoing: Outgoing) -> EmailMessage:
    """Make the body with headers of its own, and none of the mail's."""
    message = EmailMessage(policy=POLICY)
    inline = [file for file in outgoing.files if file.is_inline and file.content_id]
    message.set_content(plain_text(outgoing))
    message.add_alternative(html_text(outgoing, inline), subtype="html")
    attach_inline(message, inline)
    for file in outgoing.files:
        if file not in inline:
            maintype, subtype = type_of(file)
            message.add_attachment(file.data, maintype, subtype, filename=one_line(file.name) or "file")
    return message


def attach_inline(message: EmailMessage, files: list[File]) -> None:
    page = message.get_body(("html",))
    if not isinstance(page, MIMEPart):
        return
    for file in files:
        maintype, subtype = type_of(file)
        page.add_related(
            file.data,
            maintype,
            subtype,
            cid=f"<{content_id(file)}>",
            disposition="inline",
            filename=one_line(file.name) or "file",
        )


def type_of(file: File) -> tuple[str, str]:
    """Give a type that any bytes may have: parts and mails must not be encoded, so they go as plain files."""
    declared = file.content_type.partition(";")[0].strip().lower()
    if not CONTENT_TYPE.fullmatch(declared) or declared.startswith(("multipart/", "message/")):
        declared = "application/octet-stream"
    maintype, _, subtype = declared.partition("/")
    return maintype, subtype


def content_id(file: File) -> str:
    return re.sub(r"[^A-Za-z0-9@._+-]", "_", file.content_id.strip("<> "))


def clean(text: str) -> str:
    """Keep line ends and tabs, drop other control characters and halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
    return text.encode("utf-8", "replace").decode()


def attribution(outgoing: Outgoing) -> str:
    """Say whose words follow and from when, in no language."""
    when = outgoing.quote_sent_at.strftime("%Y-%m-%d %H:%M %Z").strip() if outgoing.quote_sent_at else ""
    said = ", ".join(part for part in (one_line(outgoing.quote_author), when) if part)
    return f"{said}:" if said else ""


def quoted_lines(outgoing: Outgoing) -> list[str]:
    quote = clean(outgoing.quote).strip("\n")
    if len(quote) > LONGEST_QUOTE:
        quote = quote[:LONGEST_QUOTE] + "…"
    return quote.split("\n") if quote.strip() else []


def plain_text(outgoing: Outgoing) -> str:
    """Write the reply, and below it what it answers, each line after a >."""
    parts = [clean(outgoing.text).rstrip()]
    if lines := quoted_lines(outgoing):
        marked = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines]
        parts.append("\n".join(filter(None, [attribution(outgoing), *marked])))
    return "\n\n".join(parts) + "\n"


def html_text(outgoing: Outgoing, inline: list[File]) -> str:
    """Write the same as HTML without styles, the pictures that belong to it at the end."""
    parts = [paragraphs(clean(outgoing.text).rstrip())]
    parts += [
        f'<p><img src="cid:{content_id(file)}" alt="{html.escape(one_line(file.name))}"></p>'
        for file in inline
    ]
    if lines := quoted_lines(outgoing):
        said = attribution(outgoing)
        parts += [f"<p>{html.escape(said)}</p>"] if said else []
        parts.append(f'<blockquote type="cite">{paragraphs(chr(10).join(lines))}</blockquote>')
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def paragraphs(text: str) -> str:
    """Turn plain text into paragraphs with links."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", text))
    return "\n".join(f"<p>{linked(block)}</p>" for block in blocks if block.strip())


def linked(block: str) -> str:
    """Escape a block and make its links work."""
    parts: list[str] = []
    end = 0
    for found in LINK.finditer(block):
        url = found[0].rstrip(AFTER_LINK)
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")" + AFTER_LINK)
        parts.append(with_spaces(block[end : found.start()]))
        parts.append(f'<a href="{html.escape(url)}">{html.escape(url)}</a>')
        end = found.start() + len(url)
    parts.append(with_spaces(block[end:]))
    return "".join(parts).replace("\n", "<br>\n")


def with_spaces(text: str) -> str:
    """Escape a text and keep the indentation that HTML would swallow."""
    return re.sub(
        r"(?m)^[ \t]+", lambda found: "&nbsp;" * len(found[0].expandtabs(4)), html.escape(text, quote=False)
    )
