"""One module a group of heads: its `TASKS` say what each learns from which sets."""
