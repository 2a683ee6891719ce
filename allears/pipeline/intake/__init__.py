"""Intake: what arrived, stored byte for byte before it is acknowledged, and how each envelope ended.
Words: an Envelope is a stored delivery; its Ending says messages, nothing to do, or dead letter.
One rule: an envelope waits until its Ending is committed beside the messages made of it.
"""
