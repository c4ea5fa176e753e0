"""observe: how to look inside a running gateway: one log line a message, metrics."""
