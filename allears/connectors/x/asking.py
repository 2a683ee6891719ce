"""What we want to be told of posts, people and media. X's answers call a post "tweet", newer ones "post", and so
do the parameters that ask for its fields; which of them an app understands is found out by asking."""

from collections.abc import Mapping

from allears.connectors.errors import Refused
from allears.connectors.interface import Account
from allears.connectors.meta.values import Json
from allears.connectors.x.describing import READ
from allears.connectors.x.network import ask

TWEET, POST = "tweet", "post"
DIALECT = "dialect"
_POST_FIELDS = (
    "attachments,author_id,conversation_id,created_at,edit_controls,entities,in_reply_to_user_id,lang,"
    "note_tweet,possibly_sensitive,public_metrics,referenced_tweets,reply_settings,text"
)
_NEW_POST_FIELDS = (
    "attachments,conversation_id,created_at,edit_controls,entities,lang,note_post,possibly_sensitive,"
    "public_metrics,reply_settings,text"
)
USER_FIELDS = "name,username,profile_image_url,protected,public_metrics,receives_your_dm,verified"
MEDIA_FIELDS = "media_key,type,url,preview_image_url,variants,alt_text"
_EXPANSIONS = (
    "author_id,in_reply_to_user_id,referenced_tweets.id,referenced_tweets.id.author_id,attachments.media_keys,"
    "edit_history_tweet_ids"
)
_NEW_EXPANSIONS = (
    "author_id,in_reply_to_user_id,referenced_posts,attachments.media_keys,edit_history_post_ids"
)
_SHARED = {"user.fields": USER_FIELDS, "media.fields": MEDIA_FIELDS}

OF_POSTS: dict[str, dict[str, str]] = {
    TWEET: {"tweet.fields": _POST_FIELDS, "expansions": _EXPANSIONS, **_SHARED},
    POST: {"post.fields": _NEW_POST_FIELDS, "expansions": _NEW_EXPANSIONS, **_SHARED},
}
OF_MESSAGES = {
    "dm_event.fields": "id,text,event_type,created_at,dm_conversation_id,attachments,entities",
    "expansions": "sender_id,participant_ids,attachments.media_keys",
    **_SHARED,
}


def dialect_of(account: Account) -> str:
    """Say which names an app understands, as was found out when connecting."""
    return account.settings.get(DIALECT) or TWEET


def ask_posts(
    account: Account, path: str, query: Mapping[str, str], *, budget: str = READ, as_app: bool = False
) -> Json:
    """Ask for posts with all we want to know of them, by the other names if X does not understand the first."""
    first = dialect_of(account)
    try:
        return ask(account, path, {**query, **OF_POSTS[first]}, budget=budget, as_app=as_app)
    except Refused as error:
        if not _is_about_names(error):
            raise
    other = POST if first == TWEET else TWEET
    return ask(account, path, {**query, **OF_POSTS[other]}, budget=budget, as_app=as_app)


def _is_about_names(error: Refused) -> bool:
    return error.raw.startswith("400") and any(name in error.raw for name in ("fields", "expansions"))
