"""Hooks: where programs and networks deliver, /in/<channel key>.
One rule: 202 is said only after the envelopes are durable.
"""
