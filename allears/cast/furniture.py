"""What stands about in the company's workspace: its tags and what their colours mean."""

from allears.cast.company import Company
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.tagging import make_tag
from allears.pipeline.conversations.models import Tag, Tone

TAGS = {
    "access": Tone.WARM,
    "allergy": Tone.HOT,
    "app": Tone.CALM,
    "augusta": Tone.CALM,
    "café": Tone.CALM,
    "cancelled": Tone.HOT,
    "claim": Tone.WARM,
    "group": Tone.CALM,
    "island trade": Tone.CALM,
    "lost and found": Tone.CALM,
    "praise": Tone.GOOD,
    "refund": Tone.WARM,
    "school": Tone.CALM,
    "season pass": Tone.CALM,
    "weather": Tone.CALM,
    "with care": Tone.WARM,
}


def furnish(company: Company) -> None:
    """Put the company's own words and habits into its workspace, beside those that are there."""
    lead = company.members["daniel"]
    _make_tags(company, lead)


def _make_tags(company: Company, lead: Member) -> None:
    there = {
        name.lower()
        for name in Tag.objects.filter(workspace=company.workspace).values_list("name", flat=True)
    }
    for name, tone in TAGS.items():
        if name not in there:
            company.made.append(make_tag(lead, name, tone))
