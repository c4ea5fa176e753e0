"""directory: does a recipient exist? Answered as each domain is set: by a list, by a callout, by LDAP, or not at all.

An address is what it stands for: `"anna"@x` and `anna@x.` are `anna@x`. A domain that nobody verifies takes every
address (`Found`). Fails typed: a callout that gets no trustworthy answer is a failure, never `Absent`.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Protocol

from gatekeeper.tables.address import split
from gatekeeper.tables.recipients import RecipientList
from gatekeeper.values import Absent, Answer, Failed, Found, Recipient

Callout = Callable[[str], Awaitable[Answer]]


class Ldap(Protocol):
    """`lookups.Mailboxes`."""

    def known(self, address: str, /) -> Answer | None:
        """The answer, if it can be given at once."""

    async def answer(self, address: str, /) -> Answer:
        """Ask for it."""


class Directory:
    """`verify` maps a domain in lower case to `none`, `list`, `callout` or `ldap`; `lists` has the lists, `delimiters`
    what separates a mailbox from what its owner adds to it, for LDAP. Whoever asks waits `patience` seconds.
    """

    def __init__(
        self,
        verify: Mapping[str, str],
        lists: Mapping[str, RecipientList],
        callout: Callout | None = None,
        ldap: Ldap | None = None,
        delimiters: Mapping[str, str] | None = None,
        patience: float = 3.0,
    ) -> None:
        self.patience = patience
        self._verify, self._lists, self._callout = verify, lists, callout
        self._ldap, self._delimiters = ldap, delimiters or {}

    def known(self, question: Recipient) -> Answer | None:
        """The answer, unless somebody has to be asked."""
        domain = split(question.address)[1]
        match self._verify.get(domain, "none"):
            case "list":
                listed = self._lists.get(domain)
                if listed is None:
                    return Failed(f"no recipient list for {domain}")
                return Found() if question.address in listed else Absent()
            case "callout":
                return None
            case "ldap":
                return self._remembered(question.address)
            case _:
                return Found()

    async def answer(self, question: Recipient) -> Answer:
        """Ask the directory, or the next hop."""
        if self._verify.get(split(question.address)[1]) == "ldap":
            return await self._looked_up(question.address)
        if self._callout is None:
            return Failed("this process has no next hops to ask")
        return await self._callout(question.address)

    def _remembered(self, address: str) -> Answer | None:
        if self._ldap is None:
            return Failed("[directory] names no servers")
        answers = map(self._ldap.known, forms(address, self._delimiters))
        return next((answer for answer in answers if not isinstance(answer, Absent)), Absent())

    async def _looked_up(self, address: str) -> Answer:
        assert self._ldap is not None
        for form in forms(address, self._delimiters):
            answer = self._ldap.known(form) or await self._ldap.answer(form)
            if not isinstance(answer, Absent):
                return answer
        return Absent()


def forms(address: str, delimiters: Mapping[str, str]) -> Iterator[str]:
    """The address as a directory has it, in lower case and without quotes, and without what its owner added to it, if
    `delimiters` has one for its domain.
    """
    local, domain = split(address)
    yield f"{local}@{domain}" if domain else local
    delimiter = delimiters.get(domain, "")
    bare = local.partition(delimiter)[0] if delimiter else local
    if bare and bare != local:
        yield f"{bare}@{domain}"
