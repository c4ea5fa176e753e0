"""explain: why a message got its score, and where in it that was found. `gatekeeper explain`."""

import sys
from pathlib import Path

import click
from rich.text import Text

from gatekeeper.app.build import judging, read
from gatekeeper.app.explanation import Excerpt, Explained, explained
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.messages import Messages
from gatekeeper.cli.scan import address
from gatekeeper.cli.state import state_option
from gatekeeper.fronts.pipe import Said, network
from gatekeeper.fronts.pipe import scan as scan_one
from gatekeeper.message import parse
from gatekeeper.pipeline.analysis import UNDESCRIBED
from gatekeeper.pipeline.why import Why, why
from gatekeeper.pipeline.why_text import fields, told
from gatekeeper.values import Client, Envelope, Verdict


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--client", default="", callback=address, help="Address of the client; needed for block lists.")
@click.option("--name", default="", help="Verified reverse name of that client.")
@click.option("--helo", default="", help="What the client called itself.")
@click.option("--sender", default="", help="Envelope sender.")
@click.option("--recipient", default="", help="Envelope recipient; its domain's settings apply.")
@state_option
@click.pass_obj
@friendly
def explain(path: Path | None, /, files: tuple[str, ...], as_json: bool, state: Path | None, **said: str) -> None:
    """Show each rule and check that found something: its score, what it means, and where in the text it was found.

    \b
    Example:
      gatekeeper explain message.eml
      gatekeeper explain --json --client 192.0.2.1 - < message.eml
    """
    setup = read(path, state)
    inspection, gather = judging(setup)
    messages = Messages(files)
    for file, raw in messages:
        message_id, verdict = scan_one(raw, Said(**said), inspection, gather)
        client = Client(said["client"], said["name"])
        envelope = Envelope(message_id, "pipe", client, client if said["client"] else None, sender=said["sender"])
        message = parse(network(raw), inspection.limits)
        found = explained(verdict, message, envelope, setup.tables.rules, inspection.described)
        reasons = why(inspection.policy, said["recipient"], verdict.findings, scores=inspection.scores)
        (_json if as_json else _print)(file, verdict, found, reasons)
    sys.exit(messages.status)


def _json(file: str, verdict: Verdict, found: list[Explained], reasons: Why) -> None:
    shown = {
        "file": file,
        "action": verdict.action,
        "reason": verdict.reason,
        "score": verdict.score,
        "required": verdict.required,
        **fields(reasons),
        "findings": [
            {
                "name": one.finding.name,
                "score": one.finding.score,
                "meaning": one.meaning,
                "evidence": one.finding.evidence,
                "certain": one.finding.certain,
                "excerpt": one.excerpt,
                "because": one.because,
            }
            for one in found
        ],
    }
    click.echo(showing.json_line(shown))


def _print(file: str, verdict: Verdict, found: list[Explained], reasons: Why) -> None:
    out = showing.console()
    score = f"{verdict.score:.1f} points, {verdict.required:.1f} make it spam"
    out.print(Text(f"{showing.safe(file)}: {verdict.action} ({verdict.reason}): {score}"))
    for sentence in told(reasons):
        out.print(Text(showing.safe(sentence)), soft_wrap=True)
    for one in found:
        name = Text(one.finding.name, style="bold")
        out.print(
            Text.assemble("\n", f"{one.finding.score:6.1f}  ", name, f"  {one.meaning or UNDESCRIBED}"), soft_wrap=True
        )
        for line in _reasons(one):
            out.print(Text.assemble(" " * 8, line), soft_wrap=True)


def _reasons(one: Explained) -> list[Text]:
    """What shows it, each on a line."""
    lines: list[Text] = []
    if one.finding.certain is not None:
        lines.append(Text(f"settles it: {one.finding.certain}"))
    if one.because:
        lines.append(Text(f"because of {', '.join(one.because)}"))
    if one.excerpt is not None:
        lines.append(_shown(one.excerpt))
    elif one.finding.evidence:
        lines.append(Text(showing.safe(one.finding.evidence)))
    return lines


def _shown(excerpt: Excerpt) -> Text:
    """`text, 120: dear »friend« of`"""
    before, found, after = map(showing.safe, (excerpt.before, excerpt.found, excerpt.after))
    return Text.assemble(f"{excerpt.where}, {excerpt.offset}: {before}»", Text(found, style="bold"), f"«{after}")
