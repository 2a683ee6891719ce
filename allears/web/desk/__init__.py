"""The desk: the page agents live in. Four zones: rail, queue, conversation, context.

Words: a view is one question to the queue (mine, unassigned, …); a place is where a link of the rail leads.
One rule: every link and form works without JavaScript; what is typed or swapped in place comes on top.
"""
