"""web: the pages on which held mail is reviewed. See `site` for how they hang together."""
