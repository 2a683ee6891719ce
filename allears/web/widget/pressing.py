"""Press the widget's parts into `pressed.js`: `python -m allears.web.widget.pressing`, or `bin/fix`.

The parts are ES modules of a page each, and a host page loads one plain script: so `import` and `export` are
taken off, and all stand in one function, which is handed the words. No name at the top of a part is used twice.
"""

import json
import re
from pathlib import Path

from allears.web.ui.sprite import SPRITE
from allears.web.widget.script import PRESSED

PARTS = Path(__file__).parent / "static" / "widget"
SHEETS = ("frame", "panel", "talk", "writing", "small")
ICONS = ("attach", "check", "chevron-down", "clock", "close", "more", "send")
# The desk's drawings of these are longer than they look; every byte is loaded by somebody's customers.
DRAWN = {
    "alert": "M12 9v4m0 3.5h.01M12 3 2.5 20h19z",
    "chat": "M4 5h16v11h-9l-5 4v-4H4z",
    "file": "M14 3H6v18h12V7l-4-4v4h4",
}
FIRST, GENERATED = "start", "generated"
IMPORTED = re.compile(r'^import .* from "\./([a-z]+)\.js";$', re.MULTILINE)
PRIVATE = re.compile(r"#([a-zA-Z]\w*)")


def press() -> str:
    """Return the parts as one function, without what only people need."""
    import minify

    style = minify.string("text/css", "".join((PARTS / f"{name}.css").read_text() for name in SHEETS))
    given = f"const CSS = {json.dumps(style)}, ICONS = {json.dumps(_icons())};"
    code = minify.string("text/javascript", f'(WORDS) => {{"use strict"; {given} {_joined()}}}')
    return f"{code}\n"


def _joined() -> str:
    """Put each part after those it imports."""
    order: dict[str, str] = {}

    def add(name: str) -> None:
        if name in order or name == GENERATED:
            return
        order[name] = ""
        text = (PARTS / f"{name}.js").read_text()
        for other in IMPORTED.findall(text):
            add(other)
        del order[name]
        order[name] = re.sub(r"^export ", "", IMPORTED.sub("", text), flags=re.MULTILINE)

    add(FIRST)
    return _with_short_names("\n".join(order.values()))


def _with_short_names(code: str) -> str:
    """Shorten private names, which no minifier of ours does; a class knows only its own."""
    short = {name: f"#{_letters(at)}" for at, name in enumerate(dict.fromkeys(PRIVATE.findall(code)))}
    return PRIVATE.sub(lambda found: short[found[1]], code)


def _letters(at: int) -> str:
    return chr(97 + at % 26) + (str(at // 26) if at >= 26 else "")


def _icons() -> dict[str, str]:
    sprite = SPRITE.read_text()
    return DRAWN | {name: _drawing(sprite, name) for name in ICONS}


def _drawing(sprite: str, name: str) -> str:
    symbol = sprite.partition(f'<symbol id="{name}-20"')[2].partition("</symbol>")[0]
    return "".join(re.findall(r'\bd="([^"]+)"', symbol))


if __name__ == "__main__":
    PRESSED.write_text(press())
