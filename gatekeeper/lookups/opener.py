"""opener: what is inside an archive or a document, opened by a process that holds nothing else (`cells`).

Never raises; fails as cells do. What was opened is remembered for a while, because one attachment comes with many
messages.
"""

import sys
from collections.abc import Sequence

from gatekeeper.lookups import opener_wire
from gatekeeper.lookups.cells import Cells, Memory
from gatekeeper.lookups.opener_wire import OpenerCage
from gatekeeper.values import Answer, Contents

PROGRAM = (sys.executable, "-I", "-m", "gatekeeper.lookups.opener_worker")
_REMEMBERED = 256, 32_000_000  # answers, and their bytes together


class Opener:
    """`at_once` attachments are opened at a time, each in `seconds` by the clock; others wait as long at most."""

    def __init__(
        self, cage: OpenerCage, at_once: int = 2, seconds: float = 10.0, program: Sequence[str] = PROGRAM
    ) -> None:
        self.cells = Cells("opener", program, cage, opener_wire.decode, at_once, seconds)
        self.patience = self.cells.patience
        self._memory = Memory(*_REMEMBERED)

    def known(self, question: Contents) -> Answer | None:
        """The answer, if it is remembered."""
        return self._memory.get((question.sha256, question.names))

    async def answer(self, question: Contents) -> Answer:
        """Open one attachment."""
        outcome = await self.cells.ask([opener_wire.encode_question(question), question.data])
        self._memory.put((question.sha256, question.names), outcome)
        return outcome.answer
