"""quarantine: look at what is held, and let it go on. `gatekeeper quarantine list|show|release`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gatekeeper.app import state
from gatekeeper.app.inspection import load_config
from gatekeeper.app.release import NotReleased, Via, releasing
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.load import find_config
from gatekeeper.message.edit import header_fields
from gatekeeper.message.words import decoded_words
from gatekeeper.quarantine import Held, Quarantine
from gatekeeper.quarantine.hold import CHANGED, OPEN
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Fate, Outcome

_STATES = {"waiting": OPEN, "changed": CHANGED, "all": ()} | {
    fate.value: (fate,) for fate in (Fate.UNCONFIRMED, Fate.HELD, Fate.RELEASED, Fate.DELETED, Fate.EXPIRED)
}
_HEADER = 65_536  # bytes of a message that are looked at for its header


@click.group()
def quarantine() -> None:
    """Look at what is held, and let it go on."""


@quarantine.command("list")
@click.option("--recipient", help="Held for this address; * stands for anything.")
@click.option("--sender", help="From this address; * stands for anything.")
@click.option("--reason", help="Held for this reason, such as banned-attachment.")
@click.option("--since", callback=showing.moment, help="Held since then: 12h, 7d, 2026-11-22, 2026-11-22T16:00.")
@click.option(
    "--state", "fates", type=click.Choice(list(_STATES)), default="waiting", show_default=True, help="Which ones."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def list_(
    path: Path | None,
    recipient: str | None,
    sender: str | None,
    reason: str | None,
    since: float | None,
    fates: str,
    limit: int,
    as_json: bool,
) -> None:
    """List what is held, the newest first.

    `changed` are originals of messages that went on without an attachment, or with another name for it.

    \b
    Example:
      gatekeeper quarantine list --recipient '*@example.org' --since 7d
    """
    store = _quarantine(path)
    found = store.find(
        recipient=recipient, sender=sender, reason=reason, since=since, fates=_STATES[fates], limit=limit
    )
    if as_json:
        for held in found:
            click.echo(showing.json_line(_summary(store, held)))
        return
    table = showing.table("id", "held", "sender", "recipient", "state", "reason", "subject")
    for held in found:
        time, subject = showing.when(held.held_at), _subject(store, held)
        for address, verdict in held.verdicts.items():
            fate = held.outcomes[address].fate
            showing.row(table, held.id, time, held.envelope.sender, address, fate, verdict.reason, subject)
    showing.show(showing.console(), table)


@quarantine.command()
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
    store = _quarantine(path)
    held = store.get(hold_id)
    if held is None:
        raise click.ClickException(f"{showing.safe(hold_id[:40])}: nothing of this id is held")
    if raw:
        sys.stdout.buffer.write(store.read(held.id))
    elif as_json:
        click.echo(showing.json_line({"id": held.id, **_known(held), "header": _header(store, held)}))
    else:
        _print(held, _header(store, held))


@quarantine.command()
@click.argument("hold_ids", metavar="ID…", nargs=-1, required=True)
@click.option(
    "--to", "only", multiple=True, metavar="RECIPIENT", help="Only to this one of its recipients. Repeatable."
)
@click.option("--via", type=click.Choice(["hop", "mta"]), help="Where to; by default quarantine.release_via.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and recipient.")
@click.pass_obj
@friendly
def release(path: Path | None, hold_ids: Sequence[str], only: Sequence[str], via: Via | None, as_json: bool) -> None:
    """Let held messages go on, below our own lines as they came, to those who wait.

    Who cannot be reached stays waiting, and the exit code is 1. Who got a message without its attachments is sent the
    original when --to names them.

    \b
    Example:
      gatekeeper quarantine release t411vhxrypjg9 --to bob@example.org --via hop
    """
    released = asyncio.run(_release(path, hold_ids, only, via, as_json))
    sys.exit(0 if released else 1)


async def _release(
    path: Path | None, hold_ids: Sequence[str], only: Sequence[str], via: Via | None, as_json: bool
) -> bool:
    """Whether everybody got it."""
    well = True
    async with releasing(path) as (releaser, default):
        for hold_id in hold_ids:
            try:
                outcomes = await releaser.release(hold_id, via or default, only)
            except (NotReleased, StoreError) as error:
                click.echo(f"gatekeeper: {showing.safe(str(error))}", err=True)
                well = False
                continue
            for address, outcome in outcomes.items():
                click.echo(_told(hold_id, address, outcome, as_json))
                well &= outcome.fate is Fate.RELEASED
    return well


def _quarantine(path: Path | None) -> Quarantine:
    return state.quarantine(load_config(find_config(path)).config, create=False)


def _told(hold_id: str, address: str, outcome: Outcome, as_json: bool) -> str:
    if as_json:
        return showing.json_line({"id": hold_id, "recipient": address, **_fields(outcome)})
    done = "released via" if outcome.fate is Fate.RELEASED else "still held, not taken by"
    return showing.safe(f"{hold_id} {address} {done} {outcome.hop or 'any hop'}: {outcome.reply}")


def _fields(outcome: Outcome) -> dict[str, str]:
    return {"fate": outcome.fate, "hop": outcome.hop, "reply": outcome.reply}


def _summary(store: Quarantine, held: Held) -> dict[str, object]:
    recipients = [
        {"address": address, "action": verdict.action, "reason": verdict.reason, "score": verdict.score}
        | _fields(held.outcomes[address])
        for address, verdict in held.verdicts.items()
    ]
    return {
        "id": held.id,
        "held_at": held.held_at,
        "sender": held.envelope.sender,
        "size": held.size,
        "subject": _subject(store, held),
        "recipients": recipients,
    }


def _known(held: Held) -> dict[str, object]:
    return {
        "held_at": held.held_at,
        "size": held.size,
        "sha256": held.sha256,
        "envelope": held.envelope,
        "verdicts": held.verdicts,
        "outcomes": held.outcomes,
    }


def _print(held: Held, header: Sequence[tuple[str, str]]) -> None:
    out = showing.console()
    facts = [("held", showing.when(held.held_at)), ("size", f"{held.size} bytes"), ("sha256", held.sha256)]
    showing.pairs(out, [*showing.envelope_facts(held.envelope), *facts])
    out.print()
    showing.print_verdicts(out, held.verdicts)
    out.print()
    showing.print_outcomes(out, held.outcomes)
    out.print()
    showing.pairs(out, [(f"{name}:", value) for name, value in header])


def _header(store: Quarantine, held: Held) -> list[tuple[str, str]]:
    """Names and decoded values of the header fields; empty if the message is gone."""
    try:
        raw = store.read(held.id, _HEADER)
    except StoreError:
        return []
    return [
        (field.name.decode("latin-1"), " ".join(decoded_words(field.value).split())) for field in header_fields(raw)
    ]


def _subject(store: Quarantine, held: Held) -> str:
    return next((value for name, value in _header(store, held) if name.lower() == "subject"), "")
