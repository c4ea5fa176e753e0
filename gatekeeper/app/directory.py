"""directory: from `[directory]` to what answers whose an address is, and what is wrong with it beyond its types.

The extra `ldap` is needed for it. Nothing connects before the first question. Mistakes are `Problem`s.
"""

import asyncio
import os
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.app import state
from gatekeeper.config.schema import Config
from gatekeeper.lookups.directory import forms
from gatekeeper.lookups.mailboxes import Mailboxes, Said
from gatekeeper.stores.owners import Owner, Owners
from gatekeeper.values import Absent, Problem

if TYPE_CHECKING:
    from gatekeeper.lookups.ldap import Ldap

_READABLE_BY_OTHERS = 0o007


def is_asked(config: Config) -> bool:
    """Some domain is verified by it."""
    return any(domain.verify == "ldap" for domain in config.domains.values())


def ldap(config: Config) -> "Ldap":
    """What asks the servers."""
    from gatekeeper.lookups.ldap import Ldap  # needs the extra

    return Ldap(config.directory)


def mailboxes(config: Config, kept: Owners) -> Mailboxes:
    """What answers, and remembers."""
    return Mailboxes(config.directory, ldap(config).find, kept)


def delimiters(config: Config) -> dict[str, str]:
    """What separates a mailbox from what its owner adds to it, by domain in lower case."""
    return {name.lower(): domain.delimiter for name, domain in config.domains.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the directory says of an address now, `seconds` later, and what is kept of what it said before."""

    said: Said
    seconds: float
    kept: Owner | None
    verify: str


def ask(config: Config, address: str) -> Asked:
    """Ask the directory itself, whatever is remembered. Raises `StoreError`."""
    written = list(forms(address, delimiters(config)))

    async def look() -> Said:
        servers = ldap(config)
        said = Said(Absent())
        for form in written:
            said = await servers.find(form)
            if not isinstance(said.answer, Absent):
                break
        servers.close()
        return said

    begun = time.monotonic()
    said = asyncio.run(look())
    took, owners = time.monotonic() - begun, state.owners(config)
    kept = next(filter(None, map(owners.get, written)), None)
    owners.close()
    verify = {name.lower(): domain.verify for name, domain in config.domains.items()}
    return Asked(said, took, kept, verify.get(written[0].rpartition("@")[2], "none"))


def mistakes(config: Config) -> Iterator[Problem]:
    """What would keep it from answering."""
    settings = config.directory
    if not (is_asked(config) or settings.servers):
        return
    if find_spec("sansldap") is None:
        yield _problem("there is a directory to be asked, but sansldap is missing", "pip install 'gatekeeper[ldap]'")
    elif why := _no_filter(settings.filter):
        yield _problem(f"directory.filter is no filter: {why}", 'write for instance "(proxyAddresses=smtp:%s)"')
    elif config.web.directory and (why := _no_filter(config.web.user_filter)):
        yield _problem(f"web.user_filter is no filter: {why}", 'write for instance "(sAMAccountName=%s)"')
    if settings.ca_file and (why := _no_certificates(settings.ca_file)):
        yield _problem(f"directory.ca_file: {settings.ca_file}: {why}", "name a PEM file of certificates")
    if settings.password_file:
        yield from _password(Path(settings.password_file))


def _no_filter(template: str) -> str:
    from gatekeeper.lookups.ldap_filter import filter_for  # needs the extra

    try:
        filter_for(template, "anna@company.example")
    except ValueError as error:
        return str(error)
    return ""


def _no_certificates(file: str) -> str:
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # ssl.SSLError among them
        return error.strerror or str(error)
    return ""


def _password(file: Path) -> Iterator[Problem]:
    where = f"directory.password_file: {file}"
    try:
        mode, empty = file.stat().st_mode, not file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no text"
        yield _problem(f"{where}: {why}", "let it hold the password, readable for the gateway's account")
        return
    if empty:
        yield _problem(f"{where} is empty", "a name without a password is nobody to a directory")
    if mode & _READABLE_BY_OTHERS and os.name == "posix":
        yield _problem(f"{where} can be read by everybody", f"chmod 640 {file}", "warning")


def _problem(message: str, remedy: str, severity: str = "error") -> Problem:
    return Problem("directory", 0, "warning" if severity == "warning" else "error", message, remedy)
