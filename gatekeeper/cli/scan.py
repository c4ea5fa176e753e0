"""scan: judge messages from files or standard input. `gatekeeper scan`."""

import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from gatekeeper.app.build import judging, read
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.messages import Messages
from gatekeeper.cli.state import state_option
from gatekeeper.fronts.pipe import Said
from gatekeeper.fronts.pipe import scan as scan_one
from gatekeeper.pipeline.analysis import details
from gatekeeper.pipeline.headers import printable
from gatekeeper.values import Verdict


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
@click.option("--client", default="", callback=address, help="Address of the client; needed for block lists.")
@click.option("--name", default="", help="Verified reverse name of that client.")
@click.option("--helo", default="", help="What the client called itself.")
@click.option("--sender", default="", help="Envelope sender.")
@click.option("--recipient", default="", help="Envelope recipient; its domain's settings apply.")
@state_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 if any message is not accepted.")
@click.pass_obj
@friendly
def scan(
    path: Path | None,
    /,
    files: tuple[str, ...],
    as_json: bool,
    as_report: bool,
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
    """
    if as_json and as_report:
        raise click.UsageError("--json or --report, not both")
    tell = _json if as_json else _table
    inspection, gather = judging(read(path, state))
    messages, worst = Messages(files), 0
    for file, raw in messages:
        message_id, verdict = scan_one(raw, Said(**said), inspection, gather)
        if as_report:
            _report(file, message_id, verdict, inspection.described)
        else:
            tell(file, message_id, verdict)
        if exit_code and not verdict.action.hands_on:
            worst = 1
    sys.exit(max(worst, messages.status))


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
