"""Connect an account: what a person enters, what they do on Bluesky, and what is tried."""

from collections.abc import Mapping

from allears.connectors.bluesky.client import NO_CHAT, Client
from allears.connectors.bluesky.posts import post_of
from allears.connectors.errors import ConnectorError
from allears.connectors.interface import Account, Check, Field, Post, Step
from allears.connectors.json_values import id_in, objects_in, text_in
from allears.connectors.words import mark

FIELDS = (
    Field(name="handle", label=mark("Handle"), help=mark("Such as kettleworks.bsky.social, without the @.")),
    Field(
        name="password",
        label=mark("App password"),
        help=mark("Never the password of the account itself."),
        is_secret=True,
    ),
    Field(
        name="service",
        label=mark("Data server"),
        help=mark("Only if the account lies on a server of its own (PDS). Empty means bsky.social."),
        is_required=False,
        group=mark("Own server"),
    ),
    Field(
        name="appview",
        label=mark("View of the network (AppView)"),
        help=mark("Such as did:web:api.bsky.app#bsky_appview. Empty leaves it to the data server."),
        is_required=False,
        group=mark("Own server"),
    ),
)
GUIDE = (
    Step(text=mark("Sign in to Bluesky with the account that customers write to.")),
    Step(
        text=mark("Open Settings, Privacy and security, App passwords."),
        url="https://bsky.app/settings/app-passwords",
    ),
    Step(
        text=mark("Add an app password, and tick this permission if direct messages are to be heard:"),
        words=("Allow access to your direct messages",),
    ),
    Step(
        text=mark("To be written to by people you do not follow, open Messages, Settings, and choose:"),
        words=("Everyone",),
    ),
    Step(text=mark("Enter the handle and the app password here. Nothing has to be reachable from outside.")),
)
ACCOUNT, MENTIONS, MESSAGES = mark("Account"), mark("Mentions and replies"), mark("Direct messages")
IS_THERE = mark("The app password belongs to @%(handle)s.")
HEARS = mark("Mentions, replies and quotes are heard.")
HEARS_MESSAGES = mark("Direct messages are heard.")
MAKE_ANOTHER = mark("Make another app password by the steps, and enter it.")
NO_MESSAGES_HERE = mark("This server has no direct messages. Everything else works.")


def address_of(settings: Mapping[str, str]) -> str:
    """Give the handle, as others mention it."""
    handle = settings.get("handle", "").strip().removeprefix("@")
    return f"@{handle}" if handle else ""


def find_out(account: Account) -> dict[str, str]:
    """Ask who we are: the DID stays, the handle may have changed."""
    client = Client(account)
    client.sign_in_for_now()
    found = client.ask("com.atproto.server.getSession")
    return {
        name: value
        for name, value in (("account_id", id_in(found, "did")), ("handle", text_in(found, "handle")))
        if value
    }


def check_account(account: Account) -> list[Check]:
    """Try the app password, whether the network is seen, and whether direct messages may be read."""
    client = Client(account)
    try:
        client.sign_in_for_now()
        handle = text_in(client.ask("com.atproto.server.getSession"), "handle")
    except ConnectorError as error:
        return [
            Check(name=ACCOUNT, is_good=False, message=error.detail, facts=error.facts, advice=MAKE_ANOTHER)
        ]
    return [
        Check(name=ACCOUNT, is_good=True, message=IS_THERE, facts={"handle": handle}),
        _check_mentions(client),
        _check_messages(client),
    ]


def _check_mentions(client: Client) -> Check:
    try:
        client.ask("app.bsky.notification.listNotifications", {"limit": "1"})
    except ConnectorError as error:
        return Check(
            name=MENTIONS, is_good=False, message=error.detail, facts=error.facts, advice=MAKE_ANOTHER
        )
    return Check(name=MENTIONS, is_good=True, message=HEARS)


def _check_messages(client: Client) -> Check:
    try:
        client.ask("chat.bsky.convo.listConvos", {"limit": "1"}, chat=True)
    except ConnectorError as error:
        if error.detail == NO_CHAT:
            return Check(name=MESSAGES, is_good=False, message=NO_CHAT, advice=MAKE_ANOTHER)
        return Check(name=MESSAGES, is_good=True, message=NO_MESSAGES_HERE)
    return Check(name=MESSAGES, is_good=True, message=HEARS_MESSAGES)


def see_post(post_id: str, account: Account) -> Post | None:
    """Ask for a post as it stands now."""
    client = Client(account)
    views = objects_in(client.ask("app.bsky.feed.getPosts", {"uris": [post_id]}), "posts")
    return post_of(views[0], client.did) if views else None
