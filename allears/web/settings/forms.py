"""What people enter in the settings."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from allears.foundation.clock import now
from allears.foundation.workspaces.queries import Brand, Member, normalise_email
from allears.foundation.workspaces.rules import roles_to_give
from allears.foundation.workspaces.zones import time_zone_names
from allears.pipeline.channels.costs import PriceList
from allears.pipeline.channels.doors import is_public_url
from allears.pipeline.conversations.queries.tags import Tone
from allears.web.settings.sentences import fill

ROLES_EXPLAINED = {
    "owner": _("Everything; there is always at least one."),
    "admin": _("Everything but touching owners: channels, members, teams."),
    "lead": _("Answers customers, and looks after the audit, dead letters and the ledger."),
    "agent": _("Answers customers."),
    "observer": _("Reads along, and answers nobody."),
}


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("Leave it empty for a link that you hand over yourself."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, by: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["role"], role_choices(by)[::-1])
        self.fields["role"].initial = "agent"

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, by: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["role"], role_choices(by))


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    is_private = forms.BooleanField(
        label=_("Private"),
        required=False,
        help_text=_("What it handles is seen by its members, administrators and owners only."),
    )
    members = forms.TypedMultipleChoiceField(
        label=_("Members"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, members: Iterable[Member], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["members"], [(member.id, member.name) for member in members])


class TagForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    tone = forms.ChoiceField(
        label=_("Colour"),
        choices=Tone.choices,
        initial=Tone.CALM,
        widget=forms.RadioSelect,
        help_text=_("Colours have a meaning here: most tags need none."),
    )


class MergeTagForm(forms.Form):
    into = forms.TypedChoiceField(label=_("The tag that is kept"), coerce=int)

    def __init__(self, tags: Iterable[tuple[int, str]], *args: Any) -> None:
        super().__init__(*args)
        set_choices(self.fields["into"], [("", ""), *tags])


class WorkspaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of letters to people whose own language is not known yet."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(name, name) for name in time_zone_names()]
    )
    public_url = forms.URLField(
        label=_("Public address"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_(
            "Where networks reach All Ears over the internet, such as https://care.example. Left empty, it is"
            " what the installation says."
        ),
    )

    def clean_public_url(self) -> str:
        """Refuse an address that no network can deliver to."""
        url: str = self.cleaned_data["public_url"]
        if url and not is_public_url(url):
            raise forms.ValidationError(
                _("Networks deliver only to https, and not to an address inside your own network.")
            )
        return url


class TokenForm(forms.Form):
    LIFETIMES = [
        (0, _("Until it is revoked")),
        (30, _("30 days")),
        (90, _("90 days")),
        (365, _("One year")),
    ]

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What it is for: it tells the tokens apart later.")
    )
    days = forms.TypedChoiceField(label=_("Works"), coerce=int, choices=LIFETIMES)

    def expires_at(self) -> datetime | None:
        """Return when the token ends, by what was chosen."""
        days = self.cleaned_data["days"]
        return now() + timedelta(days=days) if days else None


LANGUAGES_SHOWN = [("", _("Any language")), *settings.LANGUAGES]


class SettleForm(forms.Form):
    reason = forms.CharField(label=_("Why is there nothing to do?"), max_length=300)


class MannersForm(forms.Form):
    team = forms.TypedChoiceField(
        label=_("Team"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Its conversations go to this team's queue."),
    )
    brand = forms.TypedChoiceField(
        label=_("Brand"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Whose name, hours and colour customers see here."),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=2000,
        help_text=_(
            "Stands under every answer from this channel. {name}, {first_name} and {brand} are filled in."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    keep_raw_days = forms.IntegerField(
        label=_("Keep what arrived, as it arrived, for how many days"),
        min_value=1,
        max_value=36_500,
        help_text=_("Then the bytes are let go of. The messages read from them stay."),
    )
    backfill_days = forms.IntegerField(
        label=_("Hear what was written before it was connected, for how many days"),
        min_value=0,
        max_value=365,
        help_text=_("Older than three days, it is filed as solved. Nobody is notified of any of it."),
    )
    daily_budget = forms.DecimalField(
        label=_("Daily budget in US dollars"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        decimal_places=6,
        help_text=_(
            "Below a fifth of it the channel asks four times as rarely, and no more once it is used up; replies"
            " still go out. Left empty, there is no limit."
        ),
    )

    def __init__(
        self,
        teams: Iterable[tuple[int, str]],
        brands: Iterable[Brand],
        *args: Any,
        asks: bool = False,
        costs: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["backfill_days"]
        if not costs:
            del self.fields["daily_budget"]
        set_choices(self.fields["team"], [("", _("Everyone")), *teams])
        names = [(one.id, one.name) for one in brands if not one.is_default]
        default = [format_lazy("{}: {}", _("Default"), one.name) for one in brands if one.is_default]
        set_choices(self.fields["brand"], [*(("", name) for name in default), *names])
        if not names:
            del self.fields["brand"]


class PriceForm(forms.Form):
    """A field for the price of each use of a network; left empty, it is what the network's own list says."""

    def __init__(self, listed: PriceList, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix = listed.kind
        for price, here in listed.prices:
            self.fields[price.name] = forms.DecimalField(
                label=fill(price.label),
                required=False,
                min_value=0,
                max_value=10_000,
                decimal_places=6,
                initial=in_dollars(here) if here != price.micro_dollars else None,
                widget=forms.NumberInput(
                    attrs={"placeholder": in_dollars(price.micro_dollars), "step": "any"}
                ),
            )

    def prices(self) -> dict[str, int | None]:
        """Return the prices in micro-dollars, None where nothing was entered."""
        return {name: in_micro_dollars(price) for name, price in self.cleaned_data.items()}


def in_dollars(micro: int | None) -> Decimal | None:
    """Write micro-dollars as an amount that a field shows."""
    return None if micro is None else (Decimal(micro) / 1_000_000).normalize() + 0


def in_micro_dollars(amount: Decimal | None) -> int | None:
    """Read an amount of dollars."""
    return None if amount is None else int(amount * 1_000_000)


class LedgerForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), required=False)
    by = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)

    def __init__(self, kinds: list[tuple[str, Any]], members: Iterable[Member], *args: Any) -> None:
        super().__init__(*args)
        set_choices(self.fields["kind"], [("", _("Everything")), *kinds])
        everyone = [("", _("Everyone")), (0, "All Ears"), *((one.id, one.name) for one in members)]
        set_choices(self.fields["by"], everyone)


def role_choices(by: Member) -> list[tuple[str, str]]:
    """Offer the roles a member may give, highest first, each with what it may do."""
    return [
        (role.value, format_html("{}<small>{}</small>", role.label, ROLES_EXPLAINED[role.value]))
        for role in roles_to_give(by)
    ]


def set_choices(field: forms.Field, choices: list[Any]) -> None:
    """Give a field of choices what can be chosen here."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
