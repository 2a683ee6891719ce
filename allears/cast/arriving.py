"""Write what customers write as their mail programs, or programs of ours, deliver it."""

import base64
import json
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from mimetypes import guess_type
from pathlib import Path

from allears.cast.people import DOMAIN
from allears.cast.steps import Step, Story
from allears.foundation.clock import now
from allears.pipeline.conversations.models import Direction, Message

PICTURES = Path(__file__).parent / "pictures"
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_VIETNAMESE = re.compile("[ăđơưạảấầẩậắằẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@{domain}>
To: {mailbox}
Subject: Undelivered Mail Returned to Sender
Date: {at}
Message-ID: <bounce-{key}@{domain}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_{key}"

--=_{key}
Content-Type: text/plain; charset=utf-8

Your message could not be delivered to {to}: the mailbox is full.
--=_{key}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full
--=_{key}
Content-Type: text/rfc822-headers

Message-ID: <{id}>
To: {to}
--=_{key}--
"""
_WROTE = {
    "en": "On {at:%d %b %Y, at %H:%M}, {name} wrote:",
    "ru": "{at:%d.%m.%Y, %H:%M}, {name} пишет:",
    "vi": "Vào {at:%H:%M, %d/%m/%Y}, {name} đã viết:",
}


def language_of(text: str) -> str:
    """Tell which of the cast's languages a text is in."""
    if _CYRILLIC.search(text):
        return "ru"
    return "vi" if _VIETNAMESE.search(text) else "en"


def read_picture(name: str) -> tuple[bytes, str]:
    """Read a file that somebody attaches, and say what sort it is."""
    return (PICTURES / name).read_bytes(), guess_type(name)[0] or "application/octet-stream"


def write_json(step: Step, story: Story) -> bytes:
    """Write a message as a program delivers it: on the square in public, in the app in private."""
    message: dict[str, object] = {
        "id": story.id_of(story.number_of(step)),
        "thread": story.below or story.key,
        "author": {"id": story.by.email, "name": story.by.name, "handle": story.by.handle},
        "text": step.text,
        "sent_at": now().isoformat(),
        "visibility": "public" if story.via == "square" else "private",
    }
    if story.below:
        message["in_reply_to"] = f"{story.below}-1"
    if step.file:
        data, sort = read_picture(step.file)
        attached = {"name": step.file, "content_type": sort, "content": base64.b64encode(data).decode()}
        message["attachments"] = [attached]
    return json.dumps(message, ensure_ascii=False).encode()


def write_mail(step: Step, story: Story, mailbox: str, earlier: Message | None) -> bytes:
    """Write a mail of the customer's; `earlier` is the newest one in the conversation."""
    if step.how == "bounce":
        return _write_bounce(story, mailbox, earlier)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{story.by.name}" <{story.by.email}>' if story.by.name else story.by.email
    mail["To"] = mailbox
    mail["Subject"] = _subject(step, story, earlier)
    mail["Date"] = now()
    mail["Message-ID"] = f"<{mail_id_of(story, story.number_of(step))}>"
    if earlier:
        mail["In-Reply-To"] = f"<{earlier.external_id}>"
    if step.how == "automatic":
        mail["Auto-Submitted"] = "auto-replied"
    quoted = _quote(earlier, step.text) if earlier and earlier.direction == Direction.OUT else ""
    mail.set_content(f"{step.text}\n\n{quoted}" if quoted else step.text)
    if step.how == "html":
        mail.add_alternative(_html(step.text), subtype="html")
    if step.file:
        data, sort = read_picture(step.file)
        kind, _, subtype = sort.partition("/")
        mail.add_attachment(data, maintype=kind, subtype=subtype, filename=step.file)
    return mail.as_bytes()


def mail_id_of(story: Story, number: int) -> str:
    """Name a mail as the customer's program would."""
    return f"{story.id_of(number)}@{story.by.email.rpartition('@')[2]}"


def _subject(step: Step, story: Story, earlier: Message | None) -> str:
    if step.how == "automatic":
        return f"Automatic reply: {story.subject}"
    return f"Re: {story.subject}" if earlier else story.subject


def _quote(earlier: Message, text: str) -> str:
    name = earlier.member.name if earlier.member else DOMAIN
    head = _WROTE[language_of(text)].format(at=earlier.sent_at, name=name)
    return "\n".join([head, *(f"> {line}".rstrip() for line in earlier.text.splitlines())])


def _html(text: str) -> str:
    parts = (escape(part).replace("\n", "<br>") for part in text.split("\n\n"))
    body = "".join(f'<p style="margin:0 0 12px">{part}</p>' for part in parts)
    return f'<div style="font-family:Georgia,serif;font-size:15px;color:#223">{body}</div>'


def _write_bounce(story: Story, mailbox: str, earlier: Message | None) -> bytes:
    """Write what a server sends back that could not deliver our mail."""
    returned = _BOUNCE.format(
        at=format_datetime(now()),
        domain=story.by.email.rpartition("@")[2],
        key=story.key,
        to=story.by.email,
        mailbox=mailbox,
        id=earlier.external_id if earlier else "",
    )
    return returned.replace("\n", "\r\n").encode()
