"""addresses: who a header field names (RFC 5322 §3.4): names and addresses, as most mail programs would show them.

Comments are names where nothing else is one (`joe@example.org (Joe)`), groups are taken apart. One pass over at most
8,000 octets and 100 mailboxes; what is broken gives what can be made of it, and nothing raises.
"""

from itertools import islice
from typing import NamedTuple

from gatekeeper.message.patterns import FOLD, PLAIN_ADDRESSES
from gatekeeper.message.text.normal import normal
from gatekeeper.message.words import decoded_words

_LONGEST = 8000
_MOST = 100
_FEWEST_WORDS, _FEWEST_LETTERS = 2, 6
_ROLE_WORDS = """
    accounting accounts admin administrator alert alerts and assistance billing booking bookings care center centre
    contact customer customers daemon delivery department desk do finance front help helpdesk hr human info information
    invoice invoices it mail mailer mailing management marketing media news newsletter no noreply not notification
    notifications office online order orders payment payments personnel postmaster press purchasing reception reply
    resources sales scanner secretary security server service services shop subsystem support system team tech technical
    the web webmaster
"""
_ROLES = frozenset(_ROLE_WORDS.split())
"""Of these words are the names of no person."""


class Mailbox(NamedTuple):
    """`address` in lower case, "" where there is none; `name` decoded, for people."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """In lower case; "" if it has none."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""


def mailboxes(value: bytes) -> list[Mailbox]:
    """Every mailbox of one From, Reply-To, To or the like."""
    text = FOLD.sub(b"", value[:_LONGEST]).decode("utf-8", "surrogateescape")  # RFC 6532 §3.2
    if PLAIN_ADDRESSES.fullmatch(text):
        return list(islice(filter(None, map(_plain, text.split(","))), _MOST))
    found, whole = _read(text)
    return found if whole else _read(text.replace('"', ""))[0]


def name_key(name: str) -> str:
    """The name as it is compared: look-alike letters and accents folded, in whatever order its words stand, so that
    `Doe, Jane` is `doe jane`. "" for what many bear: one word, hardly any letters, or a role (`Customer Service`).
    """
    words = "".join(c if c.isalnum() else " " for c in normal(name[:200]).text).split()
    if len(words) < _FEWEST_WORDS or sum(map(len, words)) < _FEWEST_LETTERS or _ROLES.issuperset(words):
        return ""
    return " ".join(sorted(words))


def _plain(text: str) -> Mailbox | None:
    """What `_Reader` makes of `Name <address>` and of an address alone, as nearly all are written."""
    name, bracket, rest = text.partition("<")
    address, shown = (rest.partition(">")[0], " ".join(name.split())) if bracket else (name, "")
    address = "".join(address.split()).lower()
    return Mailbox(address, shown) if address or shown else None


def _read(text: str) -> tuple[list[Mailbox], bool]:
    """The mailboxes; and whether the last quotation mark was closed."""
    found: list[Mailbox] = []
    reader = _Reader()
    for char in text:
        if reader.take(char):
            found += filter(None, [reader.mailbox()])
            reader = _Reader()
            if len(found) == _MOST:
                break
    found += filter(None, [reader.mailbox()])
    return found[:_MOST], not reader.quoted


class _Reader:
    """One mailbox, character by character."""

    def __init__(self) -> None:
        self._plain: list[str] = []
        self._angle: list[str] = []
        self._comment: list[str] = []
        self._into = self._plain
        self.quoted = self._escaped = False
        self._depth = 0

    def take(self, char: str) -> bool:
        """Whether this ends the mailbox."""
        if self._escaped or (char == "\\" and (self.quoted or self._depth)):
            self._escaped = not self._escaped
            if not self._escaped:
                self._into.append(char)
        elif char == '"' and not self._depth:
            self.quoted = not self.quoted
        elif self.quoted:
            self._into.append(char)
        elif char in "()":
            self._nest(char)
        elif self._depth:
            self._into.append(char)
        else:
            return self._outside(char)
        return False

    def mailbox(self) -> Mailbox | None:
        """What it came to."""
        plain = " ".join("".join(self._plain).split())
        if self._angle:
            address, name = "".join(self._angle), plain
        else:
            address, name = plain, ""
        address = _octets("".join(address.split())).decode("utf-8", "replace").lower()
        if address.startswith("@"):
            address = address.rpartition(":")[2]  # behind a source route (RFC 5322 §4.4)
        shown = decoded_words(_octets(name or "".join(self._comment)))
        shown = " ".join(shown.split())
        return Mailbox(address, shown) if address or shown else None

    def _nest(self, char: str) -> None:
        self._depth = max(0, self._depth + (1 if char == "(" else -1))
        self._into = self._comment if self._depth else self._plain

    def _outside(self, char: str) -> bool:
        if char in ",;":
            return self._into is not self._angle
        if char == "<":
            self._angle.clear()
            self._into = self._angle
        elif char == ">":
            self._into = self._plain
        elif char == ":" and self._into is self._plain and "@" not in self._plain:
            self._plain.clear()  # the name of a group
        else:
            self._into.append(char)
        return False


def _octets(text: str) -> bytes:
    """As it stood in the field."""
    return text.encode("utf-8", "surrogateescape")
