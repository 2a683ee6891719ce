from django.http import HttpResponse
from django.views.decorators.http import require_safe

from allears.pipeline.conversations.queries.posts import comments_under, get_visible_post
from allears.pipeline.conversations.queries.queue import queue_counts
from allears.web.desk.drawing import render
from allears.web.desk.keys import draw_keys
from allears.web.doors import MemberRequest

AT_ONCE = 30


@require_safe
def show_post(request: MemberRequest, post_id: int) -> HttpResponse:
    """Show a public post with all that was heard under it, a page at a time."""
    post = get_visible_post(request.member, post_id)
    context = {
        "place": "",
        "counts": queue_counts(request.member),
        "keys": draw_keys(),
        "may_answer": request.member.may_answer,
        "post": post,
        "page": comments_under(request.member, post, after=request.GET.get("after", ""), size=AT_ONCE),
    }
    return render(request, "desk/post.html", context)
