"""States that stand in the way of doing something with a conversation."""

from django.utils.translation import gettext as _

from allears.foundation.errors import AllEarsError, NotValid


class StillUnanswered(AllEarsError):
    """The customer still waits for an answer. Answer, or say why no reply is needed."""


class NothingToEnd(AllEarsError):
    """Nothing here waits for an answer any more."""


class NoteIsEmpty(NotValid):
    """A note needs words."""


class ReasonNeeded(NotValid):
    """Say why no reply is needed."""


class NoSuchStatus(NotValid):
    """There is no such status."""


class NoSuchPriority(NotValid):
    """There is no such priority."""


class ChangedMeanwhile(AllEarsError):
    """It has changed since you read it. Read it again, then decide anew."""

    status = 412


class FilterNotUnderstood(NotValid):
    """A part of the filter makes no sense."""

    def __init__(self, field: str, value: str) -> None:
        self.field, self.value = field, value
        known = (
            _("The filter “%(field)s” can't be “%(value)s”.")
            if value
            else _("There is no filter “%(field)s”.")
        )
        super().__init__(known % {"field": field[:60], "value": value[:60]})


class TagNameNeeded(NotValid):
    """A tag needs a name."""


class NoSuchTone(NotValid):
    """There is no such colour."""


class TooManyTags(NotValid):
    """There are 500 tags already, and nobody can choose among more. Join some that mean the same."""


class ViewNameNeeded(NotValid):
    """A view needs a name."""


class NoSuchOrder(NotValid):
    """There is no such order."""


class TooManyViews(NotValid):
    """You have 60 views already, more than one can look after. Delete one first."""


class NothingSelected(NotValid):
    """No conversation is selected, or none is there any more."""


class NoSuchVerb(NotValid):
    """There is no such change."""


class TooLateToUndo(AllEarsError):
    """The time to undo this is over."""


class NotReadYet(AllEarsError):
    """This message was not read yet. Try again in a minute."""


class NoSuchAnswer(NotValid):
    """Nothing can be corrected to that."""


class NothingToTakeBack(AllEarsError):
    """Nothing was corrected here, or somebody took it back already."""
