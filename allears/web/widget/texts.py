"""The one script that sites load, as it lies in the package; it carries its own translations."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SCRIPT = Path(__file__).parent / "static" / "widget" / "widget.js"


@dataclass(frozen=True, slots=True)
class Script:
    """The script's bytes, plain and compressed, and the name of this version."""

    plain: bytes
    zipped: bytes
    version: str


@cache
def widget_script() -> Script:
    """Read the script once."""
    plain = SCRIPT.read_bytes() if SCRIPT.exists() else b""
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


def texts_version() -> str:
    """Return the name of the script's version, and so of its texts."""
    return widget_script().version
