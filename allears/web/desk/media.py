"""Attachments as the page shows them: pictures in place, sound and film with a player, the rest to be fetched."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from allears.pipeline.conversations.queries.names import Attachment, FileState

PREVIEWED = {"image/png", "image/jpeg", "image/gif", "image/webp"}
FILMS = {"video/mp4", "video/webm", "video/ogg", "video/quicktime"}
SOUNDS = {
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/aac",
    "audio/wav",
    "audio/x-wav",
    "audio/webm",
    "audio/opus",
}
SHOWN_IN_PLACE = PREVIEWED | FILMS | SOUNDS


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """An attachment: `shown_as` a picture, film, sound or file; its `state`, why its bytes are not here,
    and where they can be asked for once more."""

    PERSONAL_TEXTS = ("name", "trouble")

    name: str
    size: int
    url: str
    shown_as: str = "file"
    state: str = FileState.KEPT
    trouble: str = ""
    again_url: str = ""

    @property
    def look_url(self) -> str:
        """Where it is shown in place instead of being saved."""
        return f"{self.url}?look"

    @property
    def preview_url(self) -> str:
        """Where its picture is, "" if it is none."""
        return self.look_url if self.shown_as == "picture" else ""


def draw_files(files: Iterable[Attachment]) -> list[DrawnFile]:
    """Draw a message's attachments, but for pictures that stand in its text: players and pictures first."""
    shown = [file for file in files if not (file.is_inline and file.content_type in PREVIEWED)]
    return sorted(map(_draw_file, shown), key=lambda file: file.shown_as == "file")


def _draw_file(file: Attachment) -> DrawnFile:
    trouble = _(file.trouble) % file.trouble_facts if file.trouble else ""
    shown_as = _shown_as(file.content_type) if file.state == FileState.KEPT else "file"
    is_lost = file.state == FileState.GONE and file.remote
    again_url = reverse("fetch_file", args=[file.id]) if is_lost else ""
    url = reverse("file", args=[file.id])
    return DrawnFile(file.name, file.size, url, shown_as, file.state, trouble, again_url)


def _shown_as(content_type: str) -> str:
    plain = content_type.partition(";")[0].strip().lower()
    places = (("picture", PREVIEWED), ("film", FILMS), ("sound", SOUNDS))
    return next((name for name, types in places if plain in types), "file")
