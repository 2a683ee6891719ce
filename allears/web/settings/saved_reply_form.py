"""The form of a saved reply."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allears.web.settings.forms import LANGUAGES_SHOWN, set_choices


class SavedReplyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("Words"), max_length=10_000, strip=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    shortcut = forms.CharField(
        label=_("Shortcut"),
        required=False,
        max_length=32,
        help_text=_("In the composer, / and this finds it at once: /refund"),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=LANGUAGES_SHOWN)
    brand = forms.TypedChoiceField(label=_("Brand"), required=False, coerce=int, empty_value=None)
    is_shared = forms.BooleanField(
        label=_("Shared"), required=False, help_text=_("Everyone who answers may use it; else only you.")
    )
    is_thanks = forms.BooleanField(
        label=_("A thank-you"),
        required=False,
        help_text=_("May answer praise at one key: never twice a day, nor twice in a thread."),
    )

    def __init__(self, brands: list[tuple[int, str]], *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self.fields["brand"], [("", _("Any brand")), *brands])
        self.fields["is_shared"].disabled = not may_share
