"""lookups: answers. The only package that asks the world something on behalf of a check."""
