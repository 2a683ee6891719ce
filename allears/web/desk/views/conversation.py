from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from allears.foundation.clock import now
from allears.pipeline.conversations.actions.notes import note_call_ins_seen
from allears.pipeline.conversations.actions.presence import note_presence
from allears.pipeline.conversations.masking import title_for
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import present_members, timeline
from allears.web.desk.drawing import render
from allears.web.desk.pages import (
    conversation_context,
    filter_context,
    frame_context,
    queue_context,
    reading_context,
    search_context,
)
from allears.web.desk.sights import SEARCH, view_named
from allears.web.desk.timeline import draw_timeline
from allears.web.desk.words import Names, describe_presence
from allears.web.doors import MemberRequest

MOST_PRINTED = 1000


@require_safe
def show_conversation(request: MemberRequest, view_name: str, conversation_id: int) -> HttpResponse:
    view = view_named(view_name, request.member)
    conversation = get_visible_conversation(request.member, conversation_id)
    if request.htmx.target == "earlier":
        return render(request, "desk/timeline_entries.html", reading_context(request, view, conversation))
    context = conversation_context(request, view, conversation)
    if request.htmx.target == "workspace":
        return render(request, "desk/desk.html#workspace", context)
    queue = (
        search_context(request, conversation_id)
        if view == SEARCH
        else queue_context(request, view, conversation_id) | filter_context(request, view)
    )
    return render(request, "desk/desk.html", frame_context(request, view) | queue | context)


@require_safe
def show_for_print(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Show the whole conversation, nothing folded, to be printed; its notes only where they are wanted."""
    conversation = get_visible_conversation(request.member, conversation_id)
    has_notes = request.GET.get("notes") != "no"
    line = timeline(conversation, size=MOST_PRINTED)
    entries = [one for one in line.entries if one.message or (one.note and has_notes)]
    context = {
        "conversation": conversation,
        "title": title_for(request.member, conversation),
        "timeline": draw_timeline(entries, Names({}, {}), conversation.channel.name),
        "has_notes": has_notes,
        "is_cut": bool(line.earlier),
        "at": now(),
    }
    return render(request, "desk/print.html", context)


@require_safe
def show_changes(request: MemberRequest, view_name: str, conversation_id: int) -> HttpResponse:
    """Show head and timeline as they are now, for a page that stays open."""
    conversation = get_visible_conversation(request.member, conversation_id)
    context = reading_context(request, view_named(view_name, request.member), conversation)
    return render(request, "desk/live_conversation.html", context)


@require_POST
def be_present(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Note that someone looks at a conversation or writes in it, and show who else does."""
    conversation = get_visible_conversation(request.member, conversation_id)
    note_presence(request.member, conversation, request.POST.get("state", ""))
    note_call_ins_seen(request.member, conversation)
    present = present_members(conversation, but=request.member)
    context = {"present": present, "presence_words": describe_presence(present) if present else ""}
    return render(request, "desk/presence.html", context)
