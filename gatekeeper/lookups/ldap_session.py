"""ldap_session: one connection to a directory server: encrypt, bind, search.

Several searches may be open at once; the server answers them in any order (RFC 4511 §3.1). The protocol itself is
sansldap's. Fails with `NoAnswer`; sets no deadlines: whoever stops waiting lets the session `retire`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sansldap import (
    BindResponse,
    ExtendedOperations,
    ExtendedResponse,
    LDAPClient,
    LDAPFilter,
    LDAPMessage,
    LDAPResult,
    LDAPResultCode,
    SearchResultDone,
    SearchResultEntry,
    SearchResultReference,
)

from gatekeeper.lookups.ldap_outcome import LIMITS, NoAnswer, no_answer, unasked
from gatekeeper.values import Exceeded, Failed, Failure

_MOST = 1_000_000  # octets without an end of any answer among them
_NOT_THEIRS = (LDAPResultCode.INVALID_CREDENTIALS, LDAPResultCode.INAPPROPRIATE_AUTHENTICATION)
_Last = TypeVar("_Last", ExtendedResponse, BindResponse, SearchResultDone)


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: of each entry the values that were asked for. `elsewhere`: where the server says that more
    may be. `complete`: it was not cut off by a limit.
    """

    entries: tuple[tuple[str, ...], ...] = ()
    elsewhere: tuple[str, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name, and by attribute, in lower case, the values."""

    name: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class _Asked:
    """`last` is the kind of message that ends the answer; `done` is that message."""

    last: type[LDAPMessage]
    done: asyncio.Future[Any]
    replies: list[LDAPMessage] = field(default_factory=list)


class Session(asyncio.Protocol):
    """For `loop.create_connection`."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.born = self._loop.time()
        self._client = LDAPClient()
        self._asked: dict[int, _Asked] = {}
        self._unread = 0
        self._ending: Failure | None = None
        self._transport: asyncio.Transport | None = None

    @property
    def usable(self) -> bool:
        """More may be asked."""
        return self._ending is None

    # what the caller wants

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on in TLS (RFC 4511 §4.14). What was said in clear is forgotten, also what came too early."""
        number = self._client.extended_request(ExtendedOperations.LDAP_START_TLS.value)
        _, reply = await self._replies(number, ExtendedResponse)
        if reply.result.result_code is not LDAPResultCode.SUCCESS:
            raise no_answer("StartTLS", reply.result)
        assert self._transport is not None
        secure = await self._loop.start_tls(self._transport, self, context, server_hostname=host)
        if secure is None:
            raise NoAnswer(Failed("the connection was closed in the handshake"))
        self._transport, self._client, self._unread = secure, LDAPClient(), 0

    async def bind(self, name: str, password: str) -> None:
        """Say who we are (§4.2)."""
        _, reply = await self._replies(self._client.bind_simple(name, password), BindResponse)
        if reply.result.result_code is not LDAPResultCode.SUCCESS:
            raise no_answer("bind", reply.result)

    async def verify(self, name: str, password: str) -> bool:
        """Whether `name` has this password: we are that one from then on, or nobody."""
        _, reply = await self._replies(self._client.bind_simple(name, password), BindResponse)
        if reply.result.result_code in _NOT_THEIRS:
            return False
        if reply.result.result_code is not LDAPResultCode.SUCCESS:
            raise no_answer("bind", reply.result)
        return True

    async def find(
        self, base: str, wanted: LDAPFilter, attributes: Sequence[str], limit: int, seconds: float
    ) -> list[Entry]:
        """At most `limit` entries below `base`, with these attributes; as `search`. Where there is none, and may be one
        elsewhere, nobody knows.
        """
        found, result = await self._searched(base, wanted, attributes, limit, seconds)
        entries = [_entry(one) for one in found if isinstance(one, SearchResultEntry)]
        if result.result_code is not LDAPResultCode.SUCCESS and not (entries and result.result_code in LIMITS):
            raise no_answer("search", result)
        if not entries and (elsewhere := unasked(_uris(found))):
            raise NoAnswer(Failed(f"it may be in {elsewhere}, which is not asked"))
        return entries

    async def search(self, base: str, wanted: LDAPFilter, attribute: str, limit: int, seconds: float) -> Search:
        """At most `limit` entries below `base`; the server is asked to give up after `seconds`."""
        found, result = await self._searched(base, wanted, [attribute], limit, seconds)
        entries = tuple(_values(one, attribute) for one in found if isinstance(one, SearchResultEntry))
        elsewhere = _uris(found)
        if result.result_code is LDAPResultCode.SUCCESS:  # not ==: a code that sansldap does not know equals 0
            return Search(entries, elsewhere)
        if entries and result.result_code in LIMITS:
            return Search(entries, elsewhere, complete=False)
        raise no_answer("search", result)

    def retire(self, why: Failure) -> None:
        """Take no more questions; close when those that are open have ended."""
        self._ending = self._ending or why
        self._close_if_idle()

    def close(self) -> None:
        """Close now; what is open fails."""
        self._lose(Failed("closed"))

    # what the connection tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        try:
            messages = self._client.receive(data)
        except Exception as error:  # whatever a broken server makes of it
            self._lose(Failed(f"it does not speak LDAP, or says goodbye: {error}"[:200]))
            return
        for message in messages:
            self._take(message)
        if self._unread > _MOST:
            self._lose(Exceeded(f"more than {_MOST} octets to one question"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(Failed(f"the connection was lost{f': {exc}' if exc else ''}"))

    def _take(self, message: LDAPMessage) -> None:
        asked = self._asked.get(message.message_id)
        if asked is None:
            return
        asked.replies.append(message)
        if isinstance(message, asked.last) and not asked.done.done():
            asked.done.set_result(message)
            self._unread = 0

    async def _searched(
        self, base: str, wanted: LDAPFilter, attributes: Sequence[str], limit: int, seconds: float
    ) -> tuple[list[LDAPMessage], LDAPResult]:
        if self._ending is not None:
            raise NoAnswer(self._ending)
        number = self._client.search_request(
            base, filter=wanted, attributes=list(attributes), size_limit=limit, time_limit=max(1, round(seconds))
        )
        found, last = await self._replies(number, SearchResultDone)
        return found, last.result

    async def _replies(self, number: int, last: type[_Last]) -> tuple[list[LDAPMessage], _Last]:
        """Send what waits to be sent; everything that answers request `number`, and the message that ends it."""
        if self._transport is None or self._ending is not None:
            raise NoAnswer(self._ending or Failed("not connected"))
        asked = self._asked[number] = _Asked(last, self._loop.create_future())
        self._transport.write(self._client.data_to_send())
        try:
            ending: _Last = await asked.done
        finally:
            del self._asked[number]
            if self._ending is not None:
                self._close_if_idle()
        return asked.replies, ending

    def _lose(self, why: Failure) -> None:
        self._ending = self._ending or why
        for asked in self._asked.values():
            if not asked.done.done():
                asked.done.set_exception(NoAnswer(why))
        if self._transport is not None:
            self._transport.abort()

    def _close_if_idle(self) -> None:
        if not self._asked and self._transport is not None:
            self._transport.close()


def _uris(found: Sequence[LDAPMessage]) -> tuple[str, ...]:
    return tuple(uri for one in found if isinstance(one, SearchResultReference) for uri in one.uris)


def _entry(entry: SearchResultEntry) -> Entry:
    values: dict[str, tuple[str, ...]] = {}
    for part in entry.attributes:
        key = part.name.lower()
        values[key] = values.get(key, ()) + tuple(value.decode("utf-8", "replace") for value in part.values)
    return Entry(entry.object_name, values)


def _values(entry: SearchResultEntry, attribute: str) -> tuple[str, ...]:
    parts = (part for part in entry.attributes if part.name.lower() == attribute.lower())
    return tuple(value.decode("utf-8", "replace") for part in parts for value in part.values)
