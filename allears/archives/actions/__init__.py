"""Write archives, and take them in."""
