"""looking: one held message: envelope, verdict, state, header, bytes, and why. `gatekeeper quarantine show|why`."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from gatekeeper.app.build import read
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.reviewing.store import at_desk, quarantine_of, reviewer
from gatekeeper.cli.why import tell
from gatekeeper.message.edit import header_fields
from gatekeeper.message.words import decoded_words
from gatekeeper.quarantine import Held
from gatekeeper.quarantine.acts import Desk
from gatekeeper.stores.opening import StoreError

_HEADER = 65_536  # bytes of a message that are looked at for its header
Header = Sequence[tuple[str, str]]


@click.command()
@click.argument("hold_id", metavar="ID")
@click.option("--raw", is_flag=True, help="Write the message itself: our lines on top, below them byte for byte.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def show(path: Path | None, hold_id: str, raw: bool, as_json: bool) -> None:
    """Show envelope, verdict with its findings, state and header of a held message.

    \b
    Example:
      gatekeeper quarantine show t411vhxrypjg9
      gatekeeper quarantine show --raw t411vhxrypjg9 > message.eml
    """
    if raw:
        sys.stdout.buffer.write(asyncio.run(at_desk(path, lambda desk: _download(desk, hold_id))))
        return
    store = quarantine_of(path)
    held = store.get(hold_id)
    if held is None:
        raise click.ClickException(f"{showing.safe(hold_id[:40])}: nothing of this id is held")
    head = b""
    with suppress(StoreError):  # the message is gone, its entry is not
        head = store.read(held.id, _HEADER)
    if as_json:
        click.echo(showing.json_line({"id": held.id, **_known(held), "header": _header(head)}))
    else:
        _print(held, _header(head))


@click.command()
@click.argument("hold_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def why(path: Path | None, hold_id: str, as_json: bool) -> None:
    """Show why a message is held, and what would have let it pass: as `gatekeeper why`.

    \b
    Example:
      gatekeeper quarantine why t411vhxrypjg9
    """
    tell(read(path), hold_id, as_json)


async def _download(desk: Desk, hold_id: str) -> bytes:
    return desk.download(reviewer(), hold_id)


def _known(held: Held) -> dict[str, object]:
    return {
        "held_at": held.held_at,
        "size": held.size,
        "sha256": held.sha256,
        "envelope": held.envelope,
        "verdicts": held.verdicts,
        "outcomes": held.outcomes,
    }


def _print(held: Held, header: Header) -> None:
    out = showing.console()
    facts = [("held", showing.when(held.held_at)), ("size", f"{held.size} bytes"), ("sha256", held.sha256)]
    showing.pairs(out, [*showing.envelope_facts(held.envelope), *facts])
    out.print()
    showing.print_verdicts(out, held.verdicts)
    out.print()
    showing.print_outcomes(out, held.outcomes)
    out.print()
    showing.pairs(out, [(f"{name}:", value) for name, value in header])


def _header(head: bytes) -> Header:
    """Names and decoded values of the header fields."""
    fields = header_fields(head)
    return [(field.name.decode("latin-1"), " ".join(decoded_words(field.value).split())) for field in fields]
