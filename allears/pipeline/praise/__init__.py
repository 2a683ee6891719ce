"""Praise: thanks that never repeat themselves, a wall for the team, and who agreed to be quoted.

Its rule: only what is read as praise that asks nothing, with no complaint in it, is ever answered at one key.
"""
