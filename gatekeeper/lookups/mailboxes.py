"""mailboxes: what a directory said of an address, remembered with its age.

    a good answer       serves `ttl` seconds; it is kept on disk too, so other workers and the next process know it
    that there is none  serves `negative_ttl` seconds, in memory alone, and forgets the good answer
    no answer           the last good answer serves, up to `stale` seconds old, and says how old it is

That a mailbox does not exist is never said from what is stale. Fails typed, as the directory did.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gatekeeper.config.directory import Directory
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.owners import Owner
from gatekeeper.values import Absent, Answer, Found

V = TypeVar("V")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and the server that gave it; "" if none did."""

    answer: Answer
    server: str = ""


class Keeping(Protocol):
    """Where good answers survive: `stores.Owners`."""

    def get(self, address: str, /) -> Owner | None:
        """The last good answer; may raise `StoreError`."""

    def keep(self, address: str, owner: str, said_at: float, /) -> None:
        """Keep a good one."""

    def forget(self, address: str, said_at: float, /) -> None:
        """It is good no more."""


class Mailboxes:
    """`find` asks the directory; `kept` is the disk, if there is one. Addresses are taken in lower case."""

    def __init__(
        self,
        settings: Directory,
        find: Callable[[str], Awaitable[Said]],
        kept: Keeping | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._find, self._kept, self._clock = settings, find, kept, clock
        self._there: dict[str, Owner] = {}
        self._not_there: dict[str, float] = {}

    def known(self, address: str) -> Answer | None:
        """The answer, if it is good without asking anybody."""
        address = address.lower()
        owner = self._there.get(address)
        if owner is not None and self._younger(owner.said_at, self._settings.ttl):
            return _found(owner)
        said_at = self._not_there.get(address)
        if said_at is not None and self._younger(said_at, self._settings.negative_ttl):
            return Absent()
        return None

    async def answer(self, address: str) -> Answer:
        """Ask the disk, then the directory."""
        address = address.lower()
        kept = await asyncio.to_thread(self._on_disk, address)
        if kept is not None and self._younger(kept.said_at, self._settings.ttl):
            self._remember(address, kept)
            return _found(kept)
        answer, now = (await self._find(address)).answer, self._clock()
        if isinstance(answer, Found):
            self._learn(address, Owner(answer.values[0] if answer.values else "", now))
        elif isinstance(answer, Absent):
            self._unlearn(address, now, kept)
        elif kept is not None and self._younger(kept.said_at, self._settings.stale):
            return self._stale(address, kept)
        return answer

    def _stale(self, address: str, kept: Owner) -> Found:
        age = max(1, round(self._clock() - kept.said_at))
        _log.info("no directory answers: what is known of %r is %d s old", address, age)
        return _found(kept, age)

    def _learn(self, address: str, owner: Owner) -> None:
        self._remember(address, owner)
        if self._kept is not None:
            self._kept.keep(address, owner.owner, owner.said_at)

    def _unlearn(self, address: str, said_at: float, kept: Owner | None) -> None:
        """Only what is on disk, or on its way there, is taken off it: who tries addresses makes no work there."""
        known = self._there.pop(address, kept)
        _put(self._not_there, address, said_at, self._settings.cache)
        if self._kept is not None and known is not None:
            self._kept.forget(address, said_at)

    def _remember(self, address: str, owner: Owner) -> None:
        _put(self._there, address, owner, self._settings.cache)

    def _on_disk(self, address: str) -> Owner | None:
        """What all workers know; what this one knows, where there is no disk."""
        try:
            return self._kept.get(address) if self._kept is not None else self._there.get(address)
        except StoreError as error:
            _log.error("what the directory said before cannot be read: %s", error)
            return self._there.get(address)

    def _younger(self, said_at: float, seconds: float) -> bool:
        return 0 <= self._clock() - said_at < seconds


def _found(owner: Owner, age: int = 0) -> Found:
    return Found((owner.owner,) if owner.owner else (), age)


def _put(kept: dict[str, V], key: str, value: V, most: int) -> None:
    """Keep it as the newest; the oldest goes when there are too many."""
    kept.pop(key, None)
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value
