"""tables: what the operators' tables say, and by which line. `gatekeeper tables query|test`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from gatekeeper.app.asking import Word, said, said_of_lines
from gatekeeper.app.build import Setup, read
from gatekeeper.app.lookup_tables import PATTERNS, TEXTS, lookup_tables
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.load import ConfigError
from gatekeeper.fronts.pipe import network
from gatekeeper.tables import LookupTable
from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.pattern_table import Hit
from gatekeeper.values import Problem


@click.group()
def tables() -> None:
    """Ask the tables of sendmail and Postfix what they say, and by which line."""


@tables.command(short_help="Look up a key in tables, as postmap -q does.")
@click.argument("key", metavar="KEY|-")
@click.argument("named", nargs=-1, required=True, metavar="TABLE…")
@click.option("--value", "bare", is_flag=True, help="Print the value alone, as postmap -q does.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@friendly
def query(key: str, named: tuple[str, ...], bare: bool, as_json: bool) -> None:
    """Look up KEY as it stands in each TABLE, such as hash:/etc/postfix/access or pcre:/etc/postfix/header_checks.

    A minus reads keys from standard input, a line each. A path alone is as with hash:. Exits with 0 if anything was
    found, else with 1. The files are read as they are now, whether they are configured or not.

    \b
    Example:
      gatekeeper tables query example.org hash:/etc/postfix/transport
      gatekeeper tables query 'Subject: hello' pcre:/etc/postfix/header_checks
    """
    asked = _read(named)
    keys = (line.rstrip("\r\n") for line in sys.stdin) if key == "-" else (key,)
    found = False
    for one in keys:
        if hit := next(filter(None, (table.look_up(one, Budget()) for table in asked)), None):
            found = True
            _print_hit(one, hit, bare, as_json)
    sys.exit(0 if found else 1)


@tables.command(short_help="Show what all configured tables say of an address, a client or a message.")
@click.argument("subjects", nargs=-1, required=True, metavar="SUBJECT…")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def test(path: Path | None, subjects: tuple[str, ...], as_json: bool) -> None:
    """Show what all configured tables say of an address, a client, the name of a host or domain, or a message file.

    An address is looked up as a sender, as a recipient, and for its next hop; a client (an IP address) or a name as the
    tables about clients do; a file with a slash in its name line by line, as Postfix's header and body checks do.

    \b
    Example:
      gatekeeper tables test joe@company.example 192.0.2.1 mail.example.org
      gatekeeper tables test ./message.eml
    """
    setup = read(path)
    words = [(subject, word) for subject in subjects for word in _said(subject, setup)]
    if as_json:
        for subject, word in words:
            click.echo(showing.json_line({"subject": subject, **msgspec.to_builtins(word)}))
    else:
        _print_words(words)


def _said(subject: str, setup: Setup) -> Iterable[Word]:
    if "/" in subject:
        return said_of_lines(network(Path(subject).read_bytes()), setup.tables)
    return said(subject, setup.config, setup.tables)


def _read(named: Iterable[str]) -> tuple[LookupTable, ...]:
    problems: list[Problem] = []

    def text(path: str, _setting: str) -> str:
        return Path(path).read_text(encoding="utf-8", errors="surrogateescape")

    found = lookup_tables(",".join(map(_from_here, named)), "TABLE", text, problems)
    for problem in problems:
        click.echo(str(problem), err=True)
    if not (found or problems):
        raise click.UsageError("name a TABLE, such as hash:/etc/postfix/transport")
    if not found:
        raise ConfigError(())
    return found


def _from_here(table: str) -> str:
    """A table that a shell names: a path may begin where one stands, and be alone."""
    kind, colon, path = table.rpartition(":")
    beside = path and "{" not in table and kind in {"", *TEXTS, *PATTERNS}
    return f"{kind}{colon}{Path(path).absolute()}" if beside else table


def _print_hit(key: str, hit: Hit, bare: bool, as_json: bool) -> None:
    if as_json:
        click.echo(showing.json_line({"key": key, "value": hit.text, "source": hit.source, "line": hit.line}))
    elif bare:
        click.echo(showing.safe(hit.text))
    else:
        place = f"{hit.source}:{hit.line}" if hit.line else hit.source
        click.echo("\t".join(map(showing.safe, (key, hit.text, place))))


def _print_words(words: list[tuple[str, Word]]) -> None:
    out = showing.console()
    if not words:
        out.print("no table says anything")
        return
    grid = showing.table("subject", "as", "table", "says", "line")
    for subject, word in words:
        showing.row(grid, subject, word.about, word.table, word.says, word.place)
    showing.show(out, grid)
