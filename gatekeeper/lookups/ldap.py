"""ldap: whose mailbox an address is, as the first of several directory servers that answers has it.

Finding nothing is `Absent` only where the search ended well and the server did not say that more may be elsewhere.
Fails typed, as the last server failed, within the time that is given for all.
"""

import asyncio
import ssl
from collections.abc import Sequence

from gatekeeper.config.addresses import ldap_server
from gatekeeper.config.directory import Directory
from gatekeeper.lookups.ldap_filter import filter_for
from gatekeeper.lookups.ldap_outcome import NoAnswer, unasked
from gatekeeper.lookups.ldap_server import Server
from gatekeeper.lookups.ldap_session import Search
from gatekeeper.lookups.mailboxes import Said
from gatekeeper.values import Absent, Answer, Failed, Failure, Found

_MOST = 10  # entries with one address; there should be one
_LONGEST = 512  # characters of a primary address


class Ldap:
    """All servers of one directory. Belongs to one event loop."""

    def __init__(self, settings: Directory) -> None:
        self._settings = settings
        self._servers = [_server(url, settings) for url in settings.servers]

    async def find(self, address: str) -> Said:
        """Ask until one server answers. Those that are sound share the time there is."""
        try:
            wanted = filter_for(self._settings.filter, address)
        except ValueError:
            return Said(Absent())  # octets that are no text stand in no directory
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.timeout
        failure: Failure = Failed("[directory] names no servers")
        for number, server in enumerate(self._servers, 1):
            others = sum(other.sound for other in self._servers[number:])
            share = (deadline - loop.time()) / (1 + others)
            try:
                found = await server.search(wanted, _MOST, share)
            except NoAnswer as error:
                failure = error.failure
            else:
                return Said(_answer(found), server.url)
        return Said(failure)

    def close(self) -> None:
        """Let go of all servers."""
        for server in self._servers:
            server.close()


def _server(url: str, settings: Directory) -> Server:
    place = ldap_server(url)
    encrypted = place.tls or settings.starttls
    context = ssl.create_default_context(cafile=settings.ca_file or None) if encrypted else None
    return Server(url, place, settings, context)


def _answer(search: Search) -> Answer:
    if not search.entries:
        elsewhere = unasked(search.elsewhere)
        return Failed(f"the mailbox may be in {elsewhere}, which is not asked") if elsewhere else Absent()
    owners = {primary(values) for values in search.entries}
    owner = owners.pop() if search.complete and len(owners) == 1 else ""
    return Found((owner,)) if owner else Found()


def primary(values: Sequence[str]) -> str:
    """The mailbox's own address, in lower case: behind `SMTP:` in capitals, as Exchange writes it, or a plain one. Of
    several the first of the alphabet, since values have no order; "" if there is none.
    """
    own = [value[5:] for value in values if value.startswith("SMTP:")]
    plain = [value for value in values if ":" not in value]
    found = [each.lower() for each in own or plain if "@" in each and each.isprintable() and len(each) <= _LONGEST]
    return min(found, default="")
