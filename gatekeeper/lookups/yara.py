"""yara: which of the operator's rules match what is in a message?

It is scanned by a process that holds nothing else (`cells`). Never raises; fails as cells do. What is larger than
allowed is left out: if nothing else matched, that is `Exceeded`.
"""

import os
import sys
from math import ceil

from gatekeeper.lookups import yara_wire
from gatekeeper.lookups.cell_child import Cage
from gatekeeper.lookups.cells import Cells
from gatekeeper.values import Answer, Exceeded, Failed, Matched, Yara

PROGRAM = (sys.executable, "-I", "-m", "gatekeeper.lookups.yara_worker")


class Scanner:
    """`rules` are compiled (`yara_rules`), `size` is how many bytes of one reading are scanned at most, `seconds` how
    long one message may take.
    """

    def __init__(self, rules: bytes, size: int = 25_000_000, seconds: float = 5.0, at_once: int = 2) -> None:
        self._size = size
        self._rules = os.memfd_create("rules")
        with os.fdopen(os.dup(self._rules), "wb") as file:
            file.write(rules)
        self.cells = Cells(
            "YARA scanner", PROGRAM, Cage(cpu=ceil(seconds)), yara_wire.decode, at_once, seconds, [self._rules]
        )
        self.patience = self.cells.patience

    def known(self, question: Yara) -> None:
        """Nothing is remembered: hardly two messages are alike."""

    async def answer(self, question: Yara) -> Answer:
        """Scan one message."""
        fitting = [data if len(data) <= self._size else b"" for data in question.data]
        answer = (await self.cells.ask([yara_wire.encode_question(fitting), *fitting])).answer
        if not isinstance(answer, Matched):
            return answer
        if any(not 0 <= hit.reading < len(fitting) for hit in answer.hits):
            return Failed("nonsense")
        if not answer.hits and any(len(data) > self._size for data in question.data):
            return Exceeded(f"more than {self._size} bytes")
        return answer
