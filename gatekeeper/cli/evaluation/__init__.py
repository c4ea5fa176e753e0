"""evaluation: how figures are shown: as tables, and as a page with charts."""
