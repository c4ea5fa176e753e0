"""ownership: the mailbox that an address belongs to: without what its owner added to it, and by the directory.

What the gateway was told when mail came is on disk; what is not there the directory is asked for, all together. Where
nobody can say, an address is a mailbox of its own. Fails never.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from gatekeeper.app import directory, state
from gatekeeper.config.schema import Config
from gatekeeper.lookups.directory import forms
from gatekeeper.lookups.mailboxes import Mailboxes
from gatekeeper.stores.owners import Owners
from gatekeeper.values import Found


@dataclass(slots=True)
class Ownership:
    """As `config` has it. What was asked once is not asked again."""

    config: Config = field(default_factory=Config)
    _known: dict[str, str] = field(default_factory=dict)

    def mailbox(self, address: str) -> str:
        """`local@domain` in lower case."""
        return self.mailboxes([address])[0]

    def mailboxes(self, addresses: Iterable[str]) -> list[str]:
        """The mailbox of each."""
        delimiters = directory.delimiters(self.config)
        bare = (address.strip().removeprefix("<").removesuffix(">") for address in addresses)
        written = [list(forms(address, delimiters)) for address in bare]
        self._look_up(form for each in written for form in each)
        return [next((self._known[form] for form in each if self._known.get(form)), each[-1]) for each in written]

    def _look_up(self, forms: Iterable[str]) -> None:
        """Have it known what the directory says of these; "" where it names no mailbox."""
        verified = {name.lower() for name, domain in self.config.domains.items() if domain.verify == "ldap"}
        asked = [form for form in dict.fromkeys(forms) if form not in self._known and _domain(form) in verified]
        if asked and not any(problem.severity == "error" for problem in directory.mistakes(self.config)):
            self._known |= dict(zip(asked, asyncio.run(self._ask(asked)), strict=True))

    async def _ask(self, addresses: list[str]) -> list[str]:
        ldap = directory.ldap(self.config)
        mailboxes = Mailboxes(self.config.directory, ldap.find, _OnDisk(state.owners(self.config)))
        answers = await asyncio.gather(*(mailboxes.answer(address) for address in addresses))
        ldap.close()
        return [answer.values[0] if isinstance(answer, Found) and answer.values else "" for answer in answers]


class _OnDisk:
    """What the gateway was told. Who only asks writes nothing there, whoever they are."""

    def __init__(self, owners: Owners) -> None:
        self.get = owners.get

    def keep(self, address: str, owner: str, said_at: float) -> None:
        """Not here."""

    def forget(self, address: str, said_at: float) -> None:
        """Not here."""


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
