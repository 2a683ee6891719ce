"""The widget's one script, as it is served: its code, pressed beforehand, with the words of every language."""

import json
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from allears.web.widget.words import words_by_language

PRESSED = Path(__file__).parent / "pressed.js"


@dataclass(frozen=True, slots=True)
class Script:
    """What is served: bytes, the same compressed, and the name of this version."""

    plain: bytes
    zipped: bytes
    version: str


@cache
def widget_script() -> Script:
    """Return the script; it is the same until the process starts anew."""
    words = json.dumps(words_by_language(), ensure_ascii=False, separators=(",", ":"))
    plain = f"({PRESSED.read_text().strip()})({words});\n".encode()
    return Script(plain, _zipped(plain), sha256(plain).hexdigest()[:20])


def _zipped(plain: bytes) -> bytes:
    """Compress as gzip. Smaller blocks suit code, styles and words, one after the other: 1 % less."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS, 6)
    return packer.compress(plain) + packer.flush()
