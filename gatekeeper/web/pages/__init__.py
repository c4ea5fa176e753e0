"""pages: one file each. Each has `ROUTES`, and `site` has the list of them."""
