r"""rtf: objects, templates and fields of Rich Text (RTF 1.9.1), as forgivingly as Word reads it.

Only what follows `\objdata`, `\fldinst` and `\template` is read, each byte once. `LimitError` when that is too much.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gatekeeper.message.openers import ole1
from gatekeeper.message.openers.contract import Allowance, Found, LimitError, Link, Thing
from gatekeeper.message.openers.document_patterns import EQUATION, RTF_CLASS, RTF_PLACE, RTF_TOKEN
from gatekeeper.message.openers.fields import is_remote, judged
from gatekeeper.values import Anomaly

KINDS = frozenset({"rtf"})

_TOKENS = 1_000_000
"""How many tokens are read of one document."""

_NOT_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))


def read(thing: Thing, allowance: Allowance) -> Iterator[Found]:
    """What is in the document."""
    data = thing.data
    left, position, count = _TOKENS, 0, 0
    while place := RTF_PLACE.search(data, position):
        position = place.end()
        if _escaped(data, place.start()):
            continue
        group = _Group(position)
        left -= group.read(data, left)
        position = group.end
        if place[1] == b"objdata":
            count += bool(group.every)
            for reading in group.objects():
                allowance.entry()
                allowance.spend(len(reading))
                yield from ole1.embedded("rtf", reading, f"object{count}")
        else:
            yield from _said(place[1], group.text.decode("latin-1"))
        if left <= 0:
            raise LimitError("limit.rtf")
    if count and b"\\objupdate" in data:
        yield Anomaly("rtf.object-update", "loaded when the document is opened")
    if any(EQUATION.search(hit[1]) for hit in RTF_CLASS.finditer(data)):
        yield Anomaly("office.equation", "objclass")


def _escaped(data: bytes, start: int) -> bool:
    """Whether the backslash at `start` is itself escaped: an odd number of them stands before it."""
    before = data[max(0, start - 1000) : start]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1


def _said(place: bytes, text: str) -> Iterator[Found]:
    if place == b"fldinst":
        yield from judged(text)
    elif is_remote(text):
        yield Link(text.strip())
        yield Anomaly("office.remote-template", text.strip()[:200])


@dataclass(slots=True)
class _Group:
    r"""What is in the group that goes on at `end`, until it closes.

    Hexadecimal digits are kept twice: as Word takes them, without those of an inner destination (`{\*…`), and all.
    """

    end: int
    text: bytearray = field(default_factory=bytearray)
    outer: bytearray = field(default_factory=bytearray)
    every: bytearray = field(default_factory=bytearray)

    def read(self, data: bytes, limit: int) -> int:
        """Read on to the end of the group; how many tokens that took, at most `limit`."""
        depth, aside = 0, 0
        for used in range(limit):
            token = RTF_TOKEN.match(data, self.end)
            if token is None:
                self.end = max(self.end, len(data))
                return used + 1
            self.end = token.end()
            word, number, symbol, brace, text = token.groups()
            if brace:
                depth += 1 if brace == b"{" else -1
                if depth < 0:
                    return used + 1
                aside = aside if aside and depth >= aside else 0
            elif text:
                self._run(text, bool(aside))
            elif symbol == b"*" and depth:
                aside = aside or depth
            elif symbol:
                self._symbol(symbol)
            elif word == b"bin":
                self._binary(data, int(number or 0), bool(aside))
            elif word == b"u" and number and len(number) < 7:
                self.text += chr(int(number) % 0x10000).encode("latin-1", "replace")
        return limit

    def _run(self, text: bytes, aside: bool) -> None:
        self.text += text
        digits = text.translate(None, _NOT_HEX)
        self.every += digits
        if not aside:
            self.outer += digits

    def _symbol(self, symbol: bytes) -> None:
        r"""`\'` makes Word forget half a byte; in text it is a letter."""
        if symbol[:1] == b"'":
            if len(self.outer) & 1:
                del self.outer[-1:]
            try:
                self.text.append(int(symbol[1:], 16))
            except ValueError:
                return
        elif symbol in b"\\{}":
            self.text += symbol

    def _binary(self, data: bytes, size: int, aside: bool) -> None:
        raw = data[self.end : self.end + max(size, 0)]
        self.end += len(raw)
        self._run(raw.hex().encode(), aside)

    def objects(self) -> Iterator[bytes]:
        """The bytes that the digits spell, by each reading."""
        for digits in filter(None, dict.fromkeys((bytes(self.outer), bytes(self.every)))):
            yield bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
