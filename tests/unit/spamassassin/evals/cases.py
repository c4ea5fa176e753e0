"""Messages before the functions, made of what a test says and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.spamassassin.evals.contract import Case, Html, Link, Part, Relay, Relays, Rendered
from gatekeeper.spamassassin.options import AddressList, Options
from gatekeeper.spamassassin.texts.from_to import from_addresses, to_addresses
from gatekeeper.spamassassin.texts.hosts import Registry


@dataclass
class SomeRelay:
    ip: bytes = b""
    rdns: bytes = b""
    helo: bytes = b""
    by: bytes = b""
    no_reverse_dns: bool = False
    ip_private: bool = False


@dataclass
class SomeRelays:
    trusted: Sequence[Relay] = ()
    untrusted: Sequence[Relay] = ()
    unparseable: int = 0


@dataclass
class SomeLink:
    types: frozenset[str] = frozenset()
    anchor_text: Sequence[str] = ()
    hosts: Mapping[bytes, bytes] = field(default_factory=dict)


@dataclass
class SomeHtml:
    inside: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    links: Mapping[bytes, Link] = field(default_factory=dict)


@dataclass
class SomeFields:
    values: Mapping[str, bytes]

    def decoded(self, name: bytes) -> list[bytes]:
        return [self.values[name.decode()]] if name.decode() in self.values else []

    def last(self, name: bytes) -> bytes:
        return self.values.get(name.decode(), b"")


@dataclass
class SomePart:
    """`text` is what is rendered; `fields` by their names in lower case."""

    kind: str = "text/plain"
    lines: Sequence[bytes] = ()
    fields: Mapping[str, bytes] = field(default_factory=dict)
    name: bytes | None = None
    parts: "Sequence[Part] | None" = None
    decoded: bytes = b""
    text: str | None = None
    html: Html | None = None

    @property
    def headers(self) -> SomeFields:
        return SomeFields({"content-type": self.kind.encode(), **self.fields})

    def data(self) -> bytes:
        return self.decoded


@dataclass
class SomeTree:
    root: Part = field(default_factory=SomePart)
    body: bytes = b""
    unclosed: bool = False


DOMAINS = Registry(frozenset(b"com net org edu test us uk ie".split()), frozenset({b"co.uk"}))


@dataclass
class SomeTexts:
    fields: Mapping[str, bytes | Sequence[bytes]] = field(default_factory=dict)
    body: Sequence[bytes] = ()
    rawbody: Sequence[bytes] = ()
    uris: Sequence[bytes] = ()
    links: Mapping[bytes, Link] = field(default_factory=dict)
    html: Sequence[Html] = ()
    tree: SomeTree = field(default_factory=lambda: SomeTree())
    relays: Relays = field(default_factory=SomeRelays)
    flags: frozenset[str] = frozenset()
    registry: Registry = DOMAINS

    def headers(self, name: str) -> Sequence[bytes]:
        value = self.fields.get(name, ())
        return (value,) if isinstance(value, bytes) else value

    def header(self, name: str) -> bytes | None:
        return b"".join(self.headers(name)) if name in self.fields else None

    @property
    def from_addresses(self) -> Sequence[bytes]:
        return from_addresses(self)  # type: ignore[arg-type]

    @property
    def to_addresses(self) -> Sequence[bytes]:
        return to_addresses(self)  # type: ignore[arg-type]

    def replace_body(self, lines: Sequence[bytes]) -> None:
        self.body = lines

    def rendered(self, part: Part) -> Rendered | None:
        assert isinstance(part, SomePart)
        return None if part.text is None else SomeRendered(part.text, part.html)


@dataclass
class SomeRendered:
    text: str
    html: Html | None


def case(texts: SomeTexts, kind: str = "body", lists: Mapping[str, Sequence[str]] | None = None, **lines: str) -> Case:
    """`lines` are options, `lists` those about addresses, each with the domain that vouches behind a blank."""
    named: dict[str, AddressList] = {}
    for name, entries in (lists or {}).items():
        pairs = (entry.partition(" ") for entry in entries)
        named[name] = AddressList({address: (voucher,) if voucher else () for address, _, voucher in pairs})
    set_lines = {name: tuple(text.split("\n")) for name, text in lines.items()}
    return Case(texts, Options(set_lines, named), kind)


def headed(**fields: bytes | Sequence[bytes]) -> Case:
    """A message of header fields alone; `_` stands for a hyphen, `__` for a colon."""
    return case(SomeTexts({name.replace("__", ":").replace("_", "-"): value for name, value in fields.items()}))
