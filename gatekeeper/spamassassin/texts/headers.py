"""headers: the header fields of a message or a part, raw, and decoded as SpamAssassin decodes them.

Field names count without case, values in the order they came. A value is decoded when it is asked for.
"""

from gatekeeper.spamassassin.texts.charsets import field_octets, octets
from gatekeeper.spamassassin.texts.encodings import from_base64, from_quoted_printable
from gatekeeper.spamassassin.texts.patterns import (
    BETWEEN_WORDS,
    FOLD,
    LINE_END,
    NOT_DECODED,
    RAW_FOLD,
    SPACES,
    WORD,
)

_MOST = 65536
"""Octets of all fields together that `all_fields` gives."""


class Headers:
    """The fields of one header."""

    __slots__ = ("_decoded", "_raw", "names", "truncated")

    def __init__(self) -> None:
        self.names: list[bytes] = []
        self.truncated = False
        self._raw: dict[bytes, list[bytes]] = {}
        self._decoded: dict[bytes, list[bytes]] = {}

    def add(self, name: bytes, value: bytes) -> None:
        """One field more."""
        self.names.append(name)
        self._raw.setdefault(name.lower(), []).append(value)

    def raw(self, name: bytes) -> list[bytes]:
        """The values as they stand, folds and line ends with them."""
        return self._raw.get(name.lower().strip(SPACES), [])

    def unfolded(self, name: bytes) -> list[bytes]:
        """The raw values with each fold made one space."""
        return [RAW_FOLD.sub(b" ", value) for value in self.raw(name)]

    def decoded(self, name: bytes) -> list[bytes]:
        """The values without folds and encoded words, in UTF-8, without a line end."""
        key = name.lower()
        found = self._decoded.get(key)
        if found is None:
            found = [decoded_value(FOLD.sub(b" ", raw).strip(SPACES), key) for raw in self._raw.get(key, ())]
            self._decoded[key] = found
        return found

    def last(self, name: bytes) -> bytes:
        """The last of them, which is the one that counts; empty if there is none."""
        return (self.decoded(name) or [b""])[-1]

    def all_fields(self, raw: bool) -> list[bytes]:
        """Every field as a line, in the order they came; not more than 64 KiB of them, those of one name together."""
        lines: dict[int, bytes] = {}
        size = 0
        for key, places in self._places().items():
            values = self.unfolded(key) if raw else [value + b"\n" for value in self.decoded(key)]
            for place, value in zip(places, values, strict=False):
                size += len(key) + len(value) + 2
                if size > _MOST:
                    self.truncated = True
                    return [lines[at] for at in sorted(lines)]
                lines[place] = self.names[place] + b": " + value
        return [lines[at] for at in sorted(lines)]

    def _places(self) -> dict[bytes, list[int]]:
        places: dict[bytes, list[int]] = {}
        for place, name in enumerate(self.names):
            places.setdefault(name.lower(), []).append(place)
        return places


def decoded_value(value: bytes, name: bytes) -> bytes:
    """A value in UTF-8, encoded words undone; `name` in lower case, because some fields are not decoded."""
    if b"\n" in value:
        value = LINE_END.sub(b"", value)
    value = field_octets(value)
    if b"=?" not in value or NOT_DECODED.match(name):
        return value
    value = BETWEEN_WORDS.sub(rb"\1", value)
    sections: list[tuple[str, list[bytes]]] = []
    for found in WORD.finditer(value):
        charset, text = _section(found[1], found[2], found[3], found[4])
        if sections and sections[-1][0] == charset:
            sections[-1][1].append(text)
        else:
            sections.append((charset, [text]))
    return b"".join(_octets(charset, b"".join(texts)) for charset, texts in sections)


def _octets(charset: str, text: bytes) -> bytes:
    return octets(text, charset.partition("*")[0]) if charset else text


def _section(charset: bytes | None, encoding: bytes, encoded: bytes, plain: bytes) -> tuple[str, bytes]:
    if charset is None:
        return "", plain
    if encoding in b"bB":
        return charset.lower().decode("ascii"), from_base64(encoded)
    return charset.lower().decode("ascii"), from_quoted_printable(encoded.replace(b"_", b"=20"))
