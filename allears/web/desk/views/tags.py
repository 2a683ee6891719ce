from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allears.pipeline.conversations.actions.tagging import (
    find_or_make_tag,
    tag_conversations,
    untag_conversations,
)
from allears.pipeline.conversations.actions.topics import accept_tag, dismiss_tag
from allears.pipeline.conversations.queries.names import Conversation
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.tags import get_visible_tag, tags_of, used_tags
from allears.web.desk.answers import Said, answer
from allears.web.desk.drawing import render
from allears.web.desk.forms import TagForm, checked
from allears.web.doors import MemberRequest


@require_http_methods(["GET", "POST"])
def tags(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """Offer all tags for a conversation, or put one on it or take one off."""
    conversation = get_visible_conversation(request.member, conversation_id)
    if request.method == "POST":
        return _change(request, conversation, checked(TagForm(request.POST)))
    context = {
        "tags": used_tags(request.member),
        "worn": {tag.id for tag in tags_of([conversation.id]).get(conversation.id, [])},
    }
    return render(request, "desk/tag_options.html", context)


def _change(request: MemberRequest, conversation: Conversation, wanted: dict[str, Any]) -> HttpResponse:
    """Do what was asked for: one thing of a suggestion, or of a tag."""
    if wanted["accept"]:
        accept_tag(conversation, wanted["accept"], request.member)
        return answer(request, conversation)
    if wanted["dismiss"]:
        dismiss_tag(conversation, wanted["dismiss"], request.member)
        return answer(request, conversation)
    if wanted["remove"]:
        return _take_off(request, conversation, wanted["remove"])
    tag_id = wanted["add"] or find_or_make_tag(request.member, wanted["name"]).id
    return _put_on(request, conversation, tag_id)


def _put_on(request: MemberRequest, conversation: Conversation, tag_id: int) -> HttpResponse:
    tag_conversations([conversation.id], [tag_id], request.member)
    return answer(request, conversation)


def _take_off(request: MemberRequest, conversation: Conversation, tag_id: int) -> HttpResponse:
    tag = get_visible_tag(request.member, tag_id)
    untag_conversations([conversation.id], [tag_id], request.member)
    text = _("Took off “%(tag)s”") % {"tag": tag.name}
    url = reverse("tags_of_conversation", args=[conversation.id])
    return answer(request, conversation, Said(text, "tag", url, "add", str(tag_id)))
