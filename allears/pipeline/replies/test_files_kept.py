"""Files of drafts and messages stay on the disk as long as a row names them."""

import os
from datetime import timedelta

import pytest

from allears.foundation.files import let_go_of_unused_files, path_of_file, store_file
from allears.pipeline.conftest import only_conversation
from allears.pipeline.conversations.models import Attachment, Message
from allears.pipeline.replies.actions.drafting import add_draft_file, drop_draft_file
from allears.pipeline.replies.models import DraftKind
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
NOW = timedelta(seconds=-1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES = tmp_path


def test_a_file_stays_while_a_draft_or_a_message_names_it(deliver, agent):
    deliver(said("1", "Where is it?", thread="dm"))
    conversation = only_conversation()
    file = add_draft_file(agent, conversation, DraftKind.REPLY, "a.txt", "text/plain", b"of a draft")
    message, digest = Message.objects.get(), store_file(b"of a message")
    Attachment.objects.create(message=message, name="b", content_type="text/plain", size=1, digest=digest)
    for path in (path_of_file(file.digest), path_of_file(digest)):
        os.utime(path, (1, 1))

    assert let_go_of_unused_files(NOW) == 0
    drop_draft_file(agent, conversation, file.id)
    assert let_go_of_unused_files(NOW) == 1
    assert (path_of_file(file.digest).exists(), path_of_file(digest).exists()) == (False, True)
