"""The audit: proof from the tables that nothing was lost, and the comparison with the source.
Words: an Audit is the equation and what does not add up; a reconciled day is one line per channel.
One rule: it only counts; what it mends (a gap at the source) goes through intake like everything else.
"""
