"""Files that lie on the network until they are fetched, and posts of which only the id is known."""

import logging
from datetime import timedelta

import pytest

from allears.connectors.errors import Refused, SlowDown, Unreachable
from allears.connectors.interface import Ability, File, Post, Visibility
from allears.connectors.words import mark
from allears.foundation.clock import now, shifted_clock
from allears.foundation.errors import NotVisible
from allears.foundation.events.models import Event
from allears.foundation.files import read_file
from allears.foundation.work.models import Job
from allears.housekeeping import TASKS
from allears.pipeline.audit.queries import audit_workspace
from allears.pipeline.conversations.actions import fetching
from allears.pipeline.conversations.actions.fetching import (
    fetch_file_again,
    fetch_forgotten_files,
)
from allears.pipeline.conversations.models import Attachment, FileState, Message
from allears.pipeline.conversations.models import Post as PostRow
from tests.fake_network import said

pytestmark = pytest.mark.django_db(databases="__all__")
SECRET = "https://files.example/bot123:token/photo.jpg"
PHOTO = File(name="photo.jpg", content_type="image/jpeg", remote=SECRET)
EXPIRED = mark("The network has let go of this file.")


@pytest.fixture
def answers(network):
    """What the network gives for a file or a post, in turn."""
    found = []

    def give(asked, _account):
        answer = found.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    network.can |= {Ability.FETCH_FILES, Ability.SEE_POSTS}
    network.fetch_file = network.see_post = give
    return found


def work(later=0.0):
    """Do the jobs that are due."""
    with shifted_clock(timedelta(seconds=later)):
        for job in list(Job.objects.filter(due_at__lte=now(), name__in=["fetch_file", "see_post"])):
            TASKS[job.name](**job.arguments)
            job.delete()


def test_a_file_comes_after_its_message_and_its_secret_is_gone_then(deliver, answers):
    deliver(said("1", files=(PHOTO,)))
    waiting = Attachment.objects.get()
    assert (waiting.state, waiting.digest) == (FileState.WAITING, "")
    assert "token" not in waiting.remote
    answers.append(File(name="x", content_type="image/jpeg", data=b"bytes"))

    work()

    kept = Attachment.objects.get()
    assert (kept.state, kept.size, kept.remote, kept.name) == (FileState.KEPT, 5, "", "photo.jpg")
    assert read_file(kept.digest) == b"bytes"
    assert Event.objects.filter(kind="message.file_came", conversation__isnull=False).count() == 1
    assert audit_workspace().is_good


def test_it_is_asked_for_again_after_growing_pauses_and_given_up_in_words(deliver, answers, agent, caplog):
    deliver(said("1", files=(PHOTO,)))
    answers += [Unreachable(), SlowDown(now() + timedelta(minutes=10)), *[Unreachable()] * 5]
    with caplog.at_level(logging.DEBUG):
        work()
        assert Attachment.objects.get().trouble
        work(later=16)
        assert Job.objects.get(name="fetch_file").due_at > now() + timedelta(minutes=9)
        for day in range(1, 6):
            work(later=day * 86_400)

    gone = Attachment.objects.get()
    assert (gone.state, gone.trouble) == (FileState.GONE, fetching.GAVE_UP)
    assert Event.objects.filter(kind="message.file_lost").count() == 1
    assert "token" not in caplog.text

    answers.append(File(name="x", content_type="image/jpeg", data=b"bytes"))
    fetch_file_again(gone.id, agent)
    work()
    assert Attachment.objects.get().state == FileState.KEPT


def test_what_the_network_let_go_of_is_gone_with_its_reason(deliver, answers, agent, stranger):
    deliver(said("1", files=(PHOTO,)))
    answers.append(Refused(EXPIRED))

    work()

    assert Attachment.objects.get().trouble == EXPIRED
    with pytest.raises(NotVisible):
        fetch_file_again(Attachment.objects.get().id, stranger)


def test_a_file_that_is_too_large_is_left_where_it_is(deliver, answers, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 3)
    deliver(said("1", files=(PHOTO,)))
    answers.append(File(name="x", content_type="image/jpeg", data=b"bytes"))

    work()

    assert Attachment.objects.get().trouble == fetching.TOO_LARGE


def test_what_the_connector_stumbles_over_tells_nothing_of_the_secret(deliver, answers, caplog):
    deliver(said("1", files=(PHOTO,)))
    answers.append(ValueError(SECRET))

    with caplog.at_level(logging.DEBUG):
        work()

    assert Attachment.objects.get().state == FileState.WAITING
    assert "token" not in caplog.text


def test_files_of_the_past_are_fetched_bit_by_bit(deliver, answers):
    deliver(*(said(files=(PHOTO,)) for _ in range(3)), is_silent=True)
    assert not Job.objects.filter(name="fetch_file").exists()
    answers += [File(name="x", content_type="image/jpeg", data=b"bytes")] * 3

    assert fetch_forgotten_files() == 3
    work()

    assert Attachment.objects.filter(state=FileState.KEPT).count() == 3
    assert fetch_forgotten_files() == 0


def test_one_that_came_here_in_an_archive_says_why_it_is_not_to_be_had(deliver, answers):
    deliver(said("1", files=(PHOTO,)), is_silent=True)
    Attachment.objects.update(remote="")

    fetch_forgotten_files()
    work()

    assert Attachment.objects.get().trouble == fetching.NOT_HERE


def test_a_post_of_which_only_the_id_is_known_is_asked_for_once(deliver, answers):
    public = {"visibility": Visibility.PUBLIC, "thread": "p", "post": Post(id="p")}
    deliver(said("1", **public), said("2", **public))
    assert Job.objects.filter(name="see_post").count() == 1
    answers.append(Post(id="p", text="New kettles", likes=4))

    work()
    deliver(said("3", **public))

    post = PostRow.objects.get()
    assert (post.text, post.likes) == ("New kettles", 4)
    assert not Job.objects.filter(name="see_post").exists()


def test_a_post_that_is_no_longer_there_keeps_what_we_know_of_it(deliver, answers):
    deliver(said("1", visibility=Visibility.PUBLIC, thread="p", post=Post(id="p", url="https://a.example/p")))
    answers += [Unreachable(), None]

    work()
    work(later=61)

    post = PostRow.objects.get()
    assert post.gone_at
    assert post.url == "https://a.example/p"
    assert Message.objects.get().post == post


def test_a_file_that_nobody_fetches_any_more_is_found_by_the_audit(deliver, answers):
    deliver(said("1", files=(PHOTO,)))
    assert audit_workspace().is_good

    with shifted_clock(timedelta(days=8)):
        [problem] = audit_workspace().problems

    assert problem.sentence.startswith("Files that have waited")
    assert problem.rows == [f"file:{Attachment.objects.get().id}"]
