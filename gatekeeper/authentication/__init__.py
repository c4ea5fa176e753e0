"""authentication: who vouches for a message, worked out from answers alone. Each module asks as a check does."""
