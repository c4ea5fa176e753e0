"""pyzor_accounts: who we are at which Pyzor server, in the form of Pyzor's own `accounts` file.

One server a line: `host : port : user : salt,key`. The key is what `pyzor genkey` printed and the server's
administrator was given; the salt is not used. A server without a line is asked anonymously. Parsing never fails; a bad
line is a `Problem`, which does not show the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from gatekeeper.protocols.pyzor import ANONYMOUS, Account
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem

_EXAMPLE = "write host : port : user : salt,key"


@dataclass(frozen=True, slots=True)
class PyzorAccounts:
    """The account at each server, by its host in lower case and its port."""

    accounts: Mapping[tuple[str, int], Account] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        """The file's text; `source` is its name."""
        reader = Reader(source)
        accounts: dict[tuple[str, int], Account] = {}
        for line in reader.lines(text):
            host, *rest = (word.strip() for word in line.rsplit(":", 3))
            if len(rest) != 3 or not host or not _is_port(rest[0]):
                reader.error("this is no account", _EXAMPLE)
                continue
            port, user, secret = rest
            _, comma, key = secret.partition(",")
            if not (comma and _is_hexadecimal(key)) or not user.isprintable() or not user:
                reader.error(f"the user or the key for {host} is none", _EXAMPLE)
            else:
                accounts[host.strip("[]").lower(), int(port)] = Account(user, key)
        return cls(accounts, tuple(reader.problems))

    def at(self, host: str, port: int) -> Account:
        """Who we are there."""
        return self.accounts.get((host.lower(), port), ANONYMOUS)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5


def _is_hexadecimal(text: str) -> bool:
    return text != "" and not set(text.lower()) - set("0123456789abcdef")
