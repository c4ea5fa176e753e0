"""reverse: has the client's address a name that leads back to it (iprev, RFC 8601 §2.7.3), and did anybody choose it?

Where the MTA before us has verified the name, that is taken. Fails open: what DNS does not answer is `iprev-temperror`
and weighs nothing. Nobody asks about our own users, nor about private addresses unless it is wished. The name that is
found goes with the client from then on: the access map, later checks and the Received line have it.
"""

from collections.abc import Callable, Generator, Iterator, Mapping

import msgspec

from gatekeeper.authentication.iprev import Reverse, reverse
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.tables.generated_names import Generated, generated
from gatekeeper.values import Address, Answers, Authenticated, Finding, Question, Stage

_MOST_SHOWN = 3


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.reverse]"""

    enabled: bool = False
    none_score: float = 1.5  # the address has no name
    unconfirmed_score: float = 1.0  # it has, but none that leads back to it
    dynamic_score: float = 1.5  # the name is that of a line whose address changes: dsl-192-0-2-1.example.net
    numbered_score: float = 0.8  # the name is the address, and says nothing else
    private: bool = False  # ask about private and loopback addresses too


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the connect stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        client = mail.envelope.client
        address = client.ip if client else None
        if client is None or address is None or mail.envelope.outbound:
            return []
        if not (settings.private or address.is_global):
            return []
        found = Reverse("pass", client.name) if client.name else (yield from reverse(address))
        return [_result(found, address, settings), *_names(found, address, settings)]

    return {Stage.CONNECT: check}


def _result(found: Reverse, address: Address, settings: Settings) -> Finding:
    score, said = {
        "pass": (0.0, f"is {found.name}"),
        "fail": (settings.unconfirmed_score, f"has no name that leads back to it: {_shown(found)}"),
        "permerror": (settings.none_score, "has no name"),
    }.get(found.result, (0.0, "has a name that could not be found out"))
    result = Authenticated("iprev", found.result, found.name, (("policy.iprev", str(address)),))
    return Finding(f"iprev-{found.result}", score, f"{address} {said}".rstrip(": "), result=result)


def _names(found: Reverse, address: Address, settings: Settings) -> Iterator[Finding]:
    """One finding for the worst of its names; the one that was confirmed, if any was."""
    kinds = {generated(name, address): name for name in ((found.name,) if found.name else found.claimed)}
    if name := kinds.get(Generated.DYNAMIC):
        yield Finding("reverse-dynamic", settings.dynamic_score, f"{name} is a line whose address changes")
    elif name := kinds.get(Generated.NUMBERED):
        yield Finding("reverse-numbered", settings.numbered_score, f"{name} is but the address")


def _shown(found: Reverse) -> str:
    return ", ".join(found.claimed[:_MOST_SHOWN])
