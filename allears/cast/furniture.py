"""What stands about in the company's workspace: its tags, saved replies and saved views."""

from datetime import timedelta

from django.db import transaction

from allears.cast.company import Company
from allears.foundation.workspaces.models import Member
from allears.pipeline.conversations.actions.tagging import make_tag
from allears.pipeline.conversations.actions.views import ViewWords, save_view
from allears.pipeline.conversations.models import Tag, Tone
from allears.pipeline.conversations.queries.filters import ConversationFilter
from allears.pipeline.conversations.queries.tags import tag_called
from allears.pipeline.replies.actions.saving import SavedWords, create_saved_reply
from allears.pipeline.replies.errors import ShortcutTaken

TAGS = {
    "access": Tone.WARM,
    "allergy": Tone.HOT,
    "app": Tone.CALM,
    "augusta": Tone.CALM,
    "café": Tone.CALM,
    "cancelled": Tone.HOT,
    "claim": Tone.WARM,
    "group": Tone.CALM,
    "island trade": Tone.CALM,
    "lost and found": Tone.CALM,
    "praise": Tone.GOOD,
    "refund": Tone.WARM,
    "school": Tone.CALM,
    "season pass": Tone.CALM,
    "weather": Tone.CALM,
    "with care": Tone.WARM,
}
REPLIES = (
    SavedWords(
        title="Found it",
        shortcut="found",
        language="en",
        text="{{ greeting }} {{ customer.first_name }},\n\ngood news: it is here, and it waits for you at the "
        "counter with your name on it. Any day until eight.\n\n{{ agent.first_name }}",
    ),
    SavedWords(
        title="Нашлось",
        shortcut="found",
        language="ru",
        text="{{ customer.first_name }}, хорошие новости: вещь нашлась и ждёт вас на стойке, подписанная вашим "
        "именем. Каждый день до 20:00.\n\n{{ agent.first_name }}",
    ),
    SavedWords(
        title="Đã tìm thấy",
        shortcut="found",
        language="vi",
        text="Chào {{ customer.first_name }}, tin vui: đã tìm thấy rồi, bên mình giữ ở quầy, có ghi tên bạn. Mở cửa "
        "mỗi ngày tới 20:00 nhé.\n\n{{ agent.first_name }}",
    ),
    SavedWords(
        title="Refund is on its way",
        shortcut="refund",
        language="en",
        text="You are right, {{ customer.first_name }}. The money is on its way back to your card; it takes three "
        "working days. Should it not be there by then, write to me, not to a form.\n\n{{ agent.first_name }}",
    ),
    SavedWords(
        title="Cancelled by the weather",
        shortcut="weather",
        language="en",
        text="{{ greeting }}, the wind is over 17 m/s and the harbour master has closed the fairway. Nobody sails "
        "until it drops. Your ticket holds for any boat this week; you need not do anything.",
    ),
    SavedWords(
        title="Huỷ chuyến vì thời tiết",
        shortcut="weather",
        language="vi",
        text="Chào {{ customer.first_name }}, gió đang trên 17 m/s nên cảng tạm đóng luồng. Vé của bạn đi được mọi "
        "chuyến trong tuần này, không cần đổi gì cả.",
    ),
    SavedWords(
        title="What is in it (allergies)",
        shortcut="allergy",
        text="{{ customer.first_name }}, here is everything that is in it, from the recipe of today. If anything on "
        "this list worries you, please don't eat it, and come to the counter: we cook something else.",
    ),
)


def furnish(company: Company) -> None:
    """Put the company's own words and habits into its workspace, beside those that are there."""
    lead = company.members["daniel"]
    _make_tags(company, lead)
    _keep_replies(company, lead)
    _save_views(company, lead)


def _make_tags(company: Company, lead: Member) -> None:
    there = {
        name.lower()
        for name in Tag.objects.filter(workspace=company.workspace).values_list("name", flat=True)
    }
    for name, tone in TAGS.items():
        if name not in there:
            company.made.append(make_tag(lead, name, tone))


def _keep_replies(company: Company, lead: Member) -> None:
    """Keep the shared saved replies; a shortcut that is taken stays with what has it."""
    for words in REPLIES:
        try:
            with transaction.atomic():
                company.made.append(create_saved_reply(lead, words))
        except ShortcutTaken:
            continue


def _save_views(company: Company, lead: Member) -> None:
    """Save views for everyone, for a team and for one member."""
    harbour = f"team:{company.teams['Harbour desk'].id}"
    with_care, refund = (_tagged(company, name) for name in ("with care", "refund"))
    late = ConversationFilter(waiting_longer_than=timedelta(hours=2))
    views = (
        (lead, ViewWords("With care", "all", with_care, "newest")),
        (lead, ViewWords("Money to give back", "all", refund, "oldest")),
        (lead, ViewWords("Waiting over 2 hours", harbour, late)),
        (company.members["linh"], ViewWords("Weddings, schools, groups", "me", _tagged(company, "group"))),
    )
    company.made.extend(save_view(by, words) for by, words in views)


def _tagged(company: Company, name: str) -> ConversationFilter:
    tag = tag_called(company.workspace.id, name)
    return ConversationFilter(tags=(tag.id,) if tag else ())
