"""Set the model, ask for suggestions, have them written."""
