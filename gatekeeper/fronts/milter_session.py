"""milter_session: one connection from the MTA, and the transactions on it one after the other.

libmilter calls from changing threads, but never from two at a time. Steps that the MTA does not wait for cannot answer:
what goes wrong there breaks the transaction, which is then deferred at the next step that can. Nothing here raises on
what the MTA sends.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Protocol

from gatekeeper.fronts.milter_confirm import Confirmations, Kept
from gatekeeper.fronts.milter_ending import Ending
from gatekeeper.fronts.milter_transaction import Transaction, mailbox
from gatekeeper.fronts.service import Service
from gatekeeper.protocols.replies import NO_ROOM
from gatekeeper.stores.opening import NoRoom
from gatekeeper.values import Client, Envelope, Reply, new_id

_log = logging.getLogger(__name__)


class Mta(Protocol):
    """What libmilter offers at a callback (smfi_getsymval and so on)."""

    def getsymval(self, name: str, /) -> str | None: ...
    def setreply(self, code: str, status: str | None, /, *lines: str) -> None: ...
    def addrcpt(self, path: str, /) -> None: ...
    def delrcpt(self, path: str, /) -> None: ...
    def chgheader(self, name: str, nth: int, value: str | None, /) -> None: ...
    def addheader(self, name: str, value: str, index: int, /) -> None: ...
    def replacebody(self, body: bytes, /) -> None: ...


class Session:
    """`peer` is None until the MTA has said who is connected."""

    def __init__(self, service: Service, confirmations: Confirmations, leading_space: bool = True) -> None:
        self.peer: Client | None = None
        self.helo = ""
        self.leading_space = leading_space
        self.transaction: Transaction | None = None
        self._service = service
        self._confirmations = confirmations
        self._kept: Kept | None = None  # waits for the MTA to go on

    def connect(self, mta: Mta, name: str, address: str, port: int) -> None:
        """Who is connected to the MTA. `{client_addr}` is better where it is sent: it knows of XCLIENT."""
        known = as_address(macro(mta, "{client_addr}"))
        if known and known != address:
            name, address = macro(mta, "{client_name}"), known
            digits = macro(mta, "{client_port}")
            port = int(digits) if digits.isascii() and digits.isdigit() else 0
        verified = "" if name.startswith("[") or name.lower() == "unknown" else name
        self.peer = Client(address, verified, port)

    def mail(self, mta: Mta, arguments: Sequence[bytes]) -> None:
        """A transaction begins; so the one before has ended well."""
        self.ended_well()
        words = [argument.decode("utf-8", "surrogateescape") for argument in arguments]
        peer = self.peer or Client()
        trusted = peer.address in self._service.trusted
        envelope = Envelope(
            new_id(),
            "milter",
            peer,
            None if trusted or not peer.address else peer,
            trusted,
            self.helo,
            macro(mta, "r") or "SMTP",
            f"{macro(mta, '{tls_version}')} {macro(mta, '{cipher}')}".strip(),
            mailbox(words[0]) if words else "",
            parameters=parameters(words[1:]),
            outbound=bool(macro(mta, "{auth_authen}")) or (not trusted and peer.address in self._service.own),
        )
        self.transaction = Transaction(self._service, envelope, self.leading_space)
        self.transaction.broken = self.peer is None
        self.transaction.begin()

    def rcpt(self, argument: bytes) -> Reply | None:
        """None: this recipient is accepted."""
        transaction = self.transaction
        if transaction is None or transaction.broken:
            return self.failure()
        return transaction.recipient(argument)

    def end(self, mta: Mta) -> Ending:
        """The end of a message: the answer, whose edits are made."""
        transaction, self.transaction = self.transaction, None
        if transaction is None or transaction.broken:
            reply = self.failure(transaction)
            if transaction is not None:
                transaction.failed(reply)
            return Ending({}, reply)
        ending = None
        try:
            ending = transaction.end(macro(mta, "i"))
            edit(mta, transaction, ending, self.leading_space)
        except Exception as error:
            reply = self._failed(transaction, error)
            transaction.failed(reply)
            if ending is not None and ending.kept:
                self._service.quarantine.withdraw(transaction.envelope.id)
            return Ending({}, reply)
        transaction.done(ending)
        if ending.kept:
            self._kept = Kept(transaction.envelope.id, ending.held, ending.changed)
        return ending

    def fail(self) -> None:
        """Something that the MTA said was lost."""
        if self.transaction is not None:
            self.transaction.broken = True

    def aborted(self) -> None:
        """The MTA gave up: what it was told last may never have been read."""
        self._kept = None
        self._leave()

    def ended_well(self) -> None:
        """The MTA goes on, so it has read our last answer."""
        if self._kept is not None:
            self._confirmations.put(self._kept)
            self._kept = None
        self._leave()

    def failure(self, transaction: Transaction | None = None) -> Reply:
        """The reply to whatever we could not do, with the id under which the log has the cause."""
        transaction = transaction or self.transaction
        about = f" ({transaction.envelope.id})" if transaction else ""
        return Reply(451, "4.3.0", (f"Temporary failure, try again later{about}",))

    def _failed(self, transaction: Transaction, error: Exception) -> Reply:
        """What is said of a message with which this happened; the log has it all."""
        if isinstance(error, NoRoom):
            _log.error("message %s could not be held: %s", transaction.envelope.id, error)
            return replace(NO_ROOM, lines=(f"{NO_ROOM.text} ({transaction.envelope.id})",))
        _log.exception("message %s failed", transaction.envelope.id)
        return self.failure(transaction)

    def _leave(self) -> None:
        transaction, self.transaction = self.transaction, None
        if transaction is not None:
            transaction.given_up()


def edit(mta: Mta, transaction: Transaction, ending: Ending, leading_space: bool) -> None:
    """Make the changes of an ending. Those of what was there come first, because an MTA counts what is there."""
    for address in ending.add:
        mta.addrcpt(f"<{address}>")
    for address in ending.without:
        for path in transaction.paths(address):
            mta.delrcpt(path)
    for name, nth, value in ending.change:
        # an MTA that tells no leading space puts one there; an empty value would delete the field
        mta.chgheader(name.decode(), nth, _text(value if leading_space else value.removeprefix(b" ")) or " ")
    for field in ending.remove:
        mta.chgheader(field.name.decode(), field.nth, None)
    space = " " if leading_space else ""
    for name, value in reversed(ending.insert):
        mta.addheader(name.decode(), space + _text(value), 0)
    for piece in ending.body:
        mta.replacebody(bytes(piece))  # one after the other: each is appended


def _text(value: bytes) -> str:
    """A field's value as libmilter takes it: folded by LF, and UTF-8 throughout."""
    return value.decode("utf-8", "replace").replace("\r\n", "\n")


def macro(mta: Mta, name: str) -> str:
    """The value of an MTA's macro, or "". It may hold any bytes."""
    try:
        return mta.getsymval(name) or ""
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "surrogateescape")


def as_address(text: str) -> str:
    """A textual IP address, also as sendmail writes it (`IPv6:::1`), or ""."""
    try:
        return str(ip_address(text[5:] if text[:5].lower() == "ipv6:" else text))
    except ValueError:
        return ""


def parameters(words: Sequence[str]) -> dict[str, str]:
    """`SIZE=1000 BODY=8BITMIME` as a mapping, names in upper case."""
    pairs = (word.partition("=") for word in words)
    return {name.upper(): value for name, _, value in pairs}
