"""scan: judge messages from files or standard input. `gatekeeper scan`."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from gatekeeper.app.build import judging, read
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.messages import UNREADABLE, Messages
from gatekeeper.cli.state import state_option
from gatekeeper.fronts.marking import marked
from gatekeeper.fronts.pipe import Said
from gatekeeper.fronts.pipe import scan as scan_one
from gatekeeper.pipeline.analysis import details
from gatekeeper.pipeline.headers import printable
from gatekeeper.values import Action, Client, Envelope, Verdict

LATER = 75
"""EX_TEMPFAIL: the message is as good as before, and to be tried again."""


def address(_context: click.Context, _option: click.Parameter, text: str) -> str:
    """A client's address; a mistyped one would be on no block list."""
    try:
        return str(ip_address(text)) if text else ""
    except ValueError:
        raise click.BadParameter(f"{text!r} is no IP address") from None


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--report", "as_report", is_flag=True, help="SpamAssassin's table: points, names, what they mean.")
@click.option("--filter", "as_filter", is_flag=True, help="The message with our header lines: for procmail, :0fw.")
@click.option("--client", default="", callback=address, help="Address of the client; needed for block lists.")
@click.option("--name", default="", help="Verified reverse name of that client.")
@click.option("--helo", default="", help="What the client called itself.")
@click.option("--sender", default="", help="Envelope sender.")
@click.option("--recipient", default="", help="Envelope recipient; its domain's settings apply.")
@state_option
@click.option(
    "--exit-code", is_flag=True, help="Exit with 1 if any message is not accepted, with 75 if one could not be judged."
)
@click.pass_obj
def scan(
    path: Path | None,
    /,
    files: tuple[str, ...],
    as_json: bool,
    as_report: bool,
    as_filter: bool,
    state: Path | None,
    exit_code: bool,
    **said: str,
) -> None:
    """Print verdict, score and every finding with its evidence.

    \b
    Example:
      gatekeeper scan message.eml
      gatekeeper scan --report message.eml
      gatekeeper scan --json --client 192.0.2.1 - < message.eml
      gatekeeper scan --filter - < message.eml > judged.eml
    """
    if as_json + as_report + as_filter > 1:
        raise click.UsageError("take one of --json, --report and --filter")
    if as_filter and (exit_code or len(files) > 1):
        raise click.UsageError("--filter takes one message, and says in its header what it is")
    try:
        worst = (
            _filter(path, state, files, Said(**said))
            if as_filter
            else _scan(path, state, files, Said(**said), as_json=as_json, as_report=as_report)
        )
    except SystemExit:
        if as_filter or exit_code:
            sys.exit(LATER)
        raise
    unread = worst == UNREADABLE
    sys.exit(LATER if unread and (as_filter or exit_code) else worst if unread or exit_code or as_filter else 0)


@friendly
def _filter(path: Path | None, state: Path | None, files: tuple[str, ...], said: Said) -> int:
    """Print the message with our header lines; it is printed whole, or nothing of it is, and the status says so."""
    setup = read(path, state)
    inspection, gather = judging(setup)
    messages = Messages(files)
    for _, raw in messages:
        message_id, verdict = scan_one(raw, said, inspection, gather)
        if verdict.action is Action.DEFER:
            click.echo(f"gatekeeper: {verdict.reason}: to be tried again later", err=True)
            return LATER
        envelope = Envelope(message_id, "pipe", Client(), None)
        for segment in marked(raw, replace(verdict, changes=()), envelope, setup.hostname).segments:
            sys.stdout.buffer.write(segment)
        sys.stdout.buffer.flush()
    return messages.status


@friendly
def _scan(
    path: Path | None, state: Path | None, files: tuple[str, ...], said: Said, *, as_json: bool, as_report: bool
) -> int:
    """Print what was found; 1 if a message is not accepted, `UNREADABLE` if one could not be read."""
    tell = _json if as_json else _table
    inspection, gather = judging(read(path, state))
    messages, worst = Messages(files), 0
    for file, raw in messages:
        message_id, verdict = scan_one(raw, said, inspection, gather)
        if as_report:
            _report(file, message_id, verdict, inspection.described)
        else:
            tell(file, message_id, verdict)
        if not verdict.action.hands_on:
            worst = 1
    return max(worst, messages.status)


def _json(file: str, message_id: str, verdict: Verdict) -> None:
    findings = [{"name": f.name, "score": f.score, "evidence": f.evidence} for f in verdict.findings]
    told = {
        "id": message_id,
        "file": file,
        "action": verdict.action,
        "reason": verdict.reason,
        "score": verdict.score,
        "required": verdict.required,
        "findings": findings,
    }
    click.echo(msgspec.json.encode(told).decode())


def _line(file: str, message_id: str, verdict: Verdict) -> str:
    score = f"score {verdict.score:.1f} of {verdict.required:.1f}"
    return f"{file}: {verdict.action} ({verdict.reason}), {score}, id {message_id}"


def _report(file: str, message_id: str, verdict: Verdict, described: Mapping[str, str]) -> None:
    click.echo(f"{_line(file, message_id, verdict)}\n\n{details(verdict, described)}")


def _table(file: str, message_id: str, verdict: Verdict) -> None:
    console = Console(highlight=False)
    console.print(_line(file, message_id, verdict), markup=False, soft_wrap=True)
    if not verdict.findings:
        return
    table = Table("finding", "score", "evidence", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for finding in verdict.findings:
        table.add_row(finding.name, f"{finding.score:.1f}", printable(finding.evidence))
    console.print(table, markup=False)
