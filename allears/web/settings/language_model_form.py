"""What people enter about the language model."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allears.pipeline.suggesting.actions.keeping import Wanted
from allears.pipeline.suggesting.queries import LanguageModel, Use
from allears.web.settings.forms import in_dollars, in_micro_dollars

TOKENS = {"daily_tokens", "monthly_tokens"}
DOLLARS = {"price_in", "price_out", "daily_micro_dollars", "monthly_micro_dollars"}


def _tokens(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=10**12)


def _dollars(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=1_000_000,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


class LanguageModelForm(forms.Form):
    """Where the model is, what it is asked for, and what it may cost."""

    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_(
            "Of any service that speaks as OpenAI's does, such as https://api.openai.com/v1, or "
            "http://localhost:11434/v1 for a model on this machine."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    name = forms.CharField(
        label=_("Model"),
        max_length=200,
        help_text=_("As the service calls it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Key"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    forgets_key = forms.BooleanField(label=_("It needs no key; forget the one that is kept"), required=False)
    is_on = forms.BooleanField(label=_("Switched on"), required=False, initial=True)
    uses = forms.MultipleChoiceField(
        label=_("What it may be asked for"),
        required=False,
        choices=[
            (Use.SUMMARY, _("Summing up a conversation")),
            (Use.DRAFT, _("Drafting a reply, which a person changes and sends")),
            (Use.TRANSLATION, _("Translating what a customer wrote")),
        ],
        initial=Use.values,
        widget=forms.CheckboxSelectMultiple,
    )
    price_in = _dollars(
        _("Price of a million tokens read, in US dollars"), _("Empty for a model that costs nothing.")
    )
    price_out = _dollars(_("Price of a million tokens written, in US dollars"))
    daily_tokens = _tokens(_("At most so many tokens a day"))
    monthly_tokens = _tokens(_("At most so many tokens a month"))
    daily_micro_dollars = _dollars(_("At most so many US dollars a day"))
    monthly_micro_dollars = _dollars(
        _("At most so many US dollars a month"), _("Days and months are those of UTC. Empty for no limit.")
    )

    def __init__(self, *args: Any, has_key: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_key:
            self.fields["secret"].help_text = _("A key is kept, sealed. Leave this empty to keep it.")
        else:
            del self.fields["forgets_key"]

    def part(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def where(self) -> list[forms.BoundField]:
        names = [name for name in ("address", "name", "secret", "forgets_key") if name in self.fields]
        return self.part(*names)

    def what(self) -> list[forms.BoundField]:
        return self.part("is_on", "uses")

    def limits(self) -> list[forms.BoundField]:
        prices = self.part("price_in", "price_out")
        return prices + self.part(
            "daily_tokens", "monthly_tokens", "daily_micro_dollars", "monthly_micro_dollars"
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a price where a budget in money stands."""
        super().clean()
        given = self.cleaned_data
        has_price = bool(given.get("price_in") or given.get("price_out"))
        for name in ("daily_micro_dollars", "monthly_micro_dollars"):
            if given.get(name) is not None and not has_price:
                self.add_error(name, _("A budget in dollars needs the prices."))
        return given

    def wanted(self) -> Wanted:
        """Return what was entered; an empty key keeps the one that is there."""
        given = self.cleaned_data
        secret = "" if given.get("forgets_key") else (given["secret"] or None)
        money = {name: in_micro_dollars(given[name]) for name in DOLLARS}
        return Wanted(
            address=given["address"],
            name=given["name"],
            secret=secret,
            is_on=given["is_on"],
            uses=tuple(given["uses"]),
            price_in=money["price_in"] or 0,
            price_out=money["price_out"] or 0,
            daily_tokens=given["daily_tokens"],
            monthly_tokens=given["monthly_tokens"],
            daily_micro_dollars=money["daily_micro_dollars"],
            monthly_micro_dollars=money["monthly_micro_dollars"],
        )


def initial_of_model(model: LanguageModel) -> dict[str, Any]:
    """Return what a form about a model begins with; never its key."""
    plain = {name: getattr(model, name) for name in ("address", "name", "is_on", "uses", *TOKENS)}
    return plain | {name: in_dollars(getattr(model, name)) or None for name in DOLLARS}
