"""sheets: spreadsheets that are plain text, CSV and SYLK: DDE references and Excel 4 macros.

`LimitError` when there are too many references to look at.
"""

from collections.abc import Iterator

from gatekeeper.message.openers.contract import Allowance, Found, LimitError, Thing
from gatekeeper.message.openers.document_patterns import DDE_FORMULA, DDE_SERVER, SYLK_MACRO, XLM_CALLS
from gatekeeper.message.openers.macros import shown, words_in
from gatekeeper.values import Anomaly

KINDS = frozenset({"csv", "slk"})

_MOST = 500_000
"""References that are looked at."""


def read(thing: Thing, _allowance: Allowance) -> Iterator[Found]:
    """What its formulas start."""
    yield from dde(thing.data)
    if thing.kind == "slk":
        yield from _macros(thing.data)


def dde(data: bytes) -> Iterator[Anomaly]:
    """The first DDE reference in a formula."""
    for number, hit in enumerate(DDE_FORMULA.finditer(data)):
        if number >= _MOST:
            raise LimitError("limit.dde")
        before = data[max(0, hit.start() - 300) : hit.start()].rpartition(b"\n")[2]
        if server := DDE_SERVER.search(before):
            said = f"{server[1].decode('latin-1')} {(hit[1] or hit[2] or b'').decode('latin-1')}"
            yield Anomaly("office.dde", said[:200])
            return


def _macros(data: bytes) -> Iterator[Anomaly]:
    marks = {hit[1] for hit in SYLK_MACRO.finditer(data)}
    if not marks:
        return
    yield Anomaly("office.xlm", "SYLK macro sheet")
    if auto := {name.decode("latin-1").lower() for name in marks if name}:
        yield Anomaly("office.macros-autorun", shown(auto))
    if calls := words_in(XLM_CALLS, data):
        yield Anomaly("office.macros-suspicious", shown(calls))
