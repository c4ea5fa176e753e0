"""show: what became of each message, as a table for a terminal of 80 columns and 24 lines or more."""

import re
from email import message_from_bytes
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.gateway import ADMINISTRATOR, HOST, Gateway
from demo.samples import OURS, Sample
from tests.servers.exchange import Exchange

_REASON = re.compile(r"\[([a-z-]+)\] \(")
_SCORE = re.compile(r"(?:Yes|No), (score=\S+) required=\S+")
_ID = re.compile(r" \(\w+\)$")


def table(rows: list[tuple[Sample, str]], inner: Exchange) -> Table:
    """`rows` are the messages, each with the reply it got; `inner` is the server behind the gateway."""
    shown = Table("sent", "the gateway said", "what became of it, and why", box=box.SIMPLE_HEAD, pad_edge=False)
    shown.columns[1].ratio, shown.columns[2].ratio = 5, 4
    for sample, reply in rows:
        colour = "green" if reply.startswith("2") else "red"
        shown.add_row(sample.title, Text(_ID.sub("", reply), colour), Text(_fate(sample, reply, inner)))
    return shown


def _fate(sample: Sample, reply: str, inner: Exchange) -> str:
    arrived = [message.content for message in inner.messages if sample.id.encode() in message.content]
    if arrived:
        score = _SCORE.match(message_from_bytes(arrived[0]).get("X-Spam-Status", ""))
        return f"arrived behind it: {len(arrived[0])} bytes, {score[1] if score else 'not judged'}"
    reason = _REASON.search(reply)
    why = f": {reason[1]}" if reason else ""
    return f"held for review{why}" if reply.startswith("2") else f"refused{why}"


def serving(console: Console, gateway: Gateway) -> None:
    """How to go on."""
    config = gateway.config.relative_to(Path.cwd())
    console.print(
        f"Serving on [bold]{HOST}:{gateway.port}[/] until ^C. Send your own (apt install swaks):\n"
        f"  swaks --server {HOST}:{gateway.port} --from you@home.example \\\n"
        f"      --to {OURS} --header 'Subject: hello' --attach @FILE\n"
        f"  .venv/bin/gatekeeper --config {config} journal list\n"
        f"Read it all at [bold]{gateway.address}[/] as [bold]{ADMINISTRATOR}[/], password [bold]{gateway.password}[/]",
        highlight=False,
        soft_wrap=True,
    )
