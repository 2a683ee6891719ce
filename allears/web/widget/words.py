"""What the widget says, by the names its script uses; the script carries every language."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS = {
    "open": _("Chat with us"),
    "open_unread": _("Chat with us. New messages: {n}"),
    "close": _("Close the chat"),
    "more": pgettext_lazy("chat", "More"),
    "new_message": _("New message from {name}: {text}"),
    "greeting": _("Hello! How can we help?"),
    "conversation": _("Conversation"),
    "you": pgettext_lazy("chat", "You"),
    "earlier": _("Earlier messages"),
    "new_below": _("New messages below"),
    "typing": _("{name} is writing"),
    "write": _("Write a message"),
    "send": _("Send"),
    "attach": _("Attach a file, up to {size}"),
    "attach_any": _("Attach a file"),
    "files": _("Files to send"),
    "remove_file": _("Remove {name}"),
    "file_too_large": _("Too large: at most {size}"),
    "file_not_sent": pgettext_lazy("chat", "Not sent"),
    "sends_when_ready": _("Goes out as soon as the files are there."),
    "save_file": _("Save {name}"),
    "try_again": _("Try again"),
    "not_now": _("That did not work just now. Please try again."),
    "state_sending": _("Sending"),
    "state_waiting": _("Not sent yet. It goes out by itself."),
    "state_sent": _("Sent"),
    "state_seen": pgettext_lazy("chat", "Read"),
    "state_refused": _("Could not be sent"),
    "edit": _("Change it"),
    "remove": pgettext_lazy("chat", "Remove"),
    "here": _("We are here"),
    "nobody_here": _("Nobody is at the desk just now."),
    "closed": _("We are closed just now."),
    "back": _("We are back {when} (your time)."),
    "answer_time": _("Usually answered in {time}"),
    "before_intro": _("Before we begin: who are we talking to?"),
    "away_intro": _("Leave us a message; we answer by e-mail."),
    "without_email": _("Write without e-mail"),
    "name": _("Your name"),
    "email": _("E-mail address"),
    "message": _("Message"),
    "optional": _("optional"),
    "needed": _("Please fill this in."),
    "wrong_email": _("Please check this e-mail address."),
    "email_intro": _("Shall we answer by e-mail too? Then you need not wait here."),
    "email_saved": _("Thank you. We answer to {email} too."),
    "save": _("Save"),
    "not_needed": _("No, thanks"),
    "transcript": _("Send me this conversation by e-mail"),
    "transcript_intro": _("Where shall we send this conversation?"),
    "transcript_sent": _("It is on its way to {email}."),
    "forget": _("Forget this device"),
    "forget_intro": _(
        "This browser will no longer show the conversation. We keep it, so that we can answer you."
    ),
    "forget_now": _("Forget it"),
    "forgotten": _("This browser has forgotten the conversation."),
    "cancel": _("Cancel"),
    "lost": _("No connection. What you write is kept and sent as soon as it is back."),
    "refused": _("The chat is not available on this page."),
    "solved": _("This conversation is closed. Just write if there is anything else."),
}


def words_by_language() -> dict[str, list[str]]:
    """Return every sentence in every language of the product, in the order of their names."""
    codes = [code for code, _name in settings.LANGUAGES]
    found = {"names": list(WORDS), "codes": codes}
    for code in codes:
        with translation.override(code):
            found[code] = [str(sentence) for sentence in WORDS.values()]
    return found
