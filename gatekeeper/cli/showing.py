"""showing: how stored mail is shown: tables, JSON, times; nothing of it can do anything to a terminal."""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime

import click
import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gatekeeper.values import Client, Envelope, Outcome, Verdict

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WIDE = 240  # columns when the output is no terminal, so that nothing is folded
_READABLE = 24  # columns that the longest cells of a table get at least, or it is none


def moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> float | None:
    """A time ago (`90m`, `12h`, `7d`, `2w`) or a date with or without a time (ISO 8601), as seconds of the epoch."""
    if value is None:
        return None
    number, unit = value[:-1], value[-1:]
    if number.isascii() and number.isdigit() and len(number) < 10 and unit in _UNITS:
        return time.time() - int(number) * _UNITS[unit]
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise click.BadParameter(f"{value!r} is neither like 12h or 7d nor like 2026-11-22T16:00") from error


def safe(text: str) -> str:
    """`text` with all that is not printable escaped: control characters, line ends, changes of direction."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def when(seconds: float) -> str:
    """Local time."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds")


def json_line(value: object) -> str:
    """`value` as ASCII JSON on one line."""
    return json.dumps(msgspec.to_builtins(value))


def console() -> Console:
    """Where tables go."""
    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else _WIDE)


def table(*columns: str) -> Table:
    """An empty table; the first column is never folded."""
    grid = Table(*columns, box=None, pad_edge=False)
    grid.columns[0].no_wrap = True
    for column in grid.columns[1:]:
        column.overflow = "fold"
    return grid


def row(grid: Table, *cells: object) -> None:
    """Add a row of texts that may be hostile."""
    grid.add_row(*(Text(safe(str(cell))) for cell in cells))


def show(out: Console, grid: Table) -> None:
    """Print a table, of which only the widest column is folded. Where the terminal has no room for that, each row by
    itself, its cells one after another by their names.
    """
    widths = [max(map(_width, (column.header, *column.cells))) for column in grid.columns]
    room = out.width - sum(widths) + max(widths) - 2 * (len(widths) - 1)
    if room < min(max(widths), _READABLE) and out.width < _WIDE:
        for cells in zip(*(column.cells for column in grid.columns), strict=True):
            out.print(_row_alone([str(column.header) for column in grid.columns], [*map(str, cells)], out.width))
        return
    for column, width in zip(grid.columns, widths, strict=True):
        column.no_wrap = column.no_wrap or width < max(widths)
    out.print(grid)


def _width(text: object) -> int:
    return cell_len(str(text))


def _row_alone(names: list[str], cells: list[str], columns: int) -> Text:
    lines = cells[:1]
    for named in (f"{name} {cell}".strip() for name, cell in zip(names[1:], cells[1:], strict=True) if cell):
        if cell_len(lines[-1]) + 2 + cell_len(named) <= columns:
            lines[-1] += f"  {named}"
        else:
            lines.append(f"    {named}")
    return Text("\n".join(lines), overflow="fold")


def pairs(out: Console, facts: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line, without the empty ones."""
    grid = table("", "")
    grid.show_header = False
    for name, value in facts:
        if value not in ("", None):
            row(grid, name, value)
    out.print(grid)


def envelope_facts(envelope: Envelope) -> list[tuple[str, object]]:
    """Who brought a message, from whom, for whom."""
    judged = "not known" if envelope.client is None else _client(envelope.client)
    return [
        ("id", envelope.id),
        ("received", when(envelope.received_at)),
        ("front", f"{envelope.front} {envelope.protocol} {envelope.tls}".strip()),
        ("queue id", envelope.queue_id),
        ("peer", _client(envelope.peer)),
        ("client", judged if envelope.client != envelope.peer else ""),
        ("helo", envelope.helo),
        ("sender", f"<{envelope.sender}>"),
        ("recipients", " ".join(f"<{recipient}>" for recipient in envelope.recipients)),
        ("parameters", " ".join(f"{name}={value}" for name, value in envelope.parameters.items())),
    ]


def print_verdicts(out: Console, verdicts: Mapping[str, Verdict]) -> None:
    """Each different verdict with its recipients, its findings and their evidence."""
    recipients: dict[Verdict, list[str]] = {}
    for address, verdict in verdicts.items():
        recipients.setdefault(verdict, []).append(address)
    for verdict, addresses in recipients.items():
        score = f"score {verdict.score:.1f} of {verdict.required:.1f}"
        out.print(Text(safe(f"{verdict.action} ({verdict.reason}), {score}, for {' '.join(addresses)}")))
        if verdict.findings:
            grid = table("finding", "score", "evidence")
            for finding in verdict.findings:
                row(grid, finding.name, f"{finding.score:.1f}", finding.evidence)
            show(out, grid)


def print_outcomes(out: Console, outcomes: Mapping[str, Outcome]) -> None:
    """What became of each recipient."""
    grid = table("recipient", "fate", "hop", "reply")
    for address, outcome in outcomes.items():
        row(grid, address, outcome.fate, outcome.hop, outcome.reply)
    show(out, grid)


def _client(client: Client) -> str:
    return f"{client.name or 'unknown'} [{client.address or 'unknown'}]"
