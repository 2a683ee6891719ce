"""Health: what an installation is like just now, for those who keep it running.
Words: a Finding is one thing looked at, with a light (good, warm: soon, hot: now) and what to do.
One rule: it only looks. `doctor` says it on the command line, the settings show it as a page.
"""
