"""Django's SQLite backend with a gate for writers, and the file of its own for envelopes.
One rule: what holds for SQLite alone stands here.
"""
