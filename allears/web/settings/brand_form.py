"""The form of a brand: who it is, how it speaks, when it is open, what it looks like."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext_lazy as _

from allears.foundation.business_time import WEEKDAYS, HoursNotValid, parse_intervals
from allears.foundation.workspaces.actions import BrandFacts
from allears.foundation.workspaces.queries import Brand
from allears.foundation.workspaces.zones import time_zone_names
from allears.web.settings.forms import set_choices

LEAP_YEAR = 2028
MOST_HOLIDAYS = 100
COPIES = {"weekdays": WEEKDAYS[1:5], "every_day": WEEKDAYS[1:]}


class HoursField(forms.CharField):
    """Intervals of one day, as people write them: "9-12, 13:30-18"; empty is closed."""

    def __init__(self, label: Any) -> None:
        attributes = {"placeholder": _("Closed"), "autocomplete": "off", "spellcheck": "false"}
        super().__init__(
            label=label, required=False, max_length=200, widget=forms.TextInput(attrs=attributes)
        )

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        try:
            return [str(interval) for interval in parse_intervals(text)]
        except HoursNotValid as error:
            raise forms.ValidationError(_("Write hours like 9:00-12:00, 13:30-18:00.")) from error


class BrandForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("In which it speaks first.")
    )
    voice = forms.CharField(
        label=_("Voice"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "How it speaks, in plain words for everyone who answers: “We say you, and we say sorry first.”"
        ),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Stands under letters from channels that have none of their own. {name}, {first_name} and"
            " {brand} are filled in."
        ),
    )
    colour = forms.RegexField(
        label=_("Accent"), regex=r"^#[0-9a-f]{6}$", widget=forms.TextInput(attrs={"type": "color"})
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(name, name) for name in time_zone_names()]
    )
    channels = forms.TypedMultipleChoiceField(
        label=_("Channels"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    mon, tue, wed, thu, fri, sat, sun = (HoursField(WEEKDAY_NAMES[number]) for number in range(7))

    def __init__(self, channels: Iterable[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["channels"], list(channels))

    def week(self) -> list[forms.BoundField]:
        """List the fields of the weekdays."""
        return [self[day] for day in WEEKDAYS]

    def facts(self, holidays: list[dict[str, str]]) -> BrandFacts:
        """Return what makes up the brand."""
        names = ("name", "voice", "signature", "colour", "language", "time_zone")
        hours = {day: self.cleaned_data[day] for day in WEEKDAYS}
        return BrandFacts(**{name: self.cleaned_data[name] for name in names}, hours=hours, holidays=holidays)


class HolidayForm(forms.Form):
    """One day off; without a day it is none."""

    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=_("Called"), required=False, max_length=80)
    is_yearly = forms.BooleanField(label=_("Every year"), required=False)

    def as_stored(self) -> dict[str, str]:
        """Return the day as the brand keeps it."""
        on: date = self.cleaned_data["on"]
        told = f"{on:%m-%d}" if self.cleaned_data["is_yearly"] else on.isoformat()
        return {"on": told, "name": self.cleaned_data["name"].strip()}


HolidaySet = forms.formset_factory(HolidayForm, extra=2, max_num=MOST_HOLIDAYS, validate_max=True)


def holidays_in(days: Any) -> list[dict[str, str]]:
    """Return the days off that a set of forms tells, in order, each once."""
    given = [form.as_stored() for form in days if form.cleaned_data.get("on")]
    once = {one["on"]: one for one in given}
    return sorted(once.values(), key=lambda one: (len(one["on"]), one["on"]))


def initial_of_brand(brand: Brand, channel_ids: list[int]) -> dict[str, Any]:
    """Fill the form with a brand."""
    names = ("name", "voice", "signature", "colour", "language", "time_zone")
    hours = {day: ", ".join(brand.hours.get(day, [])) for day in WEEKDAYS}
    return {**{name: getattr(brand, name) for name in names}, **hours, "channels": channel_ids}


def initial_of_holidays(brand: Brand) -> list[dict[str, Any]]:
    """Fill the set of days off; one of every year stands in a leap year, so that each day can."""
    return [
        {
            "on": one["on"] if len(one["on"]) > 5 else f"{LEAP_YEAR}-{one['on']}",
            "name": one.get("name", ""),
            "is_yearly": len(one["on"]) == 5,
        }
        for one in brand.holidays
    ]


def copy_monday(data: Any) -> Any:
    """Return what was posted with Monday's hours on the days that were asked for."""
    copied = data.copy()
    for day in COPIES.get(data["copy"], ()):
        copied[day] = data.get("mon", "")
    return copied
