"""Tokens: how programs get in, and what they were answered.
Words: an ApiToken lets a program act as its member; a KeptAnswer is what an idempotency key was answered with.
One rule: only the hash of a token is kept, and its rights are its member's, neither more nor less.
"""
