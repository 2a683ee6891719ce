"""Work: queues that are tables, one claim loop for all of them, and the schedule.
Words: a row is put, claimed with a lease, acknowledged, or given back; after too many tries it is parked.
One rule: what is claimed twice must do no harm.
"""
