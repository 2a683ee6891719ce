"""The site where a workspace is kept in order: channels, members, teams, and the proof that nothing was lost.

Words: a tab is one subject; a light says how a channel is (on, paused, disconnected).
One rule: administrators change, leads look; a secret is shown once, when it is made.
"""
