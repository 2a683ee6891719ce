"""Tags: what they are called, what their colours mean, which are one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allears.foundation.workspaces.errors import NameTaken
from allears.pipeline.conversations.actions.tagging import change_tag, delete_tag, make_tag, merge_tags
from allears.pipeline.conversations.errors import TagNameNeeded
from allears.pipeline.conversations.queries.tags import (
    count_tagged,
    get_visible_tag,
    tags_of_workspace,
    used_tags,
)
from allears.web.doors import MemberRequest, for_leads, posted
from allears.web.settings.forms import MergeTagForm, TagForm


@require_GET
@for_leads
def list_tags(request: MemberRequest) -> HttpResponse:
    return render(request, "settings/tags.html", {"used": used_tags(request.member)})


@require_http_methods(["GET", "POST"])
@for_leads
def add_tag(request: MemberRequest) -> HttpResponse:
    form = TagForm(posted(request))
    if form.is_valid():
        try:
            make_tag(request.member, form.cleaned_data["name"], form.cleaned_data["tone"])
        except (NameTaken, TagNameNeeded) as error:
            form.add_error("name", str(error))
        else:
            return redirect("tags")
    return render(request, "settings/tag.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_leads
def show_tag(request: MemberRequest, tag_id: int) -> HttpResponse:
    tag = get_visible_tag(request.member, tag_id)
    form = TagForm(posted(request), initial={"name": tag.name, "tone": tag.tone})
    name = tag.name
    if form.is_valid():
        try:
            change_tag(request.member, tag, form.cleaned_data["name"], form.cleaned_data["tone"])
        except (NameTaken, TagNameNeeded) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("tags")
    others = [one for one in tags_of_workspace(tag.workspace_id) if one.id != tag.id]
    context = {"form": form, "tag": tag, "name": name, "count": count_tagged(tag)}
    context["merge_form"] = MergeTagForm([(one.id, one.name) for one in others]) if others else None
    return render(request, "settings/tag.html", context, status=422 if form.errors else 200)


@require_POST
@for_leads
def merge_tag(request: MemberRequest, tag_id: int) -> HttpResponse:
    tag = get_visible_tag(request.member, tag_id)
    others = [(one.id, one.name) for one in tags_of_workspace(tag.workspace_id)]
    form = MergeTagForm(others, request.POST)
    if form.is_valid():
        kept = get_visible_tag(request.member, form.cleaned_data["into"])
        merge_tags(request.member, tag, kept)
        messages.success(request, _("“%(gone)s” is now “%(kept)s”.") % {"gone": tag.name, "kept": kept.name})
        return redirect("tag", kept.id)
    return redirect("tag", tag.id)


@require_http_methods(["GET", "POST"])
@for_leads
def remove_tag(request: MemberRequest, tag_id: int) -> HttpResponse:
    tag = get_visible_tag(request.member, tag_id)
    if request.method == "POST":
        delete_tag(request.member, tag)
        messages.success(request, _("“%(tag)s” is gone.") % {"tag": tag.name})
        return redirect("tags")
    count = count_tagged(tag)
    text = ngettext(
        "It is taken off %(count)d conversation. This can't be undone.",
        "It is taken off %(count)d conversations. This can't be undone.",
        count,
    )
    return render(request, "settings/tag_delete.html", {"tag": tag, "text": text % {"count": count}})
