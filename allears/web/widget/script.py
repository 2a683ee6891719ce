"""The widget's one script, as it is served: its code, pressed beforehand, with the words of every language."""

import gzip
import json
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
    compressed: bytes
    etag: str


@cache
def widget_script() -> Script:
    """Return the script; it is the same until the process starts anew."""
    words = json.dumps(words_by_language(), ensure_ascii=False, separators=(",", ":"))
    plain = f"({PRESSED.read_text().strip()})({words});\n".encode()
    return Script(plain, gzip.compress(plain, 9, mtime=0), f'"{sha256(plain).hexdigest()[:20]}"')
