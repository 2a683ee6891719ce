"""The form of a channel, drawn from what its connector asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allears.connectors.interface import Connector, Field
from allears.web.settings.sentences import fill

PREFIX = "value-"


class ChannelForm(forms.Form):
    """A name and the connector's fields. A secret is never shown; left empty, a kept one stays."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, connector: Connector, *args: Any, keeps_secrets: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connector = connector
        for field in connector.fields:
            self.fields[PREFIX + field.name] = _form_field(field, keeps_secrets)
        if not keeps_secrets:
            self.fields["name"].required = False
            self.fields["name"].help_text = gettext("Left empty, it is called after its address.")

    def values(self) -> dict[str, str]:
        """Return what was entered, by the connector's own names."""
        return {field.name: self.cleaned_data[PREFIX + field.name] for field in self.connector.fields}

    def chosen_name(self) -> str:
        """Return the name, or what customers would call this channel."""
        name: str = self.cleaned_data["name"]
        return name or self.connector.address_of(self.values())[:80] or fill(self.connector.label)

    def front(self) -> list[forms.BoundField]:
        """List the fields that everyone sees: those that are needed, and those of no group."""
        return [self[PREFIX + field.name] for field in self.connector.fields if _is_in_front(field)]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """List the other fields by group, for folding away."""
        folded = [field for field in self.connector.fields if not _is_in_front(field)]
        groups = dict.fromkeys(field.group for field in folded)
        return [
            (fill(group), [self[PREFIX + field.name] for field in folded if field.group == group])
            for group in groups
        ]

    def has_folded_errors(self) -> bool:
        """Say whether something that is folded away needs another look."""
        return any(bound.errors for _group, fields in self.groups() for bound in fields)


def initial_of(connector: Connector, name: str, values: dict[str, str]) -> dict[str, str]:
    """Fill a form with a channel's open values."""
    opened = {PREFIX + field.name: values.get(field.name, field.default) for field in connector.fields}
    return {"name": name, **opened}


def _is_in_front(field: Field) -> bool:
    return field.is_required or not field.group


def _form_field(field: Field, keeps_secrets: bool) -> forms.Field:
    is_kept = field.is_secret and keeps_secrets
    given: dict[str, Any] = {
        "label": fill(field.label),
        "help_text": gettext("Leave it empty to keep the present one.") if is_kept else fill(field.help),
        "required": field.is_required and not is_kept,
        "initial": field.default,
    }
    if field.choices:
        choices = [(value, fill(label)) for value, label in field.choices]
        return forms.ChoiceField(choices=choices, **given)
    if field.is_long:
        area = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        return forms.CharField(max_length=4000, widget=area, **given)
    widget = forms.PasswordInput if field.is_secret else forms.TextInput
    attributes = {"autocomplete": "new-password" if field.is_secret else "off", "spellcheck": "false"}
    return forms.CharField(
        max_length=500, strip=not field.is_secret, widget=widget(attrs=attributes), **given
    )
