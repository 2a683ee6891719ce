"""What Telegram's refusals mean for the person who reads them. It tells them apart only by words."""

from allears.connectors.words import mark

NOT_TAKEN = mark("Telegram did not take it.")
BLOCKED = mark("The customer has blocked the bot. They must unblock it before they can be answered.")
NOT_STARTED = mark("A bot may write only to people who have opened a chat with it. This one has not.")
GONE = mark("This account was deleted; nobody reads there any more.")
NOT_IN_GROUP = mark("The bot is no longer in this group. Somebody there must add it again.")
NO_CHAT = mark("Telegram does not know this chat, or the bot was never in it.")
NO_RIGHTS = mark("The bot lacks the right for this in the group: its administrators can give it.")
CLOSED_TOPIC = mark("This topic is closed. Its administrators can open it again.")
NO_TOPIC = mark("This topic was deleted.")
NO_MESSAGE = mark("The message is no longer there.")
TOO_OLD = mark("Telegram lets a bot delete its messages for 48 hours only.")
TOO_LONG = mark("Telegram found the text too long. Shorten it.")
EMPTY = mark("Telegram takes no empty message.")
NO_REACTION = mark("This reaction is not allowed in this chat.")
TOO_LARGE = mark("The file is too large for Telegram: at most 50 MB from us, 20 MB to us.")
BAD_FILE = mark("Telegram did not take the file. Try it in another form.")
SLOW_MODE = mark("The group is in slow mode: wait, then send again.")
NOT_CONNECTED = mark("The business account has disconnected the bot, or does not let it reply.")
VOICE_FORBIDDEN = mark("The customer does not take voice or video messages.")
COSTS_STARS = mark(
    "The customer takes messages from strangers only for payment in Stars, which All Ears never makes."
)

# The first whose words stand in what Telegram says, in lower case.
_MEANINGS = (
    ("blocked by the user", BLOCKED),
    ("can't initiate conversation", NOT_STARTED),
    ("can't send messages to the user", NOT_STARTED),
    ("user is deactivated", GONE),
    ("was kicked", NOT_IN_GROUP),
    ("is not a member", NOT_IN_GROUP),
    ("chat not found", NO_CHAT),
    ("peer_id_invalid", NO_CHAT),
    ("topic_closed", CLOSED_TOPIC),
    ("thread not found", NO_TOPIC),
    ("topic_deleted", NO_TOPIC),
    ("can't be deleted", TOO_OLD),
    ("message to", NO_MESSAGE),
    ("message_id_invalid", NO_MESSAGE),
    ("message not found", NO_MESSAGE),
    ("too long", TOO_LONG),
    ("text is empty", EMPTY),
    ("text must be non-empty", EMPTY),
    ("reaction", NO_REACTION),
    ("too big", TOO_LARGE),
    ("too large", TOO_LARGE),
    ("slow mode", SLOW_MODE),
    ("slowmode", SLOW_MODE),
    ("business", NOT_CONNECTED),
    ("voice_messages_forbidden", VOICE_FORBIDDEN),
    ("payment_required", COSTS_STARS),
    ("not enough rights", NO_RIGHTS),
    ("have no rights", NO_RIGHTS),
    ("administrator", NO_RIGHTS),
    ("chat_write_forbidden", NO_RIGHTS),
    ("photo", BAD_FILE),
    ("file", BAD_FILE),
    ("media", BAD_FILE),
)


def meaning_of(said: str) -> str:
    """Put a refusal into a sentence that says what to do."""
    words = said.lower()
    return next((sentence for sign, sentence in _MEANINGS if sign in words), NOT_TAKEN)
