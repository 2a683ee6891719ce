from allears.foundation.errors import AllEarsError, NotValid


class NoLanguageModel(AllEarsError):
    """No language model is set for this here. An administrator can set one under Settings, Language model."""


class OverBudget(AllEarsError):
    """The budget of the language model is used up. It begins anew on the next day or month, or when it is raised."""


class NothingToRead(AllEarsError):
    """There are no words here that could be summarised, answered or translated."""


class NotWrittenYet(AllEarsError):
    """There is no draft to put in: it is still being written, or it failed."""


class ModelAddressNotValid(NotValid):
    """The address must begin with https:// (or http:// on your own network) and name a host."""


class KeyNeedsOtherAddress(NotValid):
    """The key was given for another address. Enter the key for this one."""
