from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allears.foundation.errors import NotValid
from allears.pipeline.conversations.queries.names import Visibility
from allears.pipeline.conversations.queries.saved_views import Order
from allears.pipeline.replies.names import DraftKind


class AssignForm(forms.Form):
    assignee = forms.IntegerField(required=False)
    team = forms.IntegerField(required=False)


class PriorityForm(forms.Form):
    priority = forms.IntegerField()


class TagForm(forms.Form):
    add = forms.IntegerField(required=False)
    remove = forms.IntegerField(required=False)
    accept = forms.IntegerField(required=False)
    dismiss = forms.IntegerField(required=False)
    name = forms.CharField(required=False, max_length=200)


class SavedViewForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True}))
    audience = forms.ChoiceField(label=_("Who has it in the rail"), widget=forms.RadioSelect)
    order = forms.ChoiceField(label=_("Order"), choices=Order.choices)

    def __init__(self, audiences: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["audience"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = audiences


class ReplyForm(forms.Form):
    text = forms.CharField(required=False, strip=False)
    idempotency_key = forms.CharField(max_length=120)
    seen_message_id = forms.IntegerField(min_value=0)
    then = forms.ChoiceField(choices=[("", ""), ("solve", "solve"), ("wait", "wait")], required=False)
    mode = forms.ChoiceField(choices=[("reply", "reply"), ("private", "private")])
    visibility = forms.ChoiceField(choices=[("", ""), *Visibility.choices], required=False)


class NoteForm(forms.Form):
    text = forms.CharField(required=False, strip=False)
    mode = forms.ChoiceField(choices=[("note", "note")])


class DraftForm(forms.Form):
    text = forms.CharField(required=False, strip=False)
    kind = forms.ChoiceField(choices=DraftKind.choices)


class ThankForm(forms.Form):
    seen_message_id = forms.IntegerField(min_value=0)


def checked(form: forms.Form) -> dict[str, Any]:
    """Return what a form holds. Raise NotValid when it makes no sense: our pages never send that."""
    if not form.is_valid():
        raise NotValid
    return form.cleaned_data
