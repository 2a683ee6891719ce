"""What people enter about webhooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allears.watch.webhooks.queries import CATALOGUE, CallState, Endpoint, Group
from allears.web.settings.forms import set_choices
from allears.web.settings.ledger_words import WORDS
from allears.web.settings.sentences import fill

ALL, CHOSEN = "all", "chosen"


def kinds_in(group: Group) -> list[tuple[str, Any]]:
    """List a group's kinds, each with its word, as a field's choices."""
    return [(kind, word) for kind, word in WORDS.items() if group.holds(kind)]


class WebhookForm(forms.Form):
    """A name, an address, and which events; the kinds stand in a field for each group."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Whatever you call that program."))
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Every event is posted here, signed. It must be reachable from the internet."),
        widget=forms.URLInput(
            attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    scope = forms.ChoiceField(
        label=_("Events"),
        choices=[(ALL, _("Everything that programs can be told")), (CHOSEN, _("Only what is ticked here:"))],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    sees_private_teams = forms.BooleanField(
        label=_("Also what private teams handle"),
        required=False,
        help_text=_("Whoever keeps that program then knows it, too."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, group in enumerate(CATALOGUE):
            self.fields[f"kinds-{number}"] = forms.MultipleChoiceField(
                label=fill(group.label),
                required=False,
                choices=kinds_in(group),
                widget=forms.CheckboxSelectMultiple,
            )

    def kind_fields(self) -> list[forms.BoundField]:
        """List the fields of the groups that hold something."""
        return [self[f"kinds-{number}"] for number, group in enumerate(CATALOGUE) if kinds_in(group)]

    def chosen_kinds(self) -> list[str]:
        """Return the kinds that were ticked; none means all of them."""
        if self.cleaned_data["scope"] == ALL:
            return []
        return [kind for number in range(len(CATALOGUE)) for kind in self.cleaned_data[f"kinds-{number}"]]

    def clean(self) -> dict[str, Any]:
        """Ask for a choice where one was promised."""
        super().clean()
        if not self.errors and self.cleaned_data["scope"] == CHOSEN and not self.chosen_kinds():
            self.add_error("scope", _("Tick at least one kind of event."))
        return self.cleaned_data


def initial_of_webhook(endpoint: Endpoint) -> dict[str, Any]:
    """Return what a form about an endpoint begins with."""
    kinds = {f"kinds-{number}": endpoint.kinds for number in range(len(CATALOGUE))}
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "scope": CHOSEN if endpoint.kinds else ALL,
        "sees_private_teams": endpoint.sees_private_teams,
        **kinds,
    }


class CallFilterForm(forms.Form):
    """Which calls to show."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Every state")),
            (CallState.WAITING, CallState.WAITING.label),
            (CallState.DELIVERED, CallState.DELIVERED.label),
            (CallState.FAILED, CallState.FAILED.label),
        ],
    )
    kind = forms.ChoiceField(label=_("Event"), required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        kinds = [choice for group in CATALOGUE for choice in kinds_in(group)]
        set_choices(self.fields["kind"], [("", _("Everything")), *kinds])


class ReplayForm(forms.Form):
    """From when on failed calls are made once more."""

    since = forms.TypedChoiceField(
        label=_("Failed in"),
        coerce=int,
        choices=[
            (1, _("the last hour")),
            (24, _("the last day")),
            (168, _("the last week")),
            (720, _("the last 30 days")),
        ],
        initial=24,
    )
