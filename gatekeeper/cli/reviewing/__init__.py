"""reviewing: the commands of `gatekeeper quarantine`, one file for what belongs together."""
