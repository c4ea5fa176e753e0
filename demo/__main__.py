"""demo: run the gateway before a server that stands in for Exchange, send it samples, show what became of them.

    python -m demo [PORT [PAGES]]

It goes on serving until ^C or SIGTERM. Exit status 0, or 1 if it could not start.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from demo import show
from demo.gateway import DemoError, Gateway
from demo.samples import samples
from demo.send import send
from tests.servers.exchange import Exchange

ROOM = Path("var/demo").absolute()


def main(port: int = 2525, pages: int = 0) -> int:
    """The whole demonstration: mail on `port`, the pages for reviewing on `pages`, or where there is room."""
    console = Console()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell that put us into the background has SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with own_terminal(), Exchange() as inner, Gateway(ROOM, port, inner.port, pages) as gateway:
            console.print(show.table([(sample, send(sample, port)) for sample in samples()], inner))
            show.serving(console, gateway)
            gateway.watch()
    except KeyboardInterrupt:
        console.print("\nEnded.")
        return 0
    except DemoError as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1


@contextlib.contextmanager
def own_terminal() -> Iterator[None]:
    """Let ^C reach this process alone: make, which started it, would call the end of a demonstration an error."""
    before = os.getpgrp()
    if before == os.getpid() or not sys.stdin.isatty() or os.tcgetpgrp(0) != before:
        yield
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # or taking the terminal back would stop us
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # nobody would wake us
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(0, before)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
