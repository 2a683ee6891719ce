"""Files of a mail: a name that is safe to write, a type that is safe to say."""

import re

from allears.connectors.email.charsets import clean_text
from allears.connectors.interface import File

_LONGEST_NAME = 180
_LONGEST_TYPE = 100
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]*/[a-z0-9][a-z0-9.+_-]*")
# What no file system takes, and marks that turn "gpj.exe" around.
_UNSAFE = re.compile('[\x00-\x1f\x7f/\\\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_ENDINGS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/pgp-encrypted": "asc",
    "application/pkcs7-mime": "p7m",
    "application/ms-tnef": "dat",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "video/mp4": "mp4",
}


_CALLED = {
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/rfc822-headers": "returned-headers.txt",
    "text/rfc822-headers": "returned-headers.txt",
    "text/calendar": "invite.ics",
    "application/ics": "invite.ics",
}


def make_file(data: bytes, content_type: str, name: str = "", content_id: str = "") -> File:
    """Make a file with a usable name; one without a name is called after its type."""
    content_type = content_type.strip().lower()
    if len(content_type) > _LONGEST_TYPE or not _TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    return File(
        name=clean_file_name(name) or _name_by_type(content_type),
        content_type=content_type,
        data=data,
        content_id=content_id,
        is_inline=bool(content_id),
    )


def clean_file_name(name: str) -> str:
    """Give the last step of a path, without what is unsafe; long names keep their ending."""
    last = clean_text(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    last = " ".join(_UNSAFE.sub(" ", last).split()).strip(". ")
    if len(last) <= _LONGEST_NAME:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending}" if stem and len(ending) <= 10 else last[:_LONGEST_NAME]


def _name_by_type(content_type: str) -> str:
    if content_type in _CALLED:
        return _CALLED[content_type]
    main = content_type.partition("/")[0]
    stem = {"image": "picture", "message": "message", "text": "text"}.get(main, "attachment")
    ending = _ENDINGS.get(content_type, "")
    return f"{stem}.{ending}" if ending else stem
