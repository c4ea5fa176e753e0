"""macros: what a VBA project says it does. Reads names and words, runs nothing, cannot fail."""

import re
from collections.abc import Iterator, Mapping, Set

from gatekeeper.message.openers.contract import Member
from gatekeeper.message.openers.document_patterns import VBA_AUTORUN, VBA_IDLE, VBA_JOINED, VBA_NAMES, VBA_WORDS
from gatekeeper.message.openers.vba import modules
from gatekeeper.values import Anomaly

_SHOWN = 8
"""How many words of each sort are shown."""


def project(streams: Mapping[str, bytes]) -> Iterator[Member | Anomaly]:
    """What is worth saying of the streams of one `VBA` storage (names in lower case), and its modules as text."""
    sources = []
    for module in modules(streams):
        if VBA_IDLE.sub(b"", module.source).strip():
            sources.append(module.source)
            yield Member("vba", (module.name,), module.source)
    source = b"\n".join(sources)
    # Compiled code names its procedures too. What starts by itself there and is not in the source was stomped out.
    hidden = words_in(VBA_NAMES, streams.get("_vba_project", b"")) - words_in(VBA_NAMES, source)
    if source or hidden:
        yield Anomaly("office.macros", f"{len(sources)} modules")
    if hidden:
        yield Anomaly("office.macros-stomped", shown(hidden))
    yield from judged(source, hidden)


def judged(source: bytes, hidden: Set[str] = frozenset()) -> Iterator[Anomaly]:
    """The anomalies of Basic `source`; `hidden` are names that start by themselves, of which there is no source."""
    if autorun := words_in(VBA_AUTORUN, source) | hidden:
        yield Anomaly("office.macros-autorun", shown(autorun))
    if suspicious := words_in(VBA_WORDS, VBA_JOINED.sub(b"", source)):
        yield Anomaly("office.macros-suspicious", shown(suspicious))


def words_in(pattern: re.Pattern[bytes], data: bytes) -> set[str]:
    """All that group 1 of `pattern` matches, in lower case."""
    return {hit[1].decode("latin-1").lower() for hit in pattern.finditer(data)}


def shown(words: Set[str]) -> str:
    """Some of them, for people."""
    return ", ".join(sorted(words)[:_SHOWN])
