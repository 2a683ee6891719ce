"""Tests of the whole: journeys, promises of every connector, the architecture, load and faults.

Tests of one package stand beside it, under `allears/`.
"""
