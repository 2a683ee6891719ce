"""What one can write in a conversation, ready to be drawn: in place, in private, and what the network says of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allears.foundation.workspaces.queries import Member
from allears.pipeline.replies.elsewhere import ELSEWHERE
from allears.pipeline.replies.names import Draft, DraftFile
from allears.pipeline.replies.places import ReplyPlace, signature_at, takes_templates
from allears.pipeline.replies.saying import in_words

__all__ = ["ELSEWHERE", "Mode", "modes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One tab of the composer: `kind` is its draft's, `keys` what its keys do; all sentences are in words."""

    kind: str
    place: ReplyPlace
    keys: str
    label: str | Promise
    text: str = ""
    files: list[DraftFile] = field(default_factory=list)
    saved_replies: list[int] = field(default_factory=list)
    signature: str = ""

    @property
    def why_not(self) -> str:
        return self.place.why_not

    @property
    def takes_templates(self) -> bool:
        return takes_templates(self.place)

    @property
    def warning(self) -> str:
        return in_words(self.place.offer.warning, self.place.offer.facts)

    @property
    def link_warning(self) -> str:
        return in_words(self.place.offer.link_warning, self.place.offer.facts)

    @property
    def limits(self) -> str:
        """The limits as the browser reads them."""
        found = [{"most": one.most, "unit": one.unit.value} for one in self.place.offer.limits]
        return json.dumps(found) if found else ""

    @property
    def file_types(self) -> str:
        """What the file picker offers; a beginning such as "image/" means all of that sort."""
        rules = self.place.offer.files
        types = rules.types if rules else ()
        return ",".join(f"{one}*" if one.endswith("/") else one for one in types)

    @property
    def largest_file(self) -> int:
        rules = self.place.offer.files
        return rules.largest if rules else 0


def modes_of(places: Sequence[ReplyPlace], drafts: Sequence[Draft], member: Member) -> list[Mode]:
    """Draw the places where a conversation can be answered, public ones first, with what was begun for each."""
    own = {draft.kind: draft for draft in drafts if draft.member_id == member.id}
    ordered = sorted(places, key=lambda place: not place.is_public)
    return [_mode(place, own.get(place.draft_kind), member) for place in ordered]


def _mode(place: ReplyPlace, draft: Draft | None, member: Member) -> Mode:
    is_beside = place.draft_kind == "private"
    keys = ["reply"] if place.is_in_place else []
    if is_beside:
        keys.append("private")
    return Mode(
        kind=place.draft_kind,
        place=place,
        keys=" ".join(keys),
        label=_("Private message") if is_beside else _("Reply publicly") if place.is_public else _("Reply"),
        text=draft.text if draft else "",
        files=list(draft.files.all()) if draft else [],
        saved_replies=draft.saved_replies if draft else [],
        signature=signature_at(place, member),
    )
