"""pictures: what the pages look like, made by one command: `make pictures`."""
