"""show: what became of each message, as a table for a terminal of 80 columns or more."""

import re
from email import message_from_bytes
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.gateway import HOST, Gateway
from demo.samples import OURS, Sample
from tests.servers.exchange import Exchange

_REASON = re.compile(r"\[([a-z-]+)\]")


def table(rows: list[tuple[Sample, str]], inner: Exchange) -> Table:
    """`rows` are the messages, each with the reply it got."""
    shown = Table("what was sent", "what the gateway said", "what became of it, and why", show_lines=True)
    for sample, reply in rows:
        colour = "green" if reply.startswith("2") else "red"
        shown.add_row(sample.title, f"[{colour}]{escape(reply)}", escape(_fate(sample, reply, inner)))
    return shown


def _fate(sample: Sample, reply: str, inner: Exchange) -> str:
    arrived = [m.content for m in inner.messages if sample.id.encode() in m.content]
    if arrived:
        status = message_from_bytes(arrived[0]).get("X-Spam-Status", "")
        return f"arrived: {len(arrived[0])} bytes, X-Spam-Status: {' '.join(status.split())}"
    reason = _REASON.search(reply)
    why = f": {reason[1]}" if reason else ""
    return f"held for review{why}" if reply.startswith("2") else f"refused{why}"


def serving(console: Console, gateway: Gateway) -> None:
    """How to go on."""
    config = gateway.config.relative_to(Path.cwd())
    console.print(
        f"Serving on [bold]{HOST}:{gateway.port}[/] until ^C. Send your own, then look at what became of it:\n\n"
        f"  swaks --server {HOST}:{gateway.port} --from you@home.example --to {OURS} \\\n"
        "      --header 'Subject: hello' --attach @FILE\n"
        f"  .venv/bin/gatekeeper --config {config} journal list\n",
        highlight=False,
        soft_wrap=True,
    )
