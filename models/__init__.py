"""models: the demonstration model, and what it is made of."""
