from django.http import HttpResponse
from django.views.decorators.http import require_POST

from allears.foundation.workspaces.queries import Member
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.replies.actions.drafting import add_draft_file, drop_draft_file
from allears.pipeline.replies.actions.drafting import save_draft as keep_draft
from allears.pipeline.replies.names import DraftFile, DraftKind
from allears.pipeline.replies.queries import drafts_in
from allears.web.desk.answers import answer
from allears.web.desk.drawing import render
from allears.web.desk.forms import DraftForm, checked
from allears.web.doors import MemberRequest


@require_POST
def save_draft(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Keep what is being written."""
    conversation = get_visible_conversation(request.member, conversation_id)
    wanted = checked(DraftForm(request.POST))
    used = saved_replies_in(request)
    keep_draft(request.member, conversation, str(wanted["kind"]), str(wanted["text"]), used)
    return HttpResponse(status=204)


@require_POST
def add_files(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Put files into the draft of a reply."""
    conversation = get_visible_conversation(request.member, conversation_id)
    take_files(request, conversation)
    return _show_files(request, conversation)


@require_POST
def remove_file(request: MemberRequest, conversation_id: int, file_id: int) -> HttpResponse:
    conversation = get_visible_conversation(request.member, conversation_id)
    if "text" in request.POST:
        keep_draft(request.member, conversation, kind_in(request), request.POST["text"])
    drop_draft_file(request.member, conversation, file_id)
    return _show_files(request, conversation) if request.htmx else answer(request, conversation)


def _show_files(request: MemberRequest, conversation: Conversation) -> HttpResponse:
    kind = kind_in(request)
    files = own_files(request.member, conversation, kind)
    context = {"conversation": conversation, "mode": {"files": files, "kind": kind}}
    return render(request, "desk/draft_files.html", context)


def take_files(request: MemberRequest, conversation: Conversation) -> None:
    """Put the files that came with a form into the member's draft of a reply."""
    for file in request.FILES.getlist("files"):
        name, content_type = file.name or "", file.content_type or ""
        add_draft_file(request.member, conversation, kind_in(request), name, content_type, file.read())


def kind_in(request: MemberRequest) -> str:
    """Say in which of the composer's forms something was written."""
    return DraftKind.PRIVATE if request.POST.get("mode") == DraftKind.PRIVATE else DraftKind.REPLY


def saved_replies_in(request: MemberRequest) -> list[int]:
    """List the saved replies that a composer says are in its text, each once."""
    return [int(id_) for id_ in dict.fromkeys(request.POST.getlist("saved_replies")) if id_.isdecimal()][:20]


def own_files(member: Member, conversation: Conversation, kind: str) -> list[DraftFile]:
    """List the files in the member's own draft of a kind."""
    return [
        file
        for draft in drafts_in(conversation)
        if draft.member_id == member.id and draft.kind == kind
        for file in draft.files.all()
    ]
