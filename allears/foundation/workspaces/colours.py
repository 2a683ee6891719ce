"""How well two colours are told apart, as WCAG 2.2 measures it (relative luminance, contrast ratio)."""

import re

READABLE = 4.5  # AA, text of usual size
DARK, LIGHT = "#16130f", "#ffffff"
_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Say whether a text is a colour as we keep them: #rrggbb, in lower case."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_colour_on(colour: str) -> str:
    """Return dark or light, whichever is read better on a colour."""
    return max((LIGHT, DARK), key=lambda text: contrast(colour, text))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
