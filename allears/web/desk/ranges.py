"""A part of a file, as players ask for it when somebody jumps to the middle."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

AT_ONCE = 256 * 1024
_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def part_of_file(whole: FileResponse, path: Path, asked: str) -> HttpResponseBase:
    """Answer a `Range` of one part with 206, one beyond the end with 416, and anything else with the whole."""
    size = path.stat().st_size
    whole["Accept-Ranges"] = "bytes"
    found = _ONE_RANGE.match(asked)
    if not found or not (found[1] or found[2]):
        return whole
    first = int(found[1]) if found[1] else max(0, size - int(found[2]))
    last = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
    if whole.file_to_stream:  # to close the answer itself would tell Django that the request is over
        whole.file_to_stream.close()
    if first > last or first >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    kept = {name: value for name, value in whole.items() if name != "Content-Length"}
    answer = StreamingHttpResponse(_bytes_between(path, first, last), status=206, headers=kept)
    answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Content-Length"] = str(last - first + 1)
    return answer


def _bytes_between(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (part := file.read(min(AT_ONCE, left))):
            left -= len(part)
            yield part
