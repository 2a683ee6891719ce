"""Live chat: visitors of a web site, what they may see and what they may do.

Words: a Visitor is someone at a widget, on any number of devices, each let in by a token of its own; a line is
what they write; a visitor is here while a page with the chat is open; an identity is signed when their
site vouches for it.
One rule: a visitor sees the messages of their own threads and nothing else, and is never tracked: All Ears
knows the page they write from, their language and their time zone.
"""
