"""texts: all that SpamAssassin's rules look at in a message, each rendered when it is asked for. Never raises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gatekeeper.message import Message
from gatekeeper.spamassassin.texts.body import Rendering, body_lines, rendering_of
from gatekeeper.spamassassin.texts.chunks import cut, long_chunks
from gatekeeper.spamassassin.texts.fields import joined, values_of
from gatekeeper.spamassassin.texts.from_to import from_addresses, to_addresses
from gatekeeper.spamassassin.texts.hosts import Registry
from gatekeeper.spamassassin.texts.node import Node
from gatekeeper.spamassassin.texts.page import Page
from gatekeeper.spamassassin.texts.patterns import TEXT_OR_MESSAGE_WORD
from gatekeeper.spamassassin.texts.relays import Relays, relays_of
from gatekeeper.spamassassin.texts.sender import envelope_from
from gatekeeper.spamassassin.texts.surroundings import Surroundings
from gatekeeper.spamassassin.texts.tree import Tree, tree_of
from gatekeeper.spamassassin.texts.uris import Link, links_of
from gatekeeper.values import Envelope


def texts_of(message: Message, envelope: Envelope | None = None, around: Surroundings | None = None) -> "SaTexts":
    """The texts of `message`. What the envelope knows of the client and the sender stands before what the header says;
    without it, all is read from the header, as SpamAssassin does.
    """
    return SaTexts(bytes(message.raw), envelope, around or Surroundings())


@dataclass(eq=False)
class SaTexts:
    """One message, as rules see it. All texts are octets."""

    raw: bytes
    envelope: Envelope | None = None
    around: Surroundings = field(default_factory=Surroundings)

    def __post_init__(self) -> None:
        self._headers: dict[str, list[bytes]] = {}
        self._rendered: dict[Node, Rendering | None] = {}

    @property
    def registry(self) -> Registry:
        """Which domains there are."""
        return self.around.registry

    @cached_property
    def tree(self) -> Tree:
        """The message taken apart."""
        return tree_of(self.raw)

    @cached_property
    def flags(self) -> frozenset[str]:
        """The anomalies that SpamAssassin notes, by its names: `missing_mime_headers`, `truncated_header`, …"""
        headers = self.tree.root.headers
        headers.all_fields(raw=False)
        found = set(self.tree.flags)
        if headers.truncated:
            found.add("truncated_header")
        if any(page.found_links.truncated for page in self.html):
            found.add("uri_truncated")
        return frozenset(found)

    @property
    def full(self) -> bytes:
        """What `full` rules see."""
        return self.tree.full

    def header(self, name: str) -> bytes | None:
        """What a `header` rule for that name with its modifiers sees; None if there is no such field."""
        return joined(self.headers(name))

    def headers(self, name: str) -> list[bytes]:
        """The same as separate values."""
        found = self._headers.get(name)
        if found is None:
            found = self._headers[name] = values_of(self, name)
        return found

    def mimeheaders(self, name: str) -> tuple[bytes | None, ...]:
        """What a `mimeheader` rule sees: of each part the last such field, None if it has none."""
        bare = name.removesuffix(":raw")
        raw = bare != name
        if bare == "ALL":
            return tuple(b"".join(node.headers.all_fields(raw)) for node in self.tree.nodes())
        key = bare.encode("utf-8", "surrogateescape")
        return tuple(
            _last(node.headers.raw(key) if raw else node.headers.decoded(key), raw) for node in self.tree.nodes()
        )

    @cached_property
    def relays(self) -> Relays:
        """The servers it came by."""
        return relays_of(self.tree.root.headers, self.around, self.envelope)

    @cached_property
    def envelope_from(self) -> bytes | None:
        """The sender in the envelope, as far as it is known."""
        return envelope_from(self)

    @cached_property
    def from_addresses(self) -> tuple[bytes, ...]:
        """Every sender that it names."""
        return tuple(from_addresses(self))

    @cached_property
    def to_addresses(self) -> tuple[bytes, ...]:
        """Every recipient that it names."""
        return tuple(to_addresses(self))

    def rendered(self, node: Node) -> Rendering | None:
        """One part as text; None for one that is no text."""
        if node not in self._rendered:
            self._rendered[node] = rendering_of(node)
        return self._rendered[node]

    @cached_property
    def html(self) -> tuple[Page, ...]:
        """Every HTML part, with what its tags tell. The last is the one that most rules about HTML look at."""
        rendered = (self.rendered(node) for node in self.tree.leaves())
        return tuple(one.html for one in rendered if one and one.html)

    def _lines(self, which: str) -> tuple[bytes, ...]:
        headers = self.tree.root.headers
        subjects = headers.decoded(b"subject")
        subject = b"" if which == "invisible" else subjects[-1] + b"\n" if subjects else b"\n"
        rendered = [self.rendered(node) for node in self.tree.leaves()]
        return tuple(body_lines(subject, rendered, which, self.around.body_part_scan_size))

    @cached_property
    def body(self) -> tuple[bytes, ...]:
        """What `body` rules see: the subject, then the text in paragraphs."""
        return self._lines("whole")

    def replace_body(self, lines: Sequence[bytes]) -> None:
        """What `body` rules see from now on: FreeMail, when it has read the text, leaves less of it to others."""
        self.body = tuple(lines)

    @cached_property
    def visible(self) -> tuple[bytes, ...]:
        """The same without what a reader cannot see."""
        return self._lines("visible")

    @cached_property
    def invisible(self) -> tuple[bytes, ...]:
        """What a reader cannot see alone."""
        return self._lines("invisible")

    @cached_property
    def links(self) -> Mapping[bytes, Link]:
        """Every link as it stands, with its forms, hosts and what it was found in."""
        return links_of(self)

    @cached_property
    def uris(self) -> tuple[bytes, ...]:
        """What `uri` rules see: every form of every link, each once."""
        return tuple(dict.fromkeys(form for link in self.links.values() for form in link.cleaned))

    @cached_property
    def rawbody(self) -> tuple[bytes, ...]:
        """What `rawbody` rules see: the decoded text with its markup, in chunks."""
        chunks: list[bytes] = []
        for node in self.tree.leaves():
            if TEXT_OR_MESSAGE_WORD.match(node.effective_kind) and node.kind != "text/calendar":
                data = cut(node.data(), self.around.rawbody_part_scan_size, (b"\n", b">", b" "))
                chunks += long_chunks(data)
        return tuple(chunks)


def _last(values: list[bytes], raw: bool) -> bytes | None:
    if not values:
        return b"" if raw else None
    return values[-1] if raw else values[-1] + b"\n"
