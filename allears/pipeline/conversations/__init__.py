"""Conversations: one customer, one matter, over one or more threads (its legs), one clock.
Words: Thread, Leg, Conversation, Message, Note, Outcome, as docs/words.md has them.
One rule: every inbound message stands in exactly one conversation and ends in exactly one outcome.
"""
