"""X as a care desk meets it: posts, direct messages, webhooks and the stream, with its plans, prices and moods.

    with FakeX() as x, x_at(x.url):
        ann = x.join("ann")
        x.post(ann, "@lumenkettles my kettle leaks", called=True)
        ...                      # polling hears it, or `x.push(...)` delivers it, signed
        assert x.said_by(x.us) == ["@ann Sorry to hear that!"]

It speaks both ways of naming fields ("tweet.fields" and "post.fields"): `names` says which an app understands.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.networks.faults import Asked, Reply, answers
from tests.networks.x_state import (
    LIMITS,
    PROBLEMS,
    SECRET,
    US,
    Message,
    Person,
    StatefulX,
    Written,
    between,
    signature,
    stamp,
    x_at,
)

__all__ = ["SECRET", "US", "FakeX", "Message", "Person", "Written", "signature", "x_at"]


class FakeX(StatefulX):
    """Does what it is asked, and refuses what X refuses."""

    @answers("GET", "/2/users/me")
    def me(self, asked: Asked) -> Reply:
        headers = {**LIMITS, "x-access-level": "read-write-directmessages"}
        return Reply.json({"data": self.person_told(US)}, headers=headers)

    @answers("GET", "/2/users/{id}/mentions")
    def mentions(self, asked: Asked) -> Reply:
        mine = asked.parts["id"]
        rows = [post for post in self.posts if mine in post.calls and post.author.id != mine]
        return self.page(rows, asked)

    @answers("GET", "/2/users/{id}/tweets")
    def written_by(self, asked: Asked) -> Reply:
        return self.page([post for post in self.posts if post.author.id == asked.parts["id"]], asked)

    @answers("GET", "/2/tweets/search/recent")
    def search(self, asked: Asked) -> Reply:
        query = asked.query["query"]
        if len(query) > 512:
            return self.invalid("query is too long")
        oldest = datetime.now(UTC) - timedelta(days=7)
        if asked.query.get("start_time", "9999") < stamp(oldest)[:19]:
            return self.invalid("start_time must be within the last 7 days")
        left = f"-from:{self.us.handle}" in query
        words = [word for word in query.replace("(", " ").replace(")", " ").split() if word[:1] != "-"]
        rows = [
            post for post in self.posts if self.fits(post, words) and not (left and post.author is self.us)
        ]
        return self.page(rows, asked, smallest=10)

    def fits(self, post: Written, words: list[str]) -> bool:
        found = [word for word in words if word != "OR"]
        threads = {
            word.removeprefix("conversation_id:") for word in found if word.startswith("conversation_id:")
        }
        return post.root in threads if threads else any(word in post.text.lower() for word in found)

    @answers("GET", "/2/tweets")
    def look_up(self, asked: Asked) -> Reply:
        names = self.names_in(asked)
        if names is None:
            return self.invalid("The query parameter fields is not one of those known")
        ids = asked.query["ids"].split(",")
        found = [post for post in self.posts if set(ids) & set(post.ids)]
        known = {one for post in found for one in post.ids}
        gone = [
            {
                "value": one,
                "resource_id": one,
                "resource_type": "tweet",
                "parameter": "ids",
                "title": "Not Found Error",
                "detail": f"Could not find tweet with ids: [{one}].",
                "type": f"{PROBLEMS}resource-not-found",
            }
            for one in ids
            if one not in known
        ]
        body: dict[str, Any] = {"errors": gone} if gone else {}
        if found:
            body |= {
                "data": [self.told(one, names) for one in found],
                "includes": self.came_along(found, names),
            }
        return Reply.json(body, headers=LIMITS)

    @answers("POST", "/2/tweets")
    def create(self, asked: Asked) -> Reply:
        told = asked.json()
        answered = told["reply"]["in_reply_to_tweet_id"]
        above = next((post for post in self.posts if answered in post.ids), None)
        if above is None:
            return self.refuse("You attempted to reply to a Post that is deleted or not visible to you.")
        if (
            self.tier != "enterprise"
            and US not in above.calls
            and not (above.quoted and above.quoted.author is self.us)
        ):
            return self.refuse(
                "Reply to this conversation is not allowed because you have not been mentioned by the author."
            )
        same = [post for post in self.posts if post.author is self.us and post.text == told["text"]]
        if same and not told.get("media"):
            return self.refuse("You are not allowed to create a Tweet with duplicate content.")
        made = self.post(self.us, told["text"], above=above)
        made.media = told.get("media", {}).get("media_ids", [])
        return Reply.json({"data": {"id": made.id, "text": made.text}}, 201, LIMITS)

    @answers("DELETE", "/2/tweets/{id}")
    def delete(self, asked: Asked) -> Reply:
        self.posts = [post for post in self.posts if asked.parts["id"] not in post.ids]
        return Reply.json({"data": {"deleted": True}}, headers=LIMITS)

    @answers("PUT", "/2/tweets/{id}/hidden")
    def hide(self, asked: Asked) -> Reply:
        post = next((one for one in self.posts if asked.parts["id"] in one.ids), None)
        root = post and self.root_of(post)
        if post is None or root is None or root.author is not self.us:
            return self.refuse("You are not permitted to hide this reply")
        post.is_hidden = asked.json()["hidden"]
        return Reply.json({"data": {"hidden": post.is_hidden}}, headers=LIMITS)

    @answers("POST", "/2/users/{id}/likes")
    def like(self, asked: Asked) -> Reply:
        self.liked = sorted({*self.liked, asked.json()["tweet_id"]})
        return Reply.json({"data": {"liked": True}}, headers=LIMITS)

    @answers("DELETE", "/2/users/{id}/likes/{post}")
    def unlike(self, asked: Asked) -> Reply:
        self.liked = [one for one in self.liked if one != asked.parts["post"]]
        return Reply.json({"data": {"liked": False}}, headers=LIMITS)

    @answers("GET", "/2/dm_events")
    def all_messages(self, asked: Asked) -> Reply:
        return self.messages_page(self.messages, asked)

    @answers("GET", "/2/dm_conversations/with/{id}/dm_events")
    def messages_with(self, asked: Asked) -> Reply:
        thread = between(US, asked.parts["id"])
        return self.messages_page([one for one in self.messages if one.thread == thread], asked)

    def messages_page(self, rows: list[Message], asked: Asked) -> Reply:
        rows = sorted(rows, key=lambda row: int(row.id), reverse=True)
        offset, count = (
            int(asked.query.get("pagination_token", "0")),
            int(asked.query.get("max_results", "100")),
        )
        shown, left = rows[offset : offset + count], rows[offset + count :]
        told = [
            {
                "id": one.id,
                "event_type": "MessageCreate",
                "text": one.text,
                "sender_id": one.sender,
                "dm_conversation_id": one.thread,
                "created_at": stamp(one.at),
            }
            for one in shown
        ]
        meta = {"result_count": len(shown)} | ({"next_token": f"{offset + count:016d}"} if left else {})
        users = [self.person_told(one) for one in sorted({one.sender for one in shown})]
        body = {"meta": meta} | ({"data": told, "includes": {"users": users}} if shown else {})
        return Reply.json(body, headers=LIMITS)

    @answers("POST", "/2/dm_conversations/with/{id}/messages")
    def send_message(self, asked: Asked) -> Reply:
        person, told = self.people.get(asked.parts["id"]), asked.json()
        if person is None or not person.takes_messages:
            return self.refuse("You cannot send messages to this user.")
        made = self.write(self.us, person, told.get("text", ""))
        made.media = [one["media_id"] for one in told.get("attachments", [])]
        return Reply.json({"data": {"dm_conversation_id": made.thread, "dm_event_id": made.id}}, 201, LIMITS)

    @answers("DELETE", "/2/dm_events/{id}")
    def delete_message(self, asked: Asked) -> Reply:
        self.messages = [one for one in self.messages if one.id != asked.parts["id"]]
        return Reply.json({"data": {"deleted": True}}, headers=LIMITS)

    @answers("POST", "/2/media/upload")
    def upload(self, asked: Asked) -> Reply:
        told = asked.json()
        number = self.new_id()
        self.media[number] = {"bytes": base64.b64decode(told["media"]), "category": told["media_category"]}
        return Reply.json({"data": {"id": number}}, headers=LIMITS)

    @answers("POST", "/2/media/upload/initialize")
    def begin_upload(self, asked: Asked) -> Reply:
        number = self.new_id()
        self.media[number] = {"bytes": b"", "category": asked.json()["media_category"]}
        return Reply.json({"data": {"id": number}}, headers=LIMITS)

    @answers("POST", "/2/media/upload/{id}/append")
    def append(self, asked: Asked) -> Reply:
        self.media[asked.parts["id"]]["bytes"] += base64.b64decode(asked.json()["media"])
        return Reply.json({"data": {"expires_at": 1}}, headers=LIMITS)

    @answers("POST", "/2/media/upload/{id}/finalize")
    def finish_upload(self, asked: Asked) -> Reply:
        return self.upload_state(asked.parts["id"])

    @answers("GET", "/2/media/upload")
    def see_upload(self, asked: Asked) -> Reply:
        return self.upload_state(asked.query["media_id"])

    def upload_state(self, number: str) -> Reply:
        state = "in_progress" if self.working_on_media else "succeeded"
        self.working_on_media = max(0, self.working_on_media - 1)
        info = {"state": state, "check_after_secs": 1}
        return Reply.json({"data": {"id": number, "processing_info": info}}, headers=LIMITS)

    @answers("GET", "/2/webhooks")
    def list_webhooks(self, asked: Asked) -> Reply:
        return Reply.json(
            {"data": self.webhooks, "meta": {"result_count": len(self.webhooks)}}, headers=LIMITS
        )

    @answers("POST", "/2/webhooks")
    def make_webhook(self, asked: Asked) -> Reply:
        made = {"id": self.new_id(), "url": asked.json()["url"], "valid": True, "created_at": stamp(self.now)}
        self.webhooks.append(made)
        return Reply.json({"data": made}, headers=LIMITS)

    @answers("PUT", "/2/webhooks/{id}")
    def try_webhook(self, asked: Asked) -> Reply:
        for one in self.webhooks:
            one["valid"] = one["valid"] or one["id"] == asked.parts["id"]
        return Reply.json({"data": {"valid": True}}, headers=LIMITS)

    @answers("GET", "/2/activity/subscriptions")
    def list_subscriptions(self, asked: Asked) -> Reply:
        return Reply.json({"data": self.subscriptions}, headers=LIMITS)

    @answers("POST", "/2/activity/subscriptions")
    def subscribe(self, asked: Asked) -> Reply:
        told = asked.json()
        if told["event_type"] in self.refuses_events:
            return self.invalid("event_type is not one of those known")
        made = {**told, "subscription_id": self.new_id(), "created_at": stamp(self.now)}
        self.subscriptions.append(made)
        return Reply.json({"data": {"subscription": made}}, headers=LIMITS)

    @answers("GET", "/2/activity/stream")
    def stream(self, asked: Asked) -> Reply:
        return Reply(status=200, body=iter([line + b"\r\n" for line in self.lines]))

    @answers("POST", "/2/oauth2/token")
    def renew(self, asked: Asked) -> Reply:
        """Trade a refresh token, once."""
        given = asked.form()["refresh_token"]
        if given not in self.refresh_tokens:
            return Reply.json({"error": "invalid_request"}, 400)
        number = int(given.partition("-")[2]) + 1
        self.refresh_tokens, self.user_tokens = {f"refresh-{number}"}, {f"user-{number}"}
        told = {"access_token": f"user-{number}", "refresh_token": f"refresh-{number}", "expires_in": 7200}
        return Reply.json({**told, "token_type": "bearer"})
