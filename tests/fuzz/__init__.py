"""fuzz: what no input may do: raise, take a second, or take 300 MB. `python -m tests.fuzz --help`."""
