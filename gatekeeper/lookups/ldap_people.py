"""ldap_people: whose name and password these are, and which addresses are whose, as a directory has it.

Whoever signs in is looked for by the account that asks for us, then we bind as whom was found, with the password that
was shown: so a name means what the operator's filter says, and the password is the directory's business alone. Each
question has its own connection; the first server that answers counts. Fails with `NoAnswer`.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from sansldap import LDAPFilter

from gatekeeper.config.addresses import LdapServer, ldap_server
from gatekeeper.config.directory import Directory
from gatekeeper.lookups.ldap_filter import filter_for, filter_for_any
from gatekeeper.lookups.ldap_outcome import NoAnswer
from gatekeeper.lookups.ldap_server import open_session, said
from gatekeeper.lookups.ldap_session import Entry, Session
from gatekeeper.values import Failed, Failure, Refused, TimedOut

T = TypeVar("T")

_ADDRESSES = ("proxyAddresses", "mail")
_LISTS = {"group", "groupofnames", "groupofuniquenames", "groupofurls", "posixgroup", "msexchdynamicdistributionlist"}
_CONTROL, _DISABLED = "userAccountControl", 2  # ADS_UF_ACCOUNTDISABLE
_TWO = 2  # entries of one name are one too many


class People:
    """Those of one directory. `user_filter` finds who signs in as `%s`."""

    def __init__(self, settings: Directory, user_filter: str) -> None:
        self._settings, self._user_filter = settings, user_filter

    async def sign_in(self, name: str, password: str) -> frozenset[str] | None:
        """The addresses of whom this password is, in lower case; None if it is nobody's. An empty one never is: to bind
        with it is to be nobody, and goes well (RFC 4513 §5.1.2).
        """
        if not (name and password) or "\0" in password:
            return None

        async def ask(session: Session, patience: float) -> frozenset[str] | None:
            entry = await self._person(session, self._user_filter, name, patience)
            if entry is None or not entry.name or not await session.verify(entry.name, password):
                return None
            return _addresses(entry)

        return await self._asked(ask)

    async def mailboxes_of(self, name: str) -> frozenset[str] | None:
        """The addresses of whoever signs in by this name, in lower case; None if nobody does, or may no more."""

        async def ask(session: Session, patience: float) -> frozenset[str] | None:
            entry = await self._person(session, self._user_filter, name, patience)
            return _addresses(entry) if entry and not _is_disabled(entry) else None

        return await self._asked(ask)

    async def mailboxes(self, address: str) -> frozenset[str]:
        """All addresses of whoever owns this one, in lower case; none if nobody does, or a list."""

        async def ask(session: Session, patience: float) -> frozenset[str]:
            entry = await self._person(session, self._settings.filter, address, patience)
            return _addresses(entry) | {address.lower()} if entry else frozenset()

        return await self._asked(ask)

    async def is_shared(self, address: str) -> bool | None:
        """It is a list's, or that of several entries; None if nobody has heard of it."""

        async def ask(session: Session, patience: float) -> bool | None:
            found = await self._entries(session, self._settings.filter, address, patience)
            return (len(found) > 1 or any(map(_is_list, found))) if found else None

        return await self._asked(ask)

    async def _person(self, session: Session, template: str, text: str, patience: float) -> Entry | None:
        """The one entry that is found, unless it is a list."""
        found = await self._entries(session, template, text, patience)
        return found[0] if len(found) == 1 and not _is_list(found[0]) else None

    async def _entries(self, session: Session, template: str, text: str, patience: float) -> Sequence[Entry]:
        """None, one, or two: more are not asked for. To whom may see nothing, nobody exists."""
        try:
            wanted: LDAPFilter = filter_for(template, text)
        except ValueError:
            return ()
        base, attributes = self._settings.search_base, ("objectClass", _CONTROL, *_ADDRESSES, self._settings.primary)
        found = await session.find(base, wanted, attributes, _TWO, patience)
        if not found and not await session.find(base, filter_for_any(template), ("objectClass",), 1, patience):
            raise NoAnswer(Refused(f"it shows us nothing that {template} could find"))
        return found

    async def _asked(self, ask: Callable[[Session, float], Awaitable[T]]) -> T:
        """What the first server says that says anything, all within the time there is."""
        patience = self._settings.timeout
        failure: Failure = Failed("[directory] names no servers")
        try:
            async with asyncio.timeout(patience):
                for url in self._settings.servers:
                    try:
                        async with self._session(ldap_server(url)) as session:
                            return await ask(session, patience)
                    except NoAnswer as error:
                        failure = error.failure
                    except (OSError, UnicodeError) as error:
                        failure = Failed(said(error))
        except TimeoutError:
            failure = TimedOut(f"no answer in {patience:.1f} s")
        raise NoAnswer(failure)

    @asynccontextmanager
    async def _session(self, place: LdapServer) -> AsyncIterator[Session]:
        settings = self._settings
        encrypted = place.tls or settings.starttls
        context = ssl.create_default_context(cafile=settings.ca_file or None) if encrypted else None
        session = await open_session(place, settings, context)
        try:
            yield session
        finally:
            session.close()


def _is_disabled(entry: Entry) -> bool:
    """As Active Directory says it of an account."""
    control = next(iter(entry.values.get(_CONTROL.lower(), ())), "")
    return control.isdecimal() and bool(int(control[:10]) & _DISABLED)


def _is_list(entry: Entry) -> bool:
    return not _LISTS.isdisjoint(kind.lower() for kind in entry.values.get("objectclass", ()))


def _addresses(entry: Entry) -> frozenset[str]:
    """Those that Exchange writes behind `smtp:`, and plain ones."""
    values = [value.lower() for key, of in entry.values.items() if key != "objectclass" for value in of]
    plain = (value.removeprefix("smtp:") for value in values)
    return frozenset(value for value in plain if "@" in value and ":" not in value and value.isprintable())
