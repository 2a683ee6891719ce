"""Draw `static/ui/sprite.svg`: `python -m allears.web.ui.sprite`. Icons are Heroicons (MIT)."""

import re
from pathlib import Path
from zipfile import ZipFile

import heroicons

SPRITE = Path(__file__).parent / "static" / "ui" / "sprite.svg"

ICONS = {
    "agent": "user-circle",
    "alert": "exclamation-triangle",
    "archive": "archive-box",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "assign": "user-plus",
    "attach": "paper-clip",
    "audit": "clipboard-document-check",
    "brand": "swatch",
    "called": "at-symbol",
    "channels": "signal",
    "chat": "chat-bubble-oval-left",
    "check": "check",
    "chevron-down": "chevron-down",
    "chevron-right": "chevron-right",
    "clock": "clock",
    "close": "x-mark",
    "copy": "square-2-stack",
    "customers": "identification",
    "merge": "arrows-right-left",
    "density": "bars-3",
    "done": "check-circle",
    "download": "arrow-down-tray",
    "edit": "pencil-square",
    "error": "exclamation-circle",
    "file": "document",
    "filter": "funnel",
    "health": "heart",
    "help": "question-mark-circle",
    "hide": "eye-slash",
    "hold": "pause-circle",
    "image": "photo",
    "inbox": "inbox",
    "info": "information-circle",
    "key": "key",
    "like": "heart",
    "link": "arrow-top-right-on-square",
    "lock": "lock-closed",
    "mail": "envelope",
    "members": "users",
    "menu": "bars-3",
    "mine": "user",
    "mood-bad": "face-frown",
    "mood-good": "face-smile",
    "mood-plain": "minus-circle",
    "moon": "moon",
    "more": "ellipsis-horizontal",
    "no-reply": "no-symbol",
    "note": "pencil",
    "offline": "signal-slash",
    "open": "inbox-stack",
    "pane": "view-columns",
    "praise": "star",
    "pending": "clock",
    "person": "user",
    "plus": "plus",
    "priority": "flag",
    "public": "eye",
    "quote": "ellipsis-horizontal",
    "refresh": "arrow-path",
    "reply": "arrow-uturn-left",
    "printer": "printer",
    "saved": "bookmark",
    "samples": "sparkles",
    "machine": "sparkles",
    "search": "magnifying-glass",
    "send": "paper-airplane",
    "settings": "cog-6-tooth",
    "shield": "shield-check",
    "sign-out": "arrow-right-start-on-rectangle",
    "solve": "check-circle",
    "sort": "arrows-up-down",
    "sun": "sun",
    "tag": "tag",
    "take": "hand-raised",
    "team": "user-group",
    "template": "document-text",
    "theme": "computer-desktop",
    "costs": "banknotes",
    "trash": "trash",
    "verified": "check-badge",
    "comments": "chat-bubble-left-right",
    "share": "share",
    "megaphone": "megaphone",
    "webhook": "bolt",
    "unassigned": "inbox-arrow-down",
    "undo": "arrow-uturn-left",
    "unknown": "question-mark-circle",
    "all": "rectangle-stack",
    "view": "bookmark",
}

