"""The widget: live chat on any site. `/chat/<key>/...` is native and speaks JSON to the widget's script.

Words: a door is what a visitor's browser talks to; a stream is one open page of theirs.
One rule: no cookies; a visitor is who holds a token, and a page may only ask from an origin its channel allows.
"""
