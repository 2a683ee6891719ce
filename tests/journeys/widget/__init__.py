"""The widget in a real browser, on a page of another origin with a strict policy and hostile styles."""
