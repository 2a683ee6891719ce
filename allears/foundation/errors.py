"""Errors are states. Each docstring is the sentence a person reads."""

from django.utils.translation import gettext


class AllEarsError(Exception):
    """Something did not work."""

    status = 409

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or gettext(self.__doc__ or ""))


class NotVisible(AllEarsError):
    """There is nothing here, or it belongs to someone else."""

    status = 404


class NotAllowed(AllEarsError):
    """Your role does not allow this. Ask an owner or an administrator of your workspace."""

    status = 403


class NotValid(AllEarsError):
    """Something in the form needs another look."""

    status = 422
