from allears.foundation.errors import AllEarsError, NotValid


class WebhookNameTaken(AllEarsError):
    """There is a webhook with this name already."""


class WebhookAddressNotValid(NotValid):
    """The address must begin with https:// (or http://) and name a host."""


class NoEventsChosen(NotValid):
    """Choose at least one kind of event, or all of them."""


class TooManyWebhooks(AllEarsError):
    """A workspace can have at most 20 webhooks. Delete one that is no longer needed."""


class NotFailed(AllEarsError):
    """This call is still on its way; it needs no help."""
