"""Verbs on endpoints and calls: keeping them, telling them, calling them."""
