"""contract: what an `eval:` function is given, and what it needs to know of a message.

A function is called as `function(case, *arguments)`, its arguments as they stand in the rule, without their quotes. It
answers whether, or how often, its rule hits. It never raises for what a message or a rule says, and its work is linear
in the message, whatever that holds.

Text that SpamAssassin keeps in characters is `str` here, and Latin-1 where it keeps octets; all else is `bytes`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Protocol, TypeVar

from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.texts.hosts import Registry
from gatekeeper.tables.matcher import Budget
from gatekeeper.values.authenticated import Authenticated


class Relay(Protocol):
    """One `Received:` field as SpamAssassin reads it. What it does not say is empty."""

    @property
    def ip(self) -> bytes: ...
    @property
    def rdns(self) -> bytes: ...
    @property
    def helo(self) -> bytes: ...
    @property
    def by(self) -> bytes: ...
    @property
    def no_reverse_dns(self) -> bool: ...
    @property
    def ip_private(self) -> bool: ...


class Relays(Protocol):
    """The way the message came, the last relay first. `unparseable` counts the fields that nothing could be made of."""

    @property
    def trusted(self) -> Sequence[Relay]: ...
    @property
    def untrusted(self) -> Sequence[Relay]: ...
    @property
    def unparseable(self) -> int: ...


class Linked(Protocol):
    """What is known of one URI of a page: the kinds of its occurrences (`a`, `img`, `iframe`, …), the texts of its
    anchors.
    """

    @property
    def types(self) -> frozenset[str]: ...
    @property
    def anchor_text(self) -> Sequence[str]: ...


class Link(Linked, Protocol):
    """What is known of one URI of the message: that too, and its hosts with the registered domain of each."""

    @property
    def hosts(self) -> Mapping[bytes, bytes]: ...


class Html(Protocol):
    """What was met in one HTML part.

    `inside` has each tag that occurred, with how many stand open at the end. `facts` holds the numbers by the names
    that rules use (`length`, `image_area`, `non_space_len`, `ratio`, `font_face_bad`, …), and none that is not defined;
    `texts` the lists (`title`, `comment`, `script`, `anchor`). `links` are the URIs of this part alone.
    """

    @property
    def inside(self) -> Mapping[str, int]: ...
    @property
    def facts(self) -> Mapping[str, float]: ...
    @property
    def texts(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def links(self) -> Mapping[bytes, Linked]: ...


class Fields(Protocol):
    """The header of a part."""

    def decoded(self, name: bytes) -> list[bytes]:
        """The values of the fields of that name, without a line end."""

    def last(self, name: bytes) -> bytes:
        """The last of them; empty if there is none."""


class Part(Protocol):
    """One MIME part. `kind` is what its type counts as, in lower case; `parts` is None for a leaf; `lines` are raw."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> bytes | None: ...
    @property
    def parts(self) -> "Sequence[Part] | None": ...
    @property
    def lines(self) -> Sequence[bytes]: ...
    @property
    def headers(self) -> Fields: ...
    def data(self) -> bytes:
        """The body without its transfer encoding."""


class Rendered(Protocol):
    """The text of a part; `html` is what was met in it if it is HTML."""

    @property
    def text(self) -> str: ...
    @property
    def html(self) -> Html | None: ...


class Tree(Protocol):
    """The message taken apart: `body` as it came, `unclosed` if a boundary was opened and not closed."""

    @property
    def root(self) -> Part: ...
    @property
    def body(self) -> bytes: ...
    @property
    def unclosed(self) -> bool: ...


class Texts(Protocol):
    """All that rules look at in one message.

    `header` gives what a rule's header test sees, `headers` the values one by one. `html` are the HTML parts in order.
    `links` are all URIs with what is known of them. `flags` are the oddities met while parsing, by SpamAssassin's names
    (`missing_mime_headers`, …).
    """

    def header(self, name: str) -> bytes | None: ...
    def headers(self, name: str) -> Sequence[bytes]: ...
    @property
    def body(self) -> Sequence[bytes]: ...
    @property
    def rawbody(self) -> Sequence[bytes]: ...
    @property
    def uris(self) -> Sequence[bytes]: ...
    @property
    def links(self) -> Mapping[bytes, Link]: ...
    @property
    def html(self) -> Sequence[Html]: ...
    @property
    def tree(self) -> Tree: ...
    @property
    def relays(self) -> Relays: ...
    @property
    def flags(self) -> frozenset[str]: ...
    @property
    def registry(self) -> Registry: ...
    @property
    def from_addresses(self) -> Sequence[bytes]: ...
    @property
    def to_addresses(self) -> Sequence[bytes]: ...
    def rendered(self, part: Any, /) -> Rendered | None:
        """The text of a part that has some."""

    def replace_body(self, lines: Sequence[bytes]) -> None:
        """What `body` rules see from now on."""


@dataclass(slots=True)
class Case:
    """One message before the `eval:` functions. `results` is what authentication said of it, `probability` our own
    classifier's, in 0 to 1; `memo` is where functions keep what several of them need. `kind` is that of the rule that
    asks: a `rawbody` rule has the function look at other lines than a `body` rule.
    """

    texts: Texts
    options: Options
    kind: str = "body"
    results: Sequence[Authenticated] = ()
    probability: float | None = None
    budget: Budget = field(default_factory=Budget)
    memo: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @property
    def text(self) -> Sequence[bytes]:
        """The lines that the rule looks at."""
        return self.texts.rawbody if self.kind == "rawbody" else self.texts.body

    def first(self, name: str) -> bytes:
        """The first of several values, as functions see addresses and names; rules see all of them."""
        values = self.texts.headers(name)
        return values[0].removesuffix(b"\n") if values else b""


Eval = Callable[..., bool | int]
"""`function(case, *arguments)`; `inspect.signature` says how many arguments it takes, all of them `str`."""

T = TypeVar("T")


def once(work: Callable[[Case], T]) -> Callable[[Case], T]:
    """`work`, done once for a message."""

    @wraps(work)
    def remembered(case: Case) -> T:
        if work not in case.memo:
            case.memo[work] = work(case)
        found: T = case.memo[work]
        return found

    return remembered


def derived(work: Callable[[Options], T]) -> Callable[[Options], T]:
    """`work`, done once for a configuration; the last four are kept."""
    kept: list[tuple[Options, T]] = []

    @wraps(work)
    def remembered(options: Options) -> T:
        for known, found in kept:
            if known is options:
                return found
        kept[:] = [(options, work(options)), *kept[:3]]
        return kept[0][1]

    return remembered
