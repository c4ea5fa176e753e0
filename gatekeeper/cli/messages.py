"""messages: the files that a command is given. What cannot be read is told, and the rest goes on."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gatekeeper.cli.showing import safe

UNREADABLE = 2
"""The exit status of a command that could not read one of its files."""


class Messages:
    """`-` is standard input. `status` is `UNREADABLE` once something could not be read, else 0."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files = files
        self.status = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file."""
        for file in self._files:
            try:
                raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            except OSError as error:
                click.echo(f"gatekeeper: {safe(file)}: {error.strerror}", err=True)
                self.status = UNREADABLE
            else:
                yield file, raw
