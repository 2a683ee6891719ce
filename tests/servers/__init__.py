"""Real servers that tests and benchmarks start for themselves, in a folder of their own.

Each has a `start_<server>(folder)`; what it returns knows its address and how to stop.
One rule: nothing outlives the process that started it.
"""
