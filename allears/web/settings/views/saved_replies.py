"""Saved replies: words to answer with again."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allears.foundation.errors import NotAllowed
from allears.foundation.workspaces.queries import brands_of
from allears.pipeline.replies.actions.saving import (
    SavedWords,
    change_saved_reply,
    create_saved_reply,
    delete_saved_reply,
    may_change,
)
from allears.pipeline.replies.errors import SavedReplyIsEmpty, ShortcutTaken, UnknownVariable
from allears.pipeline.replies.filling import VARIABLES
from allears.pipeline.replies.names import SavedReply
from allears.pipeline.replies.queries import find_saved_replies, get_visible_saved_reply
from allears.web.doors import MemberRequest, posted
from allears.web.settings.forms import LANGUAGES_SHOWN
from allears.web.settings.saved_reply_form import SavedReplyForm

MOST_SHOWN = 200


@require_safe
def list_saved_replies(request: MemberRequest) -> HttpResponse:
    _require_answering(request)
    text, language = request.GET.get("q", "").strip(), request.GET.get("language", "")
    found = find_saved_replies(request.member, text, language)
    context = {
        "saved_replies": found[:MOST_SHOWN],
        "has_more": len(found) > MOST_SHOWN,
        "text": text,
        "language": language,
        "languages": LANGUAGES_SHOWN,
        "is_filtered": bool(text or language),
    }
    return render(request, "settings/saved_replies.html", context)


@require_http_methods(["GET", "POST"])
def add_saved_reply(request: MemberRequest) -> HttpResponse:
    _require_answering(request)
    form = _form(request, {"is_shared": request.member.may_lead, "text": request.GET.get("text", "")})
    if form.is_valid() and _saved(request, form, None):
        return redirect("saved_replies")
    return _show(request, form, None)


@require_http_methods(["GET", "POST"])
def show_saved_reply(request: MemberRequest, saved_reply_id: int) -> HttpResponse:
    saved_reply = get_visible_saved_reply(request.member, saved_reply_id)
    present = {
        "title": saved_reply.title,
        "text": saved_reply.text,
        "shortcut": saved_reply.shortcut,
        "language": saved_reply.language,
        "brand": saved_reply.brand_id,
        "is_shared": saved_reply.owner_id is None,
        "is_thanks": saved_reply.is_thanks,
    }
    form = _form(request, present)
    if form.is_valid() and _saved(request, form, saved_reply):
        return redirect("saved_replies")
    return _show(request, form, saved_reply)


@require_http_methods(["GET", "POST"])
def delete(request: MemberRequest, saved_reply_id: int) -> HttpResponse:
    saved_reply = get_visible_saved_reply(request.member, saved_reply_id)
    if request.method == "GET":
        return render(request, "settings/saved_reply_delete.html", {"saved_reply": saved_reply})
    delete_saved_reply(request.member, saved_reply)
    messages.success(request, _("The saved reply is gone. What was answered with it stays."))
    return redirect("saved_replies")


def _require_answering(request: MemberRequest) -> None:
    if not request.member.may_answer:
        raise NotAllowed


def _form(request: MemberRequest, initial: Mapping[str, object]) -> SavedReplyForm:
    brands = [(brand.id, brand.name) for brand in brands_of(request.member.workspace_id)]
    return SavedReplyForm(brands, posted(request), may_share=request.member.may_lead, initial=dict(initial))


def _saved(request: MemberRequest, form: SavedReplyForm, saved_reply: SavedReply | None) -> bool:
    """Keep what was entered, or say in the form why that can't be."""
    given = form.cleaned_data
    words = SavedWords(
        title=given["title"],
        text=given["text"],
        shortcut=given["shortcut"],
        language=given["language"],
        brand_id=given["brand"],
        is_shared=given["is_shared"],
        is_thanks=given["is_thanks"],
    )
    try:
        if saved_reply:
            change_saved_reply(request.member, saved_reply, words)
        else:
            create_saved_reply(request.member, words)
    except ShortcutTaken as error:
        form.add_error("shortcut", str(error))
    except (UnknownVariable, SavedReplyIsEmpty) as error:
        form.add_error("text", str(error))
    return not form.errors


def _show(request: MemberRequest, form: SavedReplyForm, saved_reply: SavedReply | None) -> HttpResponse:
    context = {
        "form": form,
        "saved_reply": saved_reply,
        "may_change": saved_reply is None or may_change(request.member, saved_reply),
        "variables": [(f"{{{{ {name} }}}}", label) for name, label in VARIABLES.items()],
    }
    return render(request, "settings/saved_reply.html", context, status=422 if form.errors else 200)
