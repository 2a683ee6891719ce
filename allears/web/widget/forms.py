from django import forms
from django.utils.translation import gettext_lazy as _

from allears.public.chat.actions.writing import LONGEST_LINE


class LineForm(forms.Form):
    """A line and who writes it; `id` is made with the page, so that sending it twice is one line."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Then the answer also reaches you there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(
        label=_("Message"), max_length=LONGEST_LINE, widget=forms.Textarea(attrs={"rows": 4})
    )
    id = forms.CharField(max_length=64, widget=forms.HiddenInput)
