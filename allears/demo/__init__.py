"""Sample data: the cast moves into a workspace, lives there for a while, and leaves without a trace.

Words: a sample set is what was brought into one workspace; a sample thing is one row of it that hangs on
no sample channel; a line is what happens next while messages arrive live.
One rule: what was not here before goes, with all that hangs on it; what was, stays as it is.
"""
