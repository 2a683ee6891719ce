"""Why envelopes ended as they did: the sentences that people read."""

from allears.connectors.words import mark

STUMBLED = mark("All Ears stumbled over it. Please report this; it can be read again after an update.")
STOPPED_THE_WORKER = mark("Reading it stopped the worker several times, so it was set aside.")
CHANGED = mark("It changed what was here already.")
NOTHING_TO_CHANGE = mark("It changes something that is not here.")
OUR_OWN = mark("It holds words of our own, to nobody in particular.")
ALREADY_HERE = mark("Its message was here already.")
NO_CHANNEL = mark("Its channel is no longer here.")
NO_MESSAGE = mark("It holds no message.")
NOT_CONNECTED_HERE = mark("It is for an account that is not connected here.")
