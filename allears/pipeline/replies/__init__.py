"""Replies: drafts, and the outbox from which dispatches leave.
Words: a Draft is what a member is writing; a Dispatch is a reply on its way out.
One rule: a dispatch is marked as being sent, durably, before the network is called.
"""
