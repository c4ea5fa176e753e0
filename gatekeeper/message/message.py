"""message: a mail as a tree of spans over the bytes that came in. Nothing is copied until asked for.

`parse` builds these; do not change or subclass them. A part answers with every plausible reading (`names`, `types`,
`decodings`), because mail programs disagree about broken MIME and a check must see what any of them would. Nothing
here raises on any content.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

from gatekeeper.message.budget import Budget
from gatekeeper.message.content import Content, encodings_of, types_of
from gatekeeper.message.decode import Decoding, decodings_of, distinct, files_of
from gatekeeper.message.header import Field
from gatekeeper.message.insides import insides_of
from gatekeeper.message.kinds import kind_of
from gatekeeper.message.names import disagree, endings, names_elsewhere, names_of
from gatekeeper.values import Contents

Buffer = bytes | bytearray | memoryview | mmap
"""What `parse` takes."""

Source = bytes | mmap
"""What spans point into: the message itself, or, below an encoded part, that part's decoded bytes."""


_COMPOSITE = (
    "multipart/",
    "message/rfc822",
    "message/global",
    "message/news",
    "message/partial",
    "message/external-body",
)


_NAMELESS = ("text/", "multipart/", "message/", "image/")
"""What readers show without a name, most of the time."""


@dataclass(slots=True, eq=False)
class Part:
    """One part: `raw[start:body_start]` is its header with the empty line, `raw[body_start:end]` its body.

    `path` is "1" for the message itself, "1.2" for its second part. `parts` are its children as the standard reads
    it; `strays` are those that only some readers see (their boundary is not the declared one), and may lie anywhere
    in the body. `bodies` are the offsets where the body may begin: `body_start` first.
    """

    raw: Source
    start: int
    body_start: int
    end: int
    fields: tuple[Field, ...]
    path: str
    content: Content
    bodies: tuple[int, ...]
    budget: Budget = field(repr=False)
    default_type: str = "text/plain"
    parts: tuple["Part", ...] = ()
    strays: tuple["Part", ...] = ()
    anomalies: tuple[str, ...] = ()
    _values: dict[bytes, list[bytes]] | None = field(default=None, repr=False)
    _decodings: tuple[Decoding, ...] | None = field(default=None, repr=False)
    _names: tuple[str, ...] | None = field(default=None, repr=False)
    _types: tuple[str, ...] | None = field(default=None, repr=False)
    _kinds: tuple[str, ...] | None = field(default=None, repr=False)
    _insides: tuple[Contents, ...] | None = field(default=None, repr=False)

    @property
    def body(self) -> bytes:
        """The body as it stands in `raw`, still encoded."""
        return self.raw[self.body_start : self.end]

    def walk(self) -> Iterator["Part"]:
        """The part and all below it, strays included, in the order of the tree."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed((*part.parts, *part.strays)))

    def values(self, name: bytes) -> list[bytes]:
        """The raw values of all fields of this name (any case), in order; folds and leading space as they stand."""
        if self._values is None:
            self._values = {}
            for found in self.fields:
                self._values.setdefault(found.name.lower(), []).append(found.value)
        return [*self._values.get(name.lower(), ())]

    def types(self) -> tuple[str, ...]:
        """Every type a reader may take it for, in lower case, e.g. `("text/plain", "application/zip")`."""
        if self._types is None:
            self._types = types_of(self.content, self.default_type)
        return self._types

    def encodings(self) -> tuple[str, ...]:
        """Every transfer encoding a reader may undo: `identity`, `base64`, `quoted-printable`, …"""
        return encodings_of(self.content)

    def decodings(self) -> tuple[Decoding, ...]:
        """Every body a reader may get out of it, without duplicates; files encoded inside a text among them."""
        if self._decodings is None:
            bodies = [self.raw[start : self.end] for start in self.bodies]
            encodings = self.encodings()
            if self._is_leaf():
                self._decodings = decodings_of(bodies, encodings, self.budget)
                if len(encodings) > 1:
                    self.note("mime.encoding-unclear")
            else:
                self._decodings = distinct(file for gap in self._gaps() for file in files_of(gap, self.budget))
            self.note(*[decoding.anomaly for decoding in self._decodings if decoding.anomaly])
        return self._decodings

    def _is_leaf(self) -> bool:
        """Whether a reader may take it for a single body: also some multiparts, if they declare another type too."""
        single = not self.parts or len(self.bodies) > 1
        return single or not all(kind.startswith(_COMPOSITE) for kind in self.types())

    def _gaps(self) -> tuple[bytes, ...]:
        """What stands before and behind the parts of a multipart: a reader without MIME sees files encoded there."""
        own = [part for part in self.parts if part.raw is self.raw]
        if not own:
            return ()
        return self.raw[self.body_start : own[0].start], self.raw[own[-1].end : self.end]

    def names(self) -> tuple[str, ...]:
        """Every file name a reader may give it, without duplicates; those of files encoded inside it among them."""
        if self._names is None:
            inside = [decoding.name for decoding in self.decodings() if decoding.name]
            names = names_of(self.content, self.budget)
            self._names = tuple(dict.fromkeys((*names.every, *inside)))
            if not self._names and self.content.types and not self.types()[-1].startswith(_NAMELESS):
                self._names = names_elsewhere(self.fields)
            if inside:
                self.note("mime.file-in-text")
            if len(names.every) > len(names.standard) and endings(names.every) - endings(names.standard):
                self.note("mime.filename-unclear")
            if len(names.standard) > 1 and disagree(names.standard):
                self.note("mime.filename-disagrees")
        return self._names

    def kinds(self) -> tuple[str, ...]:
        """What the bytes of each decoding are (`kinds`), in the order of `decodings`."""
        if self._kinds is None:
            self._kinds = tuple(
                kind_of(found.data, (found.name,) if found.name else self.names()) for found in self.decodings()
            )
        return self._kinds

    def insides(self) -> tuple[Contents, ...]:
        """The question that opens it, for each decoding that is an archive or a document; 200 in a message."""
        if self._insides is None:
            found = insides_of(self.decodings(), self.kinds(), self.names())
            self._insides = found[: max(self.budget.insides, 0)]
            self.budget.insides -= len(found)
            if len(self._insides) < len(found):
                self.note("open.too-many")
        return self._insides

    def note(self, *names: str) -> None:
        """Write anomalies down, for the part and for the message."""
        if names:
            self.anomalies += tuple(dict.fromkeys(name for name in names if name not in self.anomalies))
            self.budget.anomalies.update(dict.fromkeys(names))


@dataclass(slots=True, eq=False, weakref_slot=True)
class Message:
    """A parsed message. `raw` is what was given."""

    raw: Source
    root: Part

    @property
    def anomalies(self) -> tuple[str, ...]:
        """The names of all that was odd, each once: in the structure, and in what was decoded or named so far."""
        return tuple(self.root.budget.anomalies)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The header fields in order."""
        return self.root.fields

    @property
    def body_start(self) -> int:
        """Where the body begins."""
        return self.root.body_start

    def values(self, name: bytes) -> list[bytes]:
        """The raw values of all header fields of this name (any case), in order."""
        return self.root.values(name)

    def walk(self) -> Iterator[Part]:
        """Every part, the message itself first."""
        return self.root.walk()
