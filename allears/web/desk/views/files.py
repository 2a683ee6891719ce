import re

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from allears.foundation.errors import NotAllowed, NotVisible
from allears.foundation.files import path_of_file
from allears.pipeline.conversations.actions.fetching import fetch_file_again
from allears.pipeline.conversations.masking import text_for
from allears.pipeline.conversations.queries.queue import get_visible_conversation
from allears.pipeline.conversations.queries.reading import (
    get_visible_attachment,
    get_visible_message,
    inline_files_of,
)
from allears.web.desk.answers import answer
from allears.web.desk.media import SHOWN_IN_PLACE
from allears.web.desk.ranges import part_of_file
from allears.web.doors import MemberRequest

MAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
_CID = re.compile(r'src="cid:([^"]+)"')


@require_safe
def download_file(request: MemberRequest, file_id: int) -> HttpResponseBase:
    """Hand over an attachment; only pictures, films and sounds are ever shown in place."""
    file = get_visible_attachment(request.member, file_id)
    path = path_of_file(file.digest) if file.digest else None
    if path is None or not path.exists():
        raise NotVisible
    is_shown = "look" in request.GET and file.content_type in SHOWN_IN_PLACE
    response = FileResponse(
        path.open("rb"),
        as_attachment=not is_shown,
        filename=text_for(request.member, file.name),
        content_type=file.content_type if is_shown else "application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return part_of_file(response, path, request.headers.get("Range", "")) if is_shown else response


@require_POST
def fetch_again(request: MemberRequest, file_id: int) -> HttpResponse:
    """Ask the network once more for a file that could not be had."""
    file = get_visible_attachment(request.member, file_id)
    fetch_file_again(file.id, request.member)
    return answer(request, get_visible_conversation(request.member, file.message.conversation_id))


@require_safe
def show_mail(request: MemberRequest, message_id: int) -> HttpResponse:
    """Show a mail as it was sent, in a page that can run nothing and load nothing from elsewhere."""
    message = get_visible_message(request.member, message_id)
    if not request.member.may_see_personal:
        raise NotAllowed
    body = getattr(message, "body", None)
    if body is None or not body.html:
        raise NotVisible
    urls = {id_: f"{reverse('file', args=[file.id])}?look" for id_, file in inline_files_of(message).items()}
    html = _CID.sub(lambda found: f'src="{urls.get(found[1].strip("<>"), "")}"', body.html)
    # The connector made it safe to show when it was read; the policy and the sandbox hold even if not.
    page = render_to_string("desk/mail.html").replace("<!-- mail -->", html)
    response = HttpResponse(page)
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
