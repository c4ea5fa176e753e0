"""open: a thing → the tree of all that is inside it, within limits.

Every reader that claims the kind is run; what it yields is opened in turn. Whatever a reader raises becomes the anomaly
`kind.unreadable`, a limit that is passed the anomaly of its name, and what was found until then is kept. Only
MemoryError is let out: then the worker is finished.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256

from gatekeeper.message.kinds import KINDS, hidden, kind_of, mismatch
from gatekeeper.message.openers.contract import (
    NOT_INSTALLED,
    Allowance,
    Found,
    LimitError,
    Link,
    Member,
    OpenLimits,
    Thing,
    is_used_up,
)
from gatekeeper.message.openers.readers import readers_of
from gatekeeper.values import Anomaly, Item

KEEP_TOGETHER = 8_000_000
"""Bytes of data that a whole tree keeps; what is kept of one item is the caller's choice."""

_SHOWN = 60
"""Letters of a name that a path shows, from its front and from its end."""

_MOST_NOTES = 1000
"""Anomalies and links of each kind that are kept of one thing."""


_EXPECTED = frozenset(("kind.unreadable", "zip.prefix"))
"""What is to be expected where something begins in the middle of something else, as documents in documents do."""

_NAMED_AFTER = frozenset(("gzip", "bzip2", "xz", "lzma", "zstd", "lz4", "lzip", "compress"))
"""What is in these is named after them: the same bytes under another name hold another file."""


def open_contents(
    data: bytes,
    names: tuple[str, ...] = (),
    limits: OpenLimits = OpenLimits(),  # noqa: B008 — an immutable value
    keep: int = 1_000_000,
) -> Item:
    """The thing as an item, with all that is inside it below. `keep` bytes of each item's data are in the answer.

    `sha256` and `size` of an item are of all that was read of it; an item that could not be read (encrypted, beyond
    a limit) has the `sha256` "", the kind `data`, and the size that is claimed.
    """
    return _Opening(limits, keep, len(data)).item(Member("", names, data), "", 0)


@dataclass(slots=True)
class _Notes:
    """What was found in one thing."""

    anomalies: dict[Anomaly, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    def note(self, anomaly: Anomaly) -> None:
        if len(self.anomalies) < _MOST_NOTES:
            self.anomalies[anomaly] = None

    def link(self, target: str) -> None:
        if len(self.links) < _MOST_NOTES:
            self.links[target] = None

    def add(self, other: "_Notes") -> None:
        for anomaly in other.anomalies:
            self.note(anomaly)
        for target in other.links:
            self.link(target)
        self.items += other.items


def _said(error: Exception) -> str:
    """What it says, without addresses in memory, so that the same thing leads to the same answer."""
    return " ".join(word for word in str(error).split() if "0x" not in word)


class _Opening:
    """One tree being opened."""

    def __init__(self, limits: OpenLimits, keep: int, size: int) -> None:
        self.allowance = Allowance(limits, size)
        self.keep = keep
        self.kept = KEEP_TOGETHER
        self.opened: set[tuple[bytes, str, tuple[str, ...]]] = set()

    def item(self, member: Member, path: str, depth: int) -> Item:
        """The member as an item, opened."""
        data = member.data
        if data is None:
            return Item(path, member.names, "data", member.size, "", member.anomalies, types=member.types)
        kind = kind_of(data, member.names)
        digest = sha256(data)
        notes = _Notes(dict.fromkeys(member.anomalies))
        if why := mismatch(kind, member.names, member.types):
            notes.note(Anomaly("kind.mismatch", why))
        once = (digest.digest(), kind, member.names if kind in _NAMED_AFTER else ())
        if KINDS[kind].opened and once not in self.opened:
            if depth < self.allowance.limits.depth:
                self.opened.add(once)
            self._open(Thing(data, member.names, kind), path, depth, notes)
        self._open_hidden(Thing(data, member.names, kind), path, depth, notes)
        found = (tuple(notes.anomalies), tuple(notes.links), tuple(notes.items))
        return Item(path, member.names, kind, len(data), digest.hexdigest(), *found, member.types, self._kept(data))

    def _kept(self, data: bytes) -> bytes:
        kept = data[: min(self.keep, self.kept)]
        self.kept -= len(kept)
        return kept

    def _open(self, thing: Thing, path: str, depth: int, notes: _Notes) -> None:
        if depth >= self.allowance.limits.depth:
            notes.note(Anomaly("limit.depth", f"{depth} levels"))
            return
        for reader in readers_of(thing.kind):
            try:
                with closing(_generator(reader(thing, self.allowance))) as found:
                    self._take_all(found, path, depth, notes)
            except LimitError as error:
                notes.note(Anomaly(str(error)))
            except ImportError as error:
                notes.note(Anomaly(NOT_INSTALLED, f"{thing.kind}: {error.name}"))
            except Exception as error:
                if is_used_up(error):
                    raise
                notes.note(Anomaly("kind.unreadable", f"{thing.kind}: {type(error).__name__}: {_said(error)}"[:200]))

    def _open_hidden(self, thing: Thing, path: str, depth: int, notes: _Notes) -> None:
        """Open what else is in the same bytes; a mark that nothing follows means nothing."""
        for second, offset in hidden(thing.data, thing.kind):
            inner = _Notes()
            self._open(Thing(thing.data[offset:], thing.names, second), path, depth, inner)
            inner.anomalies = dict.fromkeys(_unexpected(inner.anomalies))
            inner.items = [replace(item, anomalies=_unexpected(item.anomalies)) for item in inner.items]
            if inner.items or inner.anomalies:
                name = "archive.self-extracting" if KINDS[thing.kind].family == "program" else "kind.polyglot"
                notes.note(Anomaly(name, f"{thing.kind} and {second}"))
                notes.add(inner)

    def _take_all(self, found: Iterator[Found], path: str, depth: int, notes: _Notes) -> None:
        """Take what a reader yields, and charge for what it has not charged for itself."""
        allowance = self.allowance
        before = (allowance.entries, allowance.listed, allowance.expanded)
        for one in found:
            after = (allowance.entries, allowance.listed, allowance.expanded)
            self._take(one, path, depth, notes)
            if isinstance(one, Member):
                if after[:2] == before[:2]:
                    allowance.entry() if one.data is not None else allowance.name()
                if (owed := len(one.data or b"") - (before[2] - after[2])) > 0:
                    allowance.spend(owed)
            before = (allowance.entries, allowance.listed, allowance.expanded)

    def _take(self, found: Found, path: str, depth: int, notes: _Notes) -> None:
        if isinstance(found, Member):
            notes.items.append(self.item(found, f"{path}/{_step(found)}".lstrip("/"), depth + 1))
        elif isinstance(found, Link):
            notes.link(found.target)
        else:
            notes.note(found)


def _unexpected(anomalies: Iterable[Anomaly]) -> tuple[Anomaly, ...]:
    return tuple(anomaly for anomaly in anomalies if anomaly.name not in _EXPECTED)


def _generator(found: Iterator[Found]) -> Generator[Found, None, None]:
    """The same, as something that can be closed."""
    yield from found


def _step(member: Member) -> str:
    """One step of a path: the label, and the first name in a form that is safe to show and to split."""
    name = member.names[0] if member.names else ""
    short = name if len(name) <= 2 * _SHOWN else f"{name[:_SHOWN]}…{name[-_SHOWN:]}"
    shown = (c if c.isprintable() and c not in "/\\" else f"\\u{ord(c):04x}" for c in short)
    return f"{member.label}:{''.join(shown)}"
