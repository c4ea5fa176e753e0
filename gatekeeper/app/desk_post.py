"""desk_post: what the desk sends: a held message to an administrator, a request, one part of a message by itself.

It goes the way that released messages go, with the null sender, so that nothing comes back. Fails with `NotDone`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gatekeeper.app.release import Release, Via
from gatekeeper.message import parse
from gatekeeper.message.rewrite import shown
from gatekeeper.quarantine import letters
from gatekeeper.quarantine.acts import NotDone
from gatekeeper.quarantine.hold import Held
from gatekeeper.values import Fate, Outcome

_KEPT = ("BODY", "SMTPUTF8")  # of the MAIL parameters


@dataclass(frozen=True, slots=True)
class Post:
    """`administrators` are whom it may go to."""

    sending: Release
    via: Via
    hostname: str
    administrators: Sequence[str] = ()

    def administrator(self, address: str) -> str:
        """The one that is meant: the first if nobody is named."""
        if not self.administrators:
            raise NotDone("nobody is named in quarantine.administrators whom it could be sent to")
        if address and address.lower() not in (one.lower() for one in self.administrators):
            raise NotDone(f"{address[:100]} is none of those in quarantine.administrators")
        return address or self.administrators[0]

    async def forward(self, held: Held, raw: bytes, who: str, to: str) -> None:
        """Attached as it came."""
        outcome = await self._send(held, letters.forwarding(held, raw, who, self.hostname, to), to)
        if outcome.fate is not Fate.RELEASED:
            raise NotDone(f"{to} could not be reached: {outcome.reply}")

    async def ask(self, held: Held, who: str, recipients: tuple[str, ...]) -> tuple[str, ...]:
        """Tell every administrator that somebody asks for it; those who were reached."""
        reached = []
        for to in self.administrators:
            outcome = await self._send(held, letters.asking(held, who, recipients, self.hostname, to), to)
            reached += [to] if outcome.fate is Fate.RELEASED else []
        return tuple(reached)

    async def enclose(self, held: Held, name: str, data: bytes, to: str) -> Outcome:
        """One part of it, by itself."""
        letter = await asyncio.to_thread(letters.enclosing, held, name, data, self.hostname, to)  # seconds if large
        return await self._send(held, letter, to)

    async def _send(self, held: Held, letter: bytes, to: str) -> Outcome:
        kept = {name: value for name, value in held.envelope.parameters.items() if name in _KEPT}
        envelope = replace(held.envelope, sender="", parameters=kept)
        return await self.sending.carry(replace(held, envelope=envelope), letter, to, self.via)


def part_of(raw: bytes, path: str) -> tuple[str, bytes]:
    """Name and content of the part at this path, "1.2", that readers agree about."""
    found = [part for part in parse(raw).walk() if part.path == path and not part.parts]
    if len(found) != 1 or not (decodings := found[0].decodings()):
        raise NotDone(f"{path[:40]}: there is no such part to be sent by itself")
    return shown(found[0]), decodings[0].data
