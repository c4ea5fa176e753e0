"""journal: look up what became of messages, and why. `gatekeeper journal list|show`."""

from pathlib import Path

import click

from gatekeeper.app import state
from gatekeeper.app.inspection import load_config
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.load import find_config
from gatekeeper.stores.encoding import row, tape_rows
from gatekeeper.stores.journal import Journal
from gatekeeper.values import Answer, Contents, Judged, Opened, Question, Record


@click.group()
def journal() -> None:
    """Look up what became of messages, and why."""


@journal.command("list")
@click.option("--recipient", help="For this address; * stands for anything.")
@click.option("--sender", help="From this address; * stands for anything.")
@click.option("--reason", help="Judged for this reason, such as dnsbl-listed.")
@click.option("--since", callback=showing.moment, help="Come since then: 12h, 7d, 2026-11-22, 2026-11-22T16:00.")
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
    limit: int,
    as_json: bool,
) -> None:
    """List messages, the newest first, with what became of each recipient.

    \b
    Example:
      gatekeeper journal list --sender '*@example.net' --since 12h
    """
    found = _journal(path).find(recipient=recipient, sender=sender, reason=reason, since=since, limit=limit)
    if as_json:
        for record in found:
            click.echo(showing.json_line(_fields(record)))
        return
    table = showing.table("id", "received", "client", "sender", "recipient", "action", "reason", "fate")
    for record in found:
        envelope = record.envelope
        time, client = showing.when(envelope.received_at), (envelope.client or envelope.peer).address
        for address in dict.fromkeys((*record.verdicts, *record.outcomes)) or ("",):
            verdict, outcome = record.verdicts.get(address), record.outcomes.get(address)
            decided = (verdict.action, verdict.reason) if verdict else ("", "")
            fate = outcome.fate if outcome else ""
            showing.row(table, envelope.id, time, client, envelope.sender, address, *decided, fate)
    showing.show(showing.console(), table)


@journal.command()
@click.argument("message_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
@friendly
def show(path: Path | None, message_id: str, as_json: bool) -> None:
    """Show all that is known of a message: findings, questions with their answers, fates.

    The ID is the one that stands in the reply, in X-Gatekeeper-Id and in the log.

    \b
    Example:
      gatekeeper journal show t411vhxrypjg9
    """
    record = _journal(path).get(message_id)
    if record is None:
        raise click.ClickException(f"{showing.safe(message_id[:40])}: no message of this id is in the journal")
    if as_json:
        click.echo(showing.json_line(_fields(record)))
    else:
        _print(record)


def _journal(path: Path | None) -> Journal:
    return state.journal(load_config(find_config(path)).config, create=False)


def _fields(record: Record) -> dict[str, object]:
    return {
        "id": record.envelope.id,
        "envelope": record.envelope,
        "verdicts": record.verdicts,
        "outcomes": record.outcomes,
        "tape": tape_rows(record.tape),
        "size": record.size,
        "sha256": record.sha256,
        "config": record.config,
        "notes": record.notes,
        "seconds": record.seconds,
    }


def _print(record: Record) -> None:
    out = showing.console()
    facts = [
        ("size", f"{record.size} bytes"),
        ("sha256", record.sha256),
        ("configuration", record.config),
        ("took", f"{record.seconds * 1000:.1f} ms"),
        *(("note", note) for note in record.notes),
    ]
    showing.pairs(out, [*showing.envelope_facts(record.envelope), *facts])
    out.print()
    showing.print_verdicts(out, record.verdicts)
    out.print()
    showing.print_outcomes(out, record.outcomes)
    if record.tape:
        out.print()
        table = showing.table("question", "answer")
        for question, answer in record.tape:
            showing.row(table, _asked(question), _answered(answer))
        showing.show(out, table)


def _asked(question: Question) -> str:
    if isinstance(question, Contents):
        return f"contents {question.sha256[:12]}… {', '.join(question.names)}"
    return _words(row(question))


def _answered(answer: Answer) -> str:
    """An archive in a few words (`gatekeeper parts` shows all of one), and what the classifier said in one line."""
    if isinstance(answer, Opened):
        things = [*answer.item.walk()]
        names = ", ".join(name for thing in things[1:6] for name in thing.names[:1])
        odd = ", ".join(dict.fromkeys(anomaly.name for thing in things for anomaly in thing.anomalies))
        return " ".join(filter(None, (f"{answer.item.kind} with {len(things) - 1} inside", names, odd)))
    if isinstance(answer, Judged):
        clues = ", ".join(f"{clue.word} {clue.probability:.4f}" for clue in answer.clues)
        behind = ", behind" if answer.behind else ""
        said = f"{answer.band} {answer.score:.6f} (words {answer.spamicity:.6f}, linear model {answer.linear:+.2f})"
        return f"{said}, model {answer.model} of {answer.learnt[0]} spam and {answer.learnt[1]} ham{behind}: {clues}"
    return _words(row(answer))


def _words(cells: list[object]) -> str:
    """`dns 2.0.0.127.list.example A`; `found 127.0.0.2`."""
    return " ".join(" ".join(map(str, cell)) if isinstance(cell, list | tuple) else str(cell) for cell in cells)
