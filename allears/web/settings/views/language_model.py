"""The language model: where it is, what it may be asked for, what it may cost, and whether it answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from allears.foundation.errors import AllEarsError, NotVisible
from allears.pipeline.suggesting.actions.keeping import (
    remove_language_model,
    set_language_model,
    try_language_model,
)
from allears.pipeline.suggesting.errors import KeyNeedsOtherAddress, ModelAddressNotValid
from allears.pipeline.suggesting.queries import model_of, spent_in
from allears.pipeline.suggesting.speaking import ModelTrouble
from allears.web.doors import MemberRequest, for_administrators, posted
from allears.web.settings.language_model_form import LanguageModelForm, initial_of_model
from allears.web.settings.sentences import fill


@require_http_methods(["GET", "POST"])
@for_administrators
@sensitive_post_parameters("secret")
@sensitive_variables("form")
def show_language_model(request: MemberRequest) -> HttpResponse:
    model = model_of(request.member.workspace_id)
    form = LanguageModelForm(
        posted(request),
        initial=initial_of_model(model) if model else None,
        has_key=bool(model and model.sealed_key),
    )
    if form.is_valid():
        try:
            set_language_model(request.member, form.wanted())
        except (ModelAddressNotValid, KeyNeedsOtherAddress) as error:
            form.add_error("secret" if isinstance(error, KeyNeedsOtherAddress) else "address", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("language_model")
    today, month = spent_in(request.member)
    context = {"form": form, "model": model, "today": today, "month": month}
    return render(request, "settings/language_model.html", context, status=422 if form.errors else 200)


@require_POST
@for_administrators
def try_it(request: MemberRequest) -> HttpResponse:
    """Ask the model one word, and say in words what came of it."""
    try:
        said = try_language_model(request.member)
    except ModelTrouble as error:
        messages.error(request, fill(error.sentence, error.facts))
    except AllEarsError as error:
        messages.error(request, str(error))
    else:
        seconds = f"{said.took_ms / 1000:.1f}"
        told = {"model": said.model, "seconds": seconds, "words": said.text[:80]}
        messages.success(request, _("%(model)s answered in %(seconds)s s: “%(words)s”") % told)
    return redirect("language_model")


@require_http_methods(["GET", "POST"])
@for_administrators
def remove(request: MemberRequest) -> HttpResponse:
    if model_of(request.member.workspace_id) is None:
        raise NotVisible
    if request.method == "GET":
        return render(request, "settings/language_model_remove.html")
    remove_language_model(request.member)
    messages.success(request, _("The language model and its key are gone. Nothing is asked of it any more."))
    return redirect("language_model")