# Each network's own mark is drawn here: a plain figure in a 16 px square, never a company's logo.
_LINE = 'fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"'
_SQUARE = f'<rect x="1.5" y="1.5" width="13" height="13" rx="3.4" {_LINE}/>'
_BUBBLE = f'<path d="M8 1.5a6.5 6.5 0 0 1 0 13 6.6 6.6 0 0 1-3-.73L1.7 14.3l.53-3.25A6.5 6.5 0 0 1 8 1.5Z" {_LINE}/>'
MARKS = {
    "network-x": f'{_SQUARE}<path d="m5.4 5.2 5.2 5.6m0-5.6-5.2 5.6" {_LINE}/>',
    "network-facebook": f'{_SQUARE}<path d="M6.3 11.4V4.7h3.9M6.3 8h3.1" {_LINE}/>',
    "network-instagram": (
        f'{_SQUARE}<circle cx="5.4" cy="5.6" r="1.2"/>'
        f'<path d="m1.9 11.7 3.7-3.3 2.5 2.2 2.7-3.2 3.4 3.6" {_LINE}/>'
    ),
    "network-whatsapp": f'{_BUBBLE}<path d="m4.7 6 1.5 4L8 6.6 9.8 10l1.5-4" {_LINE}/>',
    "network-telegram": f'{_BUBBLE}<path d="M5.3 5.7h5.4M8 5.7v4.9" {_LINE}/>',
    "network-mastodon": f'{_SQUARE}<path d="M4.9 10.9V5.3L8 8.7l3.1-3.4v5.6" {_LINE}/>',
    "network-bluesky": (
        f'<path d="M4.7 12.4a3.1 3.1 0 0 1-.4-6.2 3.95 3.95 0 0 1 7.55 1 2.65 2.65 0 0 1-.35 5.2Z" {_LINE}/>'
    ),
    "network-email": (
        '<rect x="1.5" y="3" width="13" height="10" rx="2.2" fill="none" stroke="currentColor"'
        ' stroke-width="1.4"/>'
        '<path d="m2.4 4.6 4.5 3.7a1.75 1.75 0 0 0 2.2 0l4.5-3.7" fill="none" stroke="currentColor"'
        ' stroke-width="1.4" stroke-linecap="round"/>'
    ),
    "network-api": (
        '<path d="M5.2 3.2C3.2 3.2 4.4 7.2 2 8c2.4.8 1.2 4.8 3.2 4.8m5.6-9.6c2 0 .8 4'
        ' 3.2 4.8-2.4.8-1.2 4.8-3.2 4.8" fill="none" stroke="currentColor" stroke-width="1.4"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
        '<circle cx="6.1" cy="8" r=".95"/><circle cx="9.9" cy="8" r=".95"/>'
    ),
    "network-chat": (
        '<path d="M3.4 2.2h6.4a1.9 1.9 0 0 1 1.9 1.9v2.8a1.9 1.9 0 0 1-1.9 1.9H6L3.4 10.9V8.8a1.9 1.9 0 0'
        " 1-1.9-1.9V4.1a1.9 1.9 0 0 1 1.9-1.9Zm9.5 4.3a1.7 1.7 0 0 1 1.6 1.7v2.3a1.7 1.7 0 0"
        ' 1-1.7 1.7v1.7l-2.2-1.7H8.4" fill="none" stroke="currentColor" stroke-width="1.4"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    ),
    "network": (
        '<path d="M8 1.8c3.6 0 6.4 2.3 6.4 5.3S11.6 12.4 8 12.4c-.6 0-1.2-.07-1.76-.2L3 14l.6-3.05'
        'C2.36 9.98 1.6 8.62 1.6 7.1 1.6 4.1 4.4 1.8 8 1.8Z" fill="none" stroke="currentColor"'
        ' stroke-width="1.4" stroke-linejoin="round"/>'
    ),
    "ear": (
        '<path d="M4.2 8.6V6.3a3.9 3.9 0 0 1 7.8 0c0 2.9-2.5 3.1-2.5 5.3a2.15 2.15 0 0 1-4.1.9'
        'M6.5 7.1v-.7a1.65 1.65 0 0 1 3.3 0c0 1.3-1.3 1.5-1.3 2.7" fill="none"'
        ' stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>'
    ),
}


def _inside(svg: str) -> str:
    inner = re.sub(r"</?svg[^>]*>", "", svg)
    return re.sub(r"\s*\n\s*", "", inner)


def draw_sprite() -> str:
    """Return the sprite: every icon at 16 px (filled) and at 20 px (drawn in lines), and the marks."""
    symbols: list[str] = []
    with ZipFile(Path(heroicons.__file__).with_name("heroicons.zip")) as icons:
        for name, source in sorted(ICONS.items()):
            small = _inside(icons.read(f"micro/{source}.svg").decode())
            large = _inside(icons.read(f"outline/{source}.svg").decode())
            symbols.append(f'<symbol id="{name}-16" viewBox="0 0 16 16" fill="currentColor">{small}</symbol>')
            symbols.append(
                f'<symbol id="{name}-20" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
                f' stroke-width="1.6">{large}</symbol>'
            )
    for name, drawing in sorted(MARKS.items()):
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16" fill="currentColor">{drawing}</symbol>')
    licence = "<!-- Icons: Heroicons, MIT licence, copyright Tailwind Labs. Network marks: All Ears. -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', licence, *symbols, "</svg>", ""])


if __name__ == "__main__":
    SPRITE.write_text(draw_sprite())
