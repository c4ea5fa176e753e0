"""serve: the gateway itself. `gatekeeper serve`."""

import sys
from functools import partial
from pathlib import Path

import click

from gatekeeper.app import workers
from gatekeeper.app.supervisor import Supervisor
from gatekeeper.cli.failure import friendly
from gatekeeper.observe import log


@click.command()
@click.option("--config", "named", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file.")
@click.option("--pid-file", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the process id.")
@click.pass_obj
@friendly
def serve(path: Path | None, named: Path | None, pid_file: Path | None) -> None:
    """Take mail, check it, and hand it on: as a proxy or a milter; and judge it for spamc.

    Signals to it: SIGHUP reads the configuration anew and loses nothing; one with mistakes changes nothing. SIGTERM
    and SIGINT finish what was begun, a second one ends it at once.

    \b
    Example:
      gatekeeper --config gatekeeper.toml serve
      gatekeeper serve --config gatekeeper.toml --pid-file /run/gatekeeper/gatekeeper.pid
    """
    log.configure("info", "logfmt")  # until the configuration says otherwise
    sys.exit(Supervisor(partial(workers.load, named or path), pid_file, workers.forget).run())
