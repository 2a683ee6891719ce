"""Folding judged by mails that others recorded, where they lie beside the repository."""

import re
from pathlib import Path

import pytest

from allears.connectors.email.folding import fold
from allears.connectors.email.tests.reading_cases import read_one
from allears.connectors.errors import Unreadable

RECORDED = Path(__file__).parents[5] / "shared" / "channels" / "email" / "recorded"
TRIMMER = RECORDED / "email_reply_trimmer"
# Where we differ on purpose: words after a quote stay visible, a forward is the matter itself, and a mail
# of nothing but quotes is not empty.
ON_PURPOSE = {"embedded_email_1", "forwarded_message", "spam_1"}

pytestmark = pytest.mark.skipif(
    not TRIMMER.is_dir(),
    reason=f"no recorded mails lie in {'/'.join(RECORDED.parts[-4:])} beside the repository",
)


def read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def words(text: str) -> list[str]:
    return text.split()


def test_folding_agrees_with_the_recorded_trimming() -> None:
    names = sorted(path.stem for path in (TRIMMER / "trimmed").glob("*.txt"))
    judged = [name for name in names if (TRIMMER / "emails" / f"{name}.txt").exists()]
    differing = {
        name
        for name in judged
        if words(fold(read_text(TRIMMER / "emails" / f"{name}.txt")).text)
        != words(read_text(TRIMMER / "trimmed" / f"{name}.txt"))
    }
    assert len(judged) >= 20
    assert differing == ON_PURPOSE


def test_folding_loses_no_recorded_word() -> None:
    for path in sorted((TRIMMER / "emails").glob("*.txt")):
        text = read_text(path)
        folded = fold(text)
        together = f"{folded.text} {folded.quoted} {folded.signature}"
        assert sorted(words(together)) == sorted(words(text)), path.name


def test_recorded_replies_give_what_was_written() -> None:
    mails = sorted((RECORDED / "talon" / "standard_replies").glob("*.eml"))
    texts = {path.stem: read_one(path.read_bytes()).text for path in mails}
    assert texts.pop("outlook") == "Hello"
    assert texts
    assert set(texts.values()) == {"Hello"}


def test_recorded_html_replies_give_what_was_written() -> None:
    head = b"From: a@mail.example\nContent-Type: text/html; charset=utf-8\n\n"
    for path in sorted((RECORDED / "talon" / "html_replies").glob("*.html")):
        text = read_one(head + path.read_bytes()).text
        assert re.sub(r"\s+", " ", text) == "Hi. I am fine. Thanks, Alex", path.name


def test_recorded_odd_mails_are_all_read() -> None:
    for path in sorted((RECORDED / "mail-parser").iterdir()):
        body = path.read_bytes()
        if path.name == "mail_outlook_1":
            # A file of Outlook's own, which is no mail.
            with pytest.raises(Unreadable):
                read_one(body)
            continue
        message = read_one(body)
        assert message.subject, path.name
        assert message.text.strip() or message.files, path.name
        assert "@" in message.author.id, path.name
