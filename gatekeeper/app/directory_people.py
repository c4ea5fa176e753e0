"""directory_people: the directory as the pages ask it. What it cannot say is a `DirectoryError`."""

import logging
from collections.abc import Awaitable
from typing import TypeVar

from gatekeeper.config.schema import Config
from gatekeeper.lookups.ldap_outcome import NoAnswer
from gatekeeper.lookups.ldap_people import People
from gatekeeper.web.services import DirectoryError

T = TypeVar("T")
_log = logging.getLogger(__name__)


class DirectoryPeople:
    """Those of `[directory]`."""

    def __init__(self, config: Config) -> None:
        self._people = People(config.directory, config.web.user_filter)

    async def sign_in(self, name: str, password: str) -> frozenset[str] | None:
        """The mailboxes of whom this password is."""
        return await _said(self._people.sign_in(name, password))

    async def mailboxes_of(self, name: str) -> frozenset[str] | None:
        """The mailboxes of whoever signs in by this name."""
        return await _said(self._people.mailboxes_of(name))

    async def mailboxes(self, address: str) -> frozenset[str]:
        """All addresses of whoever owns this one."""
        return await _said(self._people.mailboxes(address))

    async def is_shared(self, address: str) -> bool | None:
        """It belongs to a list, or to several; None if to nobody."""
        return await _said(self._people.is_shared(address))


async def _said(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except NoAnswer as error:
        _log.error("the directory does not answer: %s", error.failure.why)
        raise DirectoryError(error.failure.why) from None
