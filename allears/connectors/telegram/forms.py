"""Put fields and files into one body, as forms with files are sent (RFC 7578)."""

import os
from collections.abc import Mapping

from allears.connectors.interface import File

_IN_NAMES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def compose_form(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[bytes, str]:
    """Return the body and its content type."""
    boundary = f"allears-{os.urandom(16).hex()}"
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items()]
    for name, file in files.items():
        head = f'name="{name}"; filename="{file.name.translate(_IN_NAMES)}"'
        parts.append(_part(boundary, head, file.data, file.content_type or "application/octet-stream"))
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, head: str, data: bytes, content_type: str = "") -> bytes:
    lines = [f"--{boundary}", f"Content-Disposition: form-data; {head}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data + b"\r\n"
