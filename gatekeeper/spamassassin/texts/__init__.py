"""texts: what SpamAssassin's rules look at, rendered from a message as SpamAssassin renders it."""
