"""digest: tell now who is to be told of what is held for them. `gatekeeper digest`."""

import asyncio
import sys
import time
from pathlib import Path

import click

from gatekeeper.app import build
from gatekeeper.app.digesting import Digesting, Due
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.values import Fate


@click.command()
@click.option("--dry-run", is_flag=True, help="Say who would get one, and send nothing.")
@click.option("--recipient", default="", metavar="ADDRESS", help="To this one alone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each digest.")
@click.pass_obj
@friendly
def digest(path: Path | None, dry_run: bool, recipient: str, as_json: bool) -> None:
    """Send the digests that are due: who has got one in this period gets no other.

    The gateway does so by itself where `digest.enabled` is set, at the hours of `digest.hours`. Exit status 1: one of
    them did not get there.

    \b
    Example:
      gatekeeper digest --dry-run
      gatekeeper digest --recipient joe@example.org
    """
    setup = build.read(path)
    if not setup.config.web.url:
        raise click.ClickException("web.url is not set, and a digest without links is of no use: set it")
    sent = asyncio.run(_sent(Digesting(setup), dry_run, recipient))
    for one in sent:
        click.echo(_json(one) if as_json else _line(one))
    if dry_run and not sent:
        why = "nothing new is held, or whom it is held for has been told in this period, or is a list"
        click.echo(f"nobody: {why}", err=True)
    failed = any(one.outcome and one.outcome.fate is not Fate.DELIVERED for one in sent)
    sys.exit(1 if failed else 0)


async def _sent(digesting: Digesting, dry_run: bool, recipient: str) -> list[Due]:
    try:
        now = time.time()
        return [one async for one in digesting.due(now, recipient)] if dry_run else await digesting.once(now, recipient)
    finally:
        await digesting.close()


def _line(one: Due) -> str:
    outcome = one.outcome
    became = f"{outcome.fate} via {outcome.hop or 'no hop'}: {outcome.reply}" if outcome else "would be sent"
    return showing.safe(f"{one.recipient}: {one.count} held, {became}")


def _json(one: Due) -> str:
    told: dict[str, object] = {"recipient": one.recipient, "period": one.period, "messages": one.count}
    if one.outcome:
        told |= {"fate": one.outcome.fate, "hop": one.outcome.hop, "reply": one.outcome.reply}
    return showing.json_line(told)
