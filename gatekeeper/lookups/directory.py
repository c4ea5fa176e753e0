"""directory: does a recipient exist? Answered as each domain is set: by a list, by a callout, or not at all.

A domain that nobody verifies takes every address (`Found`). Fails typed: a callout that gets no trustworthy answer is
a failure, never `Absent`.
"""

from collections.abc import Awaitable, Callable, Mapping

from gatekeeper.tables.recipients import RecipientList
from gatekeeper.values import Absent, Answer, Failed, Found, Recipient

Callout = Callable[[str], Awaitable[Answer]]


class Directory:
    """`verify` maps a domain in lower case to `none`, `list` or `callout`; `lists` has the lists."""

    def __init__(
        self, verify: Mapping[str, str], lists: Mapping[str, RecipientList], callout: Callout | None = None
    ) -> None:
        self._verify = verify
        self._lists = lists
        self._callout = callout

    def known(self, question: Recipient) -> Answer | None:
        """The answer, unless the next hop has to be asked."""
        domain = question.address.rpartition("@")[2]
        match self._verify.get(domain, "none"):
            case "list":
                listed = self._lists.get(domain)
                if listed is None:
                    return Failed(f"no recipient list for {domain}")
                return Found() if question.address in listed else Absent()
            case "callout":
                return None
            case _:
                return Found()

    async def answer(self, question: Recipient) -> Answer:
        """Ask the next hop."""
        if self._callout is None:
            return Failed("this process has no next hops to ask")
        return await self._callout(question.address)
