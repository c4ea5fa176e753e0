"""evaluation: how well the classifier does on mail whose class is known. Nothing here writes to a store."""
