"""dnsbl: look after the block and allow lists. `gatekeeper dnsbl list|test`."""

import asyncio
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

import click

from gatekeeper.app import build, lists, state
from gatekeeper.app.list_trial import Entry, entries, in_order
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.schema import Config
from gatekeeper.lookups.list_health import State
from gatekeeper.stores.list_states import ListState
from gatekeeper.tables.dns_zones import parse_zone
from gatekeeper.tables.list_zones import Kind, ListZone, list_zones
from gatekeeper.values import Absent, Address, Answer, Found, Suspended

_BAD, _UNANSWERED = 1, 2
_NONE = "no list is configured: set checks.dnsbl.zones or checks.uribl.zones"


@click.group()
def dnsbl() -> None:
    """Look after the block and allow lists that the checks ask."""


@dnsbl.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def list_(path: Path | None, as_json: bool) -> None:
    """Show which lists are asked, and whether they are in order.

    Exits with 1 if one of them is suspended.

    \b
    Example:
      gatekeeper dnsbl list
    """
    setup = build.read(path)
    found = _states(setup.config, [zone.name for zone in lists.zones(setup.loaded)])
    if not found and not as_json:
        click.echo(_NONE)
    elif as_json:
        for each in found:
            click.echo(showing.json_line(each))
    else:
        _print(found)
    sys.exit(_BAD if any(each.state == State.SUSPENDED for each in found) else 0)


@dnsbl.command()
@click.argument("target", metavar="ADDRESS|ZONE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
@friendly
def test(path: Path | None, target: str, as_json: bool) -> None:
    """Ask every list about an ADDRESS; or see whether a ZONE is in order, by its test points (RFC 5782) and by what it
    says of addresses chosen at random. The zone need not be one that is configured.

    Exits with 1 if the address is in a block list, or the zone is not in order; with 2 if that cannot be known, because
    nobody answers.

    \b
    Example:
      gatekeeper dnsbl test 192.0.2.1
      gatekeeper dnsbl test bl.example.net
    """
    setup = build.read(path)
    zones, names = lists.zones(setup.loaded), build.resolver(setup.config)
    address = _address(target)
    if address is None:
        zone = _zone(target, zones)
        sys.exit(_show_order(zone, asyncio.run(in_order(zone, names)), as_json))
    if not zones:
        raise click.ClickException(_NONE)
    asked = [entry for zone in zones for entry in zone.entries]
    sys.exit(_show_entries(address, asyncio.run(entries(address, asked, names)), as_json))


def _states(config: Config, configured: list[str]) -> list[ListState]:
    """What is known of the lists that are asked, and those that never were."""
    stored = state.list_states(config, create=False)
    known = [each for each in (stored.all() if stored.path.exists() else []) if each.zone in configured]
    names = {each.zone for each in known}
    return [*known, *(ListState(name, "", State.UNTESTED) for name in configured if name not in names)]


def _print(found: list[ListState]) -> None:
    table = showing.table("list", "about", "state", "since", "asked", "listed", "at random", "next test", "why")
    for each in found:
        since, until = (showing.when(moment) if moment else "" for moment in (each.since, each.until))
        of_mail, of_chance = _share(each.listed, each.asked), _share(each.random_listed, each.random_asked)
        showing.row(table, each.zone, each.kind, each.state, since, each.asked, of_mail, of_chance, until, each.why)
    showing.show(showing.console(), table)


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else ""


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _zone(text: str, configured: tuple[ListZone, ...]) -> ListZone:
    """With its filters and exceptions, if it is one of ours."""
    try:
        named = parse_zone(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}; or give an address", param_hint="ADDRESS|ZONE") from None
    return next((zone for zone in configured if zone.name == named.name), list_zones([named])[0])


def _show_order(zone: ListZone, found: Mapping[Kind, Answer | None], as_json: bool) -> int:
    """A row for each kind of question; what there is to exit with."""
    table = showing.table("list", "about", "in order", "why")
    for kind, said in found.items():
        order, why = _order(said), "" if said is None else getattr(said, "why", "")
        if as_json:
            click.echo(showing.json_line({"zone": zone.name, "about": kind, "in_order": order, "why": why}))
        showing.row(table, zone.name, kind, order, why)
    if not as_json:
        showing.show(showing.console(), table)
    orders = set(map(_order, found.values()))
    return 0 if "yes" in orders else _UNANSWERED if "unknown" in orders else _BAD


def _order(said: Answer | None) -> str:
    if said is None:
        return "yes"
    return "no" if isinstance(said, Suspended) else "unknown"


def _show_entries(address: Address, found: list[Entry], as_json: bool) -> int:
    """A row for each entry of the configuration; what there is to exit with."""
    table = showing.table("list", "weight", "address", "says", "text")
    for each in found:
        records = list(each.answer.values) if isinstance(each.answer, Found) else []
        if as_json:
            fields = {"zone": each.zone.name, "weight": each.zone.weight, "address": str(address)}
            said = {"listed": _listed(each), "records": records, "text": each.text}
            click.echo(showing.json_line(fields | said))
        said_words = " ".join([_listed(each), *records[:8]])
        showing.row(table, each.zone.name, each.zone.weight, address, said_words, each.text)
    if not as_json:
        showing.show(showing.console(), table)
    if any(each.listed and each.zone.weight > 0 for each in found):
        return _BAD
    return 0 if all(map(_answered, found)) else _UNANSWERED


def _answered(entry: Entry) -> bool:
    answer = entry.answer
    return isinstance(answer, Absent) or (isinstance(answer, Found) and any(map(entry.zone.means, answer.values)))


def _listed(entry: Entry) -> str:
    """In a few words."""
    match entry.answer:
        case Found():
            return "listed" if entry.listed else "not counted" if _answered(entry) else "no answer of a list"
        case Absent():
            return "not listed"
        case failure:
            return f"unknown: {getattr(failure, 'why', '')}"
