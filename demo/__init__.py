"""demo: what `make run` shows. A gateway with a server behind it, and a handful of messages that pass or do not."""
