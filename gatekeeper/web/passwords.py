"""passwords: argon2id, in a thread, few at a time: each takes 64 MB and a twentieth of a second on purpose.

A password that is none of anybody's takes as long as one that is somebody's.
"""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10  # characters
LONGEST = 1_000
_AT_ONCE = 2

_hasher = PasswordHasher()  # RFC 9106's second recommendation


def digested(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def weakness(password: str, name: str = "") -> str:
    """What is wrong with a new password; "" if nothing is."""
    if len(password) < SHORTEST:
        return f"A password has {SHORTEST} characters or more."
    if len(password) > LONGEST:
        return f"A password has {LONGEST} characters at most."
    if len(set(password)) < 4 or (name and password.casefold() in (name.casefold(), name.casefold() * 2)):
        return "Anybody would guess this password."
    return ""


def is_right(password: str, secret: str) -> bool:
    """Whether `secret` was made of it; with "" never, and as slowly."""
    try:
        return _hasher.verify(secret or _nobodys(), password) and bool(secret)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(secret: str) -> bool:
    """Made with other parameters than are used now."""
    return _hasher.check_needs_rehash(secret)


class Verifier:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def is_right(self, password: str, secret: str) -> bool:
        """As the function of that name."""
        async with self._turns:
            return await asyncio.to_thread(is_right, password, secret)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's")
