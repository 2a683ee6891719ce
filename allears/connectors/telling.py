"""Tell what is neither text nor file in lines that need no translation: places, contacts, lists."""

from collections.abc import Iterable

MAP = "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"


def tell_place(latitude: object, longitude: object, *names: str) -> str:
    """Name a place, and say where it lies on a map."""
    title = ", ".join(filter(None, names))
    north, east = _degrees(latitude), _degrees(longitude)
    if not north or not east:
        return title
    where = f"📍 {north}, {east}\n{MAP.format(latitude=north, longitude=east)}"
    return f"{title}\n{where}" if title else where


def _degrees(value: object) -> str:
    """Write degrees with six places after the point at most: ten centimetres."""
    try:
        number = (
            float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 1000.0
        )
    except (ValueError, OverflowError):
        return ""
    return f"{number:.6f}".rstrip("0").rstrip(".") if -360 <= number <= 360 else ""


def tell_contact(name: str, ways: Iterable[str]) -> str:
    """Name somebody, and how to reach them, a line for each way."""
    return "\n".join(filter(None, [f"👤 {name}" if name else "", *ways]))
