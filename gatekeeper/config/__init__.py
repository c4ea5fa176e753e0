"""config: what the operator wrote, as typed values. `schema.py` is the whole of it; `load.py` reads and merges."""
