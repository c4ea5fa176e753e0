"""cli: one file a command. Exit codes: 0 done, 1 found mistakes or failed, 2 used wrongly."""

from gatekeeper.cli.main import main

__all__ = ["main"]
