"""Who is who on WhatsApp. Somebody may hide their phone number, so it names nobody by itself."""

import re

from allears.connectors.interface import Author
from allears.connectors.meta.values import Json, id_in, objects_in, text_in

# The id by which one business knows somebody: a country, a dot, letters and digits ("US.13491208655302741918").
_BUSINESS_SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+")
GROUP = "@g.us"


def is_business_scoped(person_id: str) -> bool:
    """Say whether it is the id by which only this business knows somebody, and no phone number."""
    return bool(_BUSINESS_SCOPED.fullmatch(person_id))


def person_of(phone: str, user: str, name: str = "", username: str = "") -> Author:
    """Name somebody by their business-scoped id where it is told, and by their number too."""
    phone = phone.lstrip("+")
    handle = username.lstrip("@")
    return Author(
        id=user or phone,
        name=name or handle or (f"+{phone}" if phone else user),
        handle=handle or (f"+{phone}" if phone else ""),
        url=f"https://wa.me/{phone}" if phone.isdigit() else "",
        also=(phone,) if user and phone else (),
    )


def writer_of(message: Json, value: Json) -> Author:
    """Say who wrote a message: its own words about them, and what the delivery tells beside it."""
    phone, user = id_in(message, "from"), id_in(message, "from_user_id")
    contact = contact_of(value, phone, user)
    return person_of(
        phone or id_in(contact, "wa_id"),
        user or id_in(contact, "user_id"),
        text_in(contact, "profile", "name"),
        text_in(contact, "profile", "username") or text_in(contact, "username"),
    )


def recipient_of(echo: Json, value: Json) -> Author:
    """Say to whom words of ours went that were written in the app."""
    phone, user = id_in(echo, "to"), id_in(echo, "to_user_id")
    contact = contact_of(value, phone, user)
    return person_of(
        phone or id_in(contact, "wa_id"),
        user or id_in(contact, "user_id"),
        text_in(contact, "profile", "name"),
    )


def contact_of(value: Json, phone: str, user: str) -> Json:
    """Find what a delivery tells of somebody; a single contact is meant whatever its numbers are."""
    contacts = list(objects_in(value, "contacts"))
    for contact in contacts:
        if (phone and id_in(contact, "wa_id") == phone) or (user and id_in(contact, "user_id") == user):
            return contact
    return contacts[0] if len(contacts) == 1 else {}
