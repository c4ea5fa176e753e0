"""digests: what a message or a file is known again by, after it was changed a little. Pure; see each for its limits."""
