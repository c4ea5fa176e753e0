"""app: puts it together. Configuration in, fronts, checks, lookups and stores out; the processes that run them."""
