"""services: what the pages are given to work with. Made in `app`; here are only its shapes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request

from gatekeeper.config.schema import Config
from gatekeeper.pipeline.policy import Policy
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.acts import Desk
from gatekeeper.quarantine.digest_ledger import DigestLedger
from gatekeeper.stores.accounts import Accounts
from gatekeeper.stores.journal import Journal
from gatekeeper.stores.list_states import ListStates
from gatekeeper.stores.own_senders import OwnSenders
from gatekeeper.values import Outcome


class DirectoryError(Exception):
    """The directory cannot be asked now; the text says why."""


class Directory(Protocol):
    """Names and passwords that somebody else keeps. All fail with `DirectoryError`."""

    async def sign_in(self, name: str, password: str) -> frozenset[str] | None:
        """The mailboxes of whom this password is, in lower case; None if it is nobody's."""

    async def mailboxes_of(self, name: str) -> frozenset[str] | None:
        """The mailboxes of whoever signs in by this name; None if nobody does."""

    async def mailboxes(self, address: str) -> frozenset[str]:
        """All addresses of the mailbox that owns this one; this one among them."""


@dataclass(frozen=True, slots=True)
class Services:
    """All there is."""

    config: Config
    key: bytes  # what cookies are signed with
    accounts: Accounts
    quarantine: Quarantine
    journal: Journal
    desk: Desk
    digests: DigestLedger
    senders: OwnSenders  # whom reviewers let in or keep out
    own: Callable[[str], bool]  # whether a domain, in lower case, is ours
    post: Callable[[str, bytes], Awaitable[Outcome]]  # bring a mail of ours to one of our own addresses
    directory: Directory | None = None
    policy: Policy = field(default_factory=Policy)  # by which it is said what would have let a message pass
    described: Mapping[str, str] = field(default_factory=dict)  # what findings mean, by name
    lists: ListStates | None = None  # what was found out about block lists


def services(request: Request) -> Services:
    """Those of the site that was asked."""
    found: Services = request.app.state.services
    return found
