"""Compressed RTF and what is in it. The packed samples are those of [MS-OXRTFCP]."""

import pytest

from allears.connectors.email.rtf import decompress_rtf, read_rtf

HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


@pytest.mark.parametrize(
    ("packed", "unpacked"),
    [
        (HELLO, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (CROSSING, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        (b"\x10\0\0\0\x03\0\0\0MELA\0\0\0\0abc", b"abc"),
        (b"too short", b""),
    ],
)
def test_packed_rtf_is_unpacked(packed: bytes, unpacked: bytes) -> None:
    assert decompress_rtf(packed) == unpacked


def test_rtf_gives_its_words() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\pard \'cf\'f0\'e8\'e2\'e5\'f2\par "
        rb"\u1084?\u1080?\u1088? \{x\}}"
    )
    assert read_rtf(rtf) == ("Привет\nмир {x}", "")


def test_rtf_that_carries_html_gives_it_back() -> None:
    rtf = (
        rb"{\rtf1\ansi\fromhtml1 {\fonttbl x}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello {\*\htmltag84 <b>}"
        rb"\htmlrtf {\b\htmlrtf0 you\htmlrtf }\htmlrtf0 {\*\htmltag92 </b>}\htmlrtf\par}"
        rb"\htmlrtf0 {\*\htmltag72 </p>}}"
    )
    assert read_rtf(rtf) == ("", "<p>Hello <b>you</b></p>")
