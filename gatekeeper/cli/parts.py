"""parts: what is in a message, as every mail reader would see it. `gatekeeper parts`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.text import Text
from rich.tree import Tree

from gatekeeper.app.build import opening
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.cli.messages import Messages
from gatekeeper.fronts.pipe import parts as parts_of
from gatekeeper.message.listing import Listed

_DEEPEST = 16  # levels that are drawn; what is deeper stands beside what is that deep
_FEW = 40  # anomalies of one thing that people are shown


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message, one a line.")
@click.pass_obj
@friendly
def parts(path: Path | None, /, files: tuple[str, ...], as_json: bool) -> None:
    """Print the parts of messages, and what is inside archives and documents: for each its path, all its names, its
    declared and detected types, and what is odd about it.

    \b
    Example:
      gatekeeper parts message.eml
      gatekeeper parts --json - < message.eml
    """
    gather = opening(path)
    messages = Messages(files)
    for file, raw in messages:
        listed, anomalies = parts_of(raw, gather)
        if as_json:
            click.echo(_json(file, listed, anomalies))
        else:
            showing.console().print(_tree(file, listed))
    sys.exit(messages.status)


def _json(file: str, listed: Iterable[Listed], anomalies: Iterable[str]) -> str:
    things = [
        {
            "path": thing.path,
            "names": thing.names,
            "types": thing.types,
            "detected": thing.detected,
            "sizes": thing.sizes,
            "sha256": thing.sha256,
            "anomalies": list(dict.fromkeys(anomaly.name for anomaly in thing.anomalies)),
        }
        for thing in listed
    ]
    return showing.json_line({"file": file, "anomalies": list(anomalies), "parts": things})


def _tree(file: str, listed: Iterable[Listed]) -> Tree:
    top = Tree(Text(showing.safe(file), "bold"), guide_style="dim")
    branches = [top]
    for thing in listed:
        del branches[min(thing.depth, _DEEPEST) + 1 :]
        branches.append(branches[-1].add(_label(thing)))
    return top


def _label(thing: Listed) -> Text:
    """One line for the thing, one for each anomaly."""
    label = Text(showing.safe(thing.path.rpartition("/")[2]), "bold")
    for name in thing.names:
        label.append(f" “{showing.safe(name)}”", "cyan")
    declared, detected = (" or ".join(dict.fromkeys(kinds)) for kinds in (thing.types, thing.detected))
    label.append(f" {' → '.join(filter(None, (showing.safe(declared), detected)))}")
    for size, digest in zip(thing.sizes, thing.sha256, strict=True):
        label.append(f"\n{size:,} bytes, {f'sha256 {digest}' if digest else 'not read'}", "dim")
    for anomaly in thing.anomalies[:_FEW]:
        label.append(f"\n{showing.safe(f'{anomaly.name} {anomaly.detail}').rstrip()}", "yellow")
    if len(thing.anomalies) > _FEW:
        label.append(f"\nand {len(thing.anomalies) - _FEW} more", "yellow")
    return label
