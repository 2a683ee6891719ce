"""The benchmarks: `bench/intake`, `bench/desk`, `bench/understanding`. Each is one command, stops by itself, stays on
this machine, works in a temporary folder, prints JSON on stdout and a readable line on stderr.
"""
