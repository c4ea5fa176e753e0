"""header: the header fields that a signature covers, in canonical form (RFC 6376 §3.4, §3.7). Nothing here raises."""

from collections.abc import Iterable, Iterator, Sequence
from mmap import mmap

from gatekeeper.message import Field


class Header:
    """The fields of a message, found by name from the last to the first, as signatures count them (§5.4.2)."""

    def __init__(self, raw: bytes | mmap, fields: Sequence[Field]) -> None:
        self._raw = raw
        self._by_name: dict[bytes, list[Field]] = {}
        self._lines: dict[tuple[int, bool], bytes] = {}
        for field in fields:
            self._by_name.setdefault(field.name.lower(), []).append(field)

    def count(self, name: bytes) -> int:
        """How many fields have this name, which is in lower case."""
        return len(self._by_name.get(name, ()))

    def signed(self, names: Iterable[bytes], relaxed: bool) -> Iterator[bytes]:
        """The fields of these names (in lower case) in canonical form; one that is not there is nothing."""
        used: dict[bytes, int] = {}
        for name in names:
            fields = self._by_name.get(name, ())
            used[name] = place = used.get(name, 0) + 1
            if place <= len(fields):
                yield self.canonical(fields[-place], relaxed)

    def canonical(self, field: Field, relaxed: bool) -> bytes:
        """One field with its line end; made once, however many signatures cover it."""
        line = self._lines.get((field.start, relaxed))
        if line is None:
            raw = self._raw[field.start : field.end]
            line = self._lines[field.start, relaxed] = relaxed_line(field.name, field.value) if relaxed else _ended(raw)
        return line

    def signing(self, field: Field, relaxed: bool) -> bytes:
        """A signature itself, as it signs itself: without the value of `b=` and its line end."""
        line = self._raw[field.start : field.end].removesuffix(b"\n").removesuffix(b"\r")
        name, colon, value = line.partition(b":")
        bare = _without_signature(value)
        return relaxed_line(name, bare).removesuffix(b"\r\n") if relaxed else name + colon + bare


def relaxed_line(name: bytes, value: bytes) -> bytes:
    """`name:value` in the relaxed form (§3.4.2)."""
    words = value.replace(b"\r\n", b"").replace(b"\t", b" ").split(b" ")
    return name.strip().lower() + b":" + b" ".join(filter(None, words)) + b"\r\n"


def _without_signature(value: bytes) -> bytes:
    tags = value.split(b";")
    for place, tag in enumerate(tags):
        name, equals, _ = tag.partition(b"=")
        if equals and name.strip() == b"b":
            tags[place] = name + equals
    return b";".join(tags)


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\r\n") else line.removesuffix(b"\n").removesuffix(b"\r") + b"\r\n"
