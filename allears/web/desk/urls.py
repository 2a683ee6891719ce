from django.urls import path

from allears.web.desk.views import (
    conversation,
    drafts,
    files,
    queue,
    reply,
    saved_replies,
    saved_views,
    tags,
    verbs,
    visitors,
)

_C = "desk/conversations/<int:conversation_id>/"
_D = "desk/dispatches/<int:dispatch_id>/"

urlpatterns = [
    path("desk/", queue.open_desk, name="desk"),
    path("desk/search/", queue.search, name="search"),
    path("desk/views/new/", saved_views.save, name="save_view"),
    path("desk/views/<int:saved_view_id>/", saved_views.change, name="saved_view"),
    path("desk/views/<int:saved_view_id>/filter/", saved_views.change_filter, name="change_filter"),
    path("desk/views/<int:saved_view_id>/move/", saved_views.move, name="move_view"),
    path("desk/views/<int:saved_view_id>/delete/", saved_views.delete, name="delete_view"),
    path("desk/files/<int:file_id>/", files.download_file, name="file"),
    path("desk/messages/<int:message_id>/html/", files.show_mail, name="message_html"),
    path(f"{_C}reply/", reply.reply, name="reply"),
    path(f"{_C}note/", reply.write_note, name="write_note"),
    path(f"{_C}status/", verbs.set_status, name="set_status"),
    path(f"{_C}priority/", verbs.set_priority, name="set_priority"),
    path(f"{_C}assign/", verbs.assign, name="assign"),
    path(f"{_C}take/", verbs.take, name="take"),
    path(f"{_C}outcome/", verbs.end_without_reply, name="end_without_reply"),
    path(f"{_C}outcome/undo/", verbs.wait_again, name="wait_again"),
    path(f"{_C}tags/", tags.tags, name="tags_of_conversation"),
    path(f"{_C}visitor/", visitors.let_in_or_not, name="let_visitor_in"),
    path(f"{_C}presence/", conversation.be_present, name="presence"),
    path(f"{_C}draft/", drafts.save_draft, name="save_draft"),
    path(f"{_C}draft/files/", drafts.add_files, name="draft_files"),
    path(f"{_C}draft/files/<int:file_id>/remove/", drafts.remove_file, name="remove_draft_file"),
    path(f"{_C}saved-replies/", saved_replies.choose_saved_reply, name="choose_saved_reply"),
    path(
        f"{_C}saved-replies/<int:saved_reply_id>/insert/",
        saved_replies.insert_saved_reply,
        name="insert_saved_reply",
    ),
    path(f"{_D}undo/", reply.undo_reply, name="undo_reply"),
    path(f"{_D}retry/", reply.retry_dispatch, name="retry_dispatch"),
    path(f"{_D}edit/", reply.edit_reply, name="edit_reply"),
    path(f"{_D}decide/", reply.decide_dispatch, name="decide_dispatch"),
    path("desk/<str:view_name>/", queue.show_queue, name="queue"),
    path("desk/<str:view_name>/rows/", queue.show_rows, name="queue_rows"),
    path("desk/<str:view_name>/<int:conversation_id>/", conversation.show_conversation, name="conversation"),
    path(
        "desk/<str:view_name>/<int:conversation_id>/live/",
        conversation.show_changes,
        name="conversation_changes",
    ),
]
