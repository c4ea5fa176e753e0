"""scan: what it costs to judge a message by all checks, without network, and where the time goes.

    python -m benchmarks.scan [--mail DIR] [--rounds 3] [--state DIR]

CPU of this process for each message, in microseconds; what is opened is opened by processes of its own and counts
there. The messages are those below the DIR of `--mail`, by default the SpamAssassin public corpus where it is unpacked,
else made ones. What is known of words is what `gatekeeper learn --state DIR` has learnt, by default nothing.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.parse import CORPORA, machine, messages
from gatekeeper.app.build import judging
from gatekeeper.fronts.pipe import Said, scan
from gatekeeper.lookups.gather import Gather
from gatekeeper.message import Mail, parse
from gatekeeper.pipeline.examination import Inspection
from gatekeeper.pipeline.run import run_stage
from gatekeeper.pipeline.stages import MESSAGE_STAGES
from gatekeeper.values import Client, Envelope


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--mail", type=Path, default=CORPORA / "spamassassin-public")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--state", type=Path, help="what was learnt")
    chosen = options.parse_args()
    mail = messages(chosen.mail)
    inspection, gather = _judging(chosen.state)
    spent = [_microseconds(lambda raw: scan(raw, Said(), inspection, gather), raw) for raw in mail * chosen.rounds]
    centiles = statistics.quantiles(spent, n=100)
    console = Console(width=100)
    console.print(machine())
    console.print(f"{len(mail)} messages, {chosen.rounds} rounds: mean {statistics.mean(spent):.0f} µs, ", end="")
    console.print(f"half below {centiles[49]:.0f}, p99 {centiles[98]:.0f}")
    table = Table("check", "mean µs, by itself after parsing")
    for stage in MESSAGE_STAGES:
        for name, check in inspection.checks.get(stage, {}).items():
            each = [_microseconds(lambda parsed, check=check: _alone(check, parsed), parse(raw)) for raw in mail]  # type: ignore[misc]
            table.add_row(name, f"{statistics.mean(each):.0f}")
    console.print(table)


def _judging(state: Path | None) -> tuple[Inspection, Gather]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(f'[gateway]\nstate = "{state.absolute()}"\n' if state else "")
        config.flush()
        return judging(Path(config.name))


def _alone(check, message) -> None:  # type: ignore[no-untyped-def]
    """One check up to its first question."""
    steps = run_stage({"it": check}, Mail(Envelope("id", "bench", Client(), None), message=message), {})
    next(steps, None)


def _microseconds(work: Callable, argument: object) -> float:  # type: ignore[type-arg]
    began = time.process_time()
    work(argument)
    return (time.process_time() - began) * 1e6


if __name__ == "__main__":
    main()
