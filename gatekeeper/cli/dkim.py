"""dkim: the keys that we sign by, and the records in DNS that go with them. `gatekeeper dkim`."""

import asyncio
import sys
from pathlib import Path

import click

from gatekeeper.app.build import read, resolver
from gatekeeper.authentication.signing_key import SigningKey
from gatekeeper.cli import showing
from gatekeeper.cli.failure import friendly
from gatekeeper.config.schema import Config
from gatekeeper.values import Absent, Answer, Dns, Found

_STRING = 255  # octets of one string of a TXT record (RFC 1035 §3.3.14)


@click.command()
@click.argument("domains", metavar="[DOMAIN]...", nargs=-1)
@click.option("--test", "testing", is_flag=True, help="Ask DNS whether the record is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
@click.pass_obj
@friendly
def dkim(path: Path | None, domains: tuple[str, ...], testing: bool, as_json: bool) -> None:
    """Print the record that belongs in DNS for each key of signing.key_table, as a line of a zone.

    With --test it exits with 1 unless each is there as it should be: sign only after that.

    \b
    Example:
      openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out /etc/gatekeeper/example.org.pem
      gatekeeper dkim example.org
      gatekeeper dkim --test
    """
    setup = read(path)
    wanted = {domain.lower().removesuffix(".") for domain in domains}
    keys = [key for domain, key in setup.signer.keys.items() if not wanted or domain in wanted]
    for domain in sorted(wanted - {key.domain for key in keys}):
        click.echo(f"gatekeeper: {showing.safe(domain)} has no key in signing.key_table", err=True)
    if not setup.signer.keys:
        click.echo("gatekeeper: no keys: signing.key_table names none", err=True)
    said = asyncio.run(_tested(setup.config, keys)) if testing else [""] * len(keys)
    for key, state in zip(keys, said, strict=True):
        _print(key, state, as_json)
    if not keys or len(keys) < len(wanted) or any(state not in ("", "published") for state in said):
        sys.exit(1)


def _print(key: SigningKey, state: str, as_json: bool) -> None:
    if as_json:
        found = {"domain": key.domain, "selector": key.selector, "name": key.name, "record": key.record}
        click.echo(showing.json_line(found | ({"state": state} if state else {})))
    elif state:
        click.echo(f"{key.name}: {state}")
    else:
        strings = " ".join(f'"{key.record[at : at + _STRING]}"' for at in range(0, len(key.record), _STRING))
        click.echo(f"{key.name}. IN TXT ( {strings} )")


async def _tested(config: Config, keys: list[SigningKey]) -> list[str]:
    names = resolver(config)
    return [_state(key, await names.look_up(Dns(key.name, "TXT"))) for key in keys]


def _state(key: SigningKey, answer: Answer) -> str:
    match answer:
        case Found(values) if [_bare(value) for value in values] == [_bare(key.record)]:
            return "published"
        case Found(values):
            return "another record is there" if len(values) == 1 else f"{len(values)} records are there"
        case Absent():
            return "not published"
        case _:
            return f"cannot be looked up: {type(answer).__name__} {getattr(answer, 'why', '')}".rstrip()


def _bare(record: str) -> str:
    return "".join(record.split())
