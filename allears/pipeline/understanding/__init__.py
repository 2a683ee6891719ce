"""Understanding: what a good colleague would see at a glance in every message, made on this machine.

A text is read in a batch by small models that lie here as data files: language, sentiment, intent, urgency,
advice whether to step in, personal data, near-copies. One rule: reading needs no network, no table and no
setting, and "not sure" is an answer. Words: text, reading, reason, head (one small model), sketch (the signature
by which near-copies are found), correction (what a person said against a reading).
"""
