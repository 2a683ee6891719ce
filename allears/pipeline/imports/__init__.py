"""Imports: old mail and conversations from files, silently: nothing is notified, nothing is sent.
Words: a reader translates one piece of a file; its form is mbox, jsonl or twcs.
One rule: every piece becomes an envelope first, so that an import run twice changes nothing.
"""
