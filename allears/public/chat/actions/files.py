"""A visitor sends a file: bounded, of a kind that is taken, and never called what it is not."""

from pathlib import PurePosixPath
from secrets import token_urlsafe

from allears.foundation.clock import now
from allears.foundation.files import store_file
from allears.public.chat.errors import FileIsTooLarge, FileNotTaken
from allears.public.chat.models import Visitor, VisitorFile

LARGEST_FILE = 10 * 1024 * 1024
# What pictures begin with; only what is one by its bytes is ever shown as one.
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_OTHERS = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "zip": "application/zip",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "eml": "message/rfc822",
}


def keep_visitor_file(visitor: Visitor, name: str, data: bytes) -> VisitorFile:
    """Keep a file for a line that is still to be written. Raise FileIsTooLarge or FileNotTaken."""
    if len(data) > LARGEST_FILE:
        raise FileIsTooLarge
    name = PurePosixPath(name.replace("\x00", "").replace("\\", "/")).name.strip()[-200:] or "file"
    return VisitorFile.objects.create(
        public_id=token_urlsafe(18),
        visitor=visitor,
        name=name,
        content_type=_kind_of(name, data),
        size=len(data),
        digest=store_file(data),
        made_at=now(),
    )


def _kind_of(name: str, data: bytes) -> str:
    for beginning, kind in _PICTURES.items():
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    ending = name.rpartition(".")[2].lower()
    if not data or ending not in _OTHERS:
        raise FileNotTaken
    return _OTHERS[ending]
