"""question: what a check may ask about the world.

A check yields a set of these and is sent the answers; `lookups/` alone knows how to find them. Questions are
hashable and equal by content, so the driver asks a repeated one once. Each says on what its answer depends.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from gatekeeper.values.dependency import Dependency
from gatekeeper.values.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Dns:
    """The records of one name and type, e.g. `Dns("2.0.0.127.list.example", "A")`."""

    dependency: ClassVar[Dependency] = Dependency.DNS

    name: str
    kind: str = "A"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Does this mailbox exist? `address` is `local@domain`, the domain in lower case."""

    dependency: ClassVar[Dependency] = Dependency.DIRECTORY

    address: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What is inside this archive or document? Equal by digest and `names` (what readers call it); `data` are its
    bytes, which no record keeps.
    """

    dependency: ClassVar[Dependency] = Dependency.OPENER

    sha256: str
    names: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False, compare=False)


class Octets(Protocol):
    """Bytes, in memory or in a file that is mapped."""

    def __len__(self) -> int: ...

    def __getitem__(self, where: slice, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Virus:
    """Does an antivirus engine know these bytes? Equal by digest; `data`, which no record keeps, are the bytes."""

    dependency: ClassVar[Dependency] = Dependency.ANTIVIRUS

    sha256: str
    data: Octets = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Yara:
    """Which of the operator's YARA rules match these runs of bytes? Equal by digest, that of all their digests;
    `data`, which no record keeps, are the bytes.
    """

    dependency: ClassVar[Dependency] = Dependency.ANTIVIRUS

    sha256: str
    data: tuple[Octets, ...] = field(default=(), repr=False, compare=False)


class Packable(Protocol):
    """What can be made bytes later: that takes longer than to ask about it."""

    def pack(self) -> bytes:
        """All of it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What does the trained model take a message for? Equal by `digest`, that of `classifier.digest_of` in hexadecimal;
    `features` are the message's `classifier.Features`, which no record keeps.
    """

    dependency: ClassVar[Dependency] = Dependency.CLASSIFIER

    digest: str
    features: Packable | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Campaign:
    """Was something like this reported here? Equal by `kind` ("text", "file") and `digest`, that of `sketch`, which no
    record keeps. The kind "any" stands alone, and asks whether anything was.
    """

    dependency: ClassVar[Dependency] = Dependency.HASHES

    kind: str
    digest: str
    sketch: Sketch | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Pyzor:
    """How many have reported a message with this digest to this Pyzor server? `digest` is in hexadecimal."""

    dependency: ClassVar[Dependency] = Dependency.HASHES

    digest: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Known:
    """Is this a correspondent of those who are to get the message?

    `author` is the address in From in lower case, `name` its `name_key`; `recipients` are mailboxes in lower case.
    `message_id` is the digest of its Message-ID, `answers` are those of what it says it answers. `automatic`: no person
    wrote it. What the message itself says of `author` is not proved by it.
    """

    dependency: ClassVar[Dependency] = Dependency.HISTORY

    author: str
    name: str = ""
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    answers: tuple[str, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Reputation:
    """What became of mail from this sender? `key` is a domain or a network, as `authentication.vouching` gives it."""

    dependency: ClassVar[Dependency] = Dependency.HISTORY

    key: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Was this tried before? All times in seconds: after `delay` it may pass, if it comes again within `window`; what
    has passed does so again until `lifetime` goes by without it.
    """

    dependency: ClassVar[Dependency] = Dependency.HISTORY

    key: str
    delay: float
    window: float
    lifetime: float


@dataclass(frozen=True, slots=True)
class Rate:
    """One more of `key`: how many does that make? To ask is to count. A bucket of `most` that runs empty in
    `seconds`; what does not fit is not counted.
    """

    dependency: ClassVar[Dependency] = Dependency.HISTORY

    key: str
    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Program:
    """What does a program of the operator's make of these bytes? Equal by its path, its arguments, which are Latin-1,
    and their digest; `data`, which no record keeps, are the bytes.
    """

    dependency: ClassVar[Dependency] = Dependency.PROGRAMS

    path: str
    arguments: tuple[str, ...]
    sha256: str
    data: bytes = field(default=b"", repr=False, compare=False)


_OfContent = Contents | Words | Virus | Yara | Pyzor | Campaign | Program
Question = Dns | Recipient | _OfContent | Known | Reputation | Seen | Rate
