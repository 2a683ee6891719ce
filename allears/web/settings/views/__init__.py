"""The pages of the settings, by subject."""
