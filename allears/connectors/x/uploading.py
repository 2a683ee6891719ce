"""Bring a picture or film to X before the post or message that shows it.

Small pictures go in one request; films and moving pictures in parts, and X works on them for a while: only
what is ready may be shown. An upload that nothing shows is forgotten by X, so trying again harms nobody.
"""

import base64
from collections.abc import Callable
from time import sleep

from allears.connectors.errors import Refused, Unknown, Unreachable
from allears.connectors.interface import Account, File
from allears.connectors.meta.values import Json, count_in, id_in, object_in, text_in
from allears.connectors.words import mark
from allears.connectors.x.describing import UPLOAD
from allears.connectors.x.judging import FILMS
from allears.connectors.x.network import ask, tell

PART = 1024 * 1024
LONGEST_WAIT = 120
FAILED = mark("X could not work with the file %(name)s. Try another one.")
NOT_READY = mark("X is still working on the file.")

Pause = Callable[[float], None]


def upload(file: File, account: Account, *, is_public: bool, pause: Pause = sleep) -> str:
    """Bring one file to X and return its id there. Raise Unreachable where the fate of an upload is unknown."""
    category = _category(file, "tweet" if is_public else "dm")
    try:
        if category.endswith("_image"):
            return _at_once(file, category, account)
        return _in_parts(file, category, account, pause)
    except Unknown as error:
        raise Unreachable(raw=error.raw) from error


def _category(file: File, place: str) -> str:
    if file.content_type in FILMS:
        return f"{place}_video"
    return f"{place}_gif" if file.content_type == "image/gif" else f"{place}_image"


def _at_once(file: File, category: str, account: Account) -> str:
    fields = {"media": base64.b64encode(file.data).decode(), "media_category": category}
    made = tell(account, "POST", "/2/media/upload", fields, budget=UPLOAD)
    return _id(made)


def _in_parts(file: File, category: str, account: Account, pause: Pause) -> str:
    begin = {"media_category": category, "media_type": file.content_type, "total_bytes": len(file.data)}
    number = _id(tell(account, "POST", "/2/media/upload/initialize", begin, budget=UPLOAD))
    for index, start in enumerate(range(0, len(file.data), PART)):
        part = base64.b64encode(file.data[start : start + PART]).decode()
        fields = {"media": part, "segment_index": index}
        tell(account, "POST", f"/2/media/upload/{number}/append", fields, budget=UPLOAD)
    made = tell(account, "POST", f"/2/media/upload/{number}/finalize", budget=UPLOAD)
    _wait(file, number, made, account, pause)
    return number


def _wait(file: File, number: str, made: Json, account: Account, pause: Pause) -> None:
    """Wait until X has worked on a file."""
    waited = 0
    while True:
        info = object_in(made, "data", "processing_info")
        state = text_in(info, "state")
        if state in {"", "succeeded"}:
            return
        if state == "failed":
            raise Refused(FAILED, name=file.name)
        seconds = max(1, count_in(info, "check_after_secs") or 1)
        waited += seconds
        if waited > LONGEST_WAIT:
            raise Unreachable(NOT_READY)
        pause(seconds)
        made = ask(account, "/2/media/upload", {"command": "STATUS", "media_id": number}, budget=UPLOAD)


def _id(made: Json) -> str:
    number = id_in(made, "data", "id")
    if not number:
        raise Unreachable(raw="no id of the upload")
    return number
