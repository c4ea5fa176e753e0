"""hosts: what SpamAssassin takes for a host name, and which of its domains somebody can register.

The top-level domains and those below which anybody registers come from the rule files (`util_rb_tld` and kin). Names
that are not ASCII are not made so, as in Debian's SpamAssassin without its IDN libraries. Never raises.
"""

from dataclasses import dataclass

from gatekeeper.spamassassin.texts.patterns import (
    LABEL,
    NOT_A_HOST,
    PATH,
    PORT,
    PRINTABLE_ESCAPE,
    SCHEME,
    SPACE,
    TOKEN,
    TOP_LEVEL,
    USER,
    WHOLE_IP,
)

_LONGEST, _LABEL = 253, 63
_BEFORE_DOT = 251

_US_STATES = frozenset(
    b"ak al ar az ca co ct dc de fl ga gu hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nv ny oh "
    b"ok or pa pr ri sc sd tn tx ut va vi vt wa wi wv wy".split()
)


def is_host_name(host: bytes) -> bool:
    """Two labels or more of letters, digits and dashes; an underscore only from the third on."""
    host = host.lower().rstrip(b".")
    labels = host.split(b".")
    if len(host) > _LONGEST or len(labels) < 2:
        return False
    if not all(len(label) <= _LABEL and LABEL.match(label) for label in labels):
        return False
    return b"_" not in labels[-1] and b"_" not in labels[-2]


@dataclass(frozen=True, slots=True)
class Registry:
    """`top`: valid top-level domains; `two`, `three`: names of two and three labels below which domains stand."""

    top: frozenset[bytes] = frozenset()
    two: frozenset[bytes] = frozenset()
    three: frozenset[bytes] = frozenset()

    def is_domain(self, name: bytes) -> bool:
        """Whether it ends in a top-level domain that exists."""
        name = name.lower()
        return b"." in name and not SPACE.search(name) and name.rpartition(b".")[2] in self.top

    def registered(self, host: bytes) -> bytes:
        """The part of `host` that somebody registered."""
        return self.split(host)[1]

    def split(self, host: bytes) -> tuple[bytes, bytes]:
        """What stands before the registered domain, and that."""
        labels = [label for label in host.lower().split(b".") if label]
        start = 0
        while len(labels) - start > 1 and not self._is_suffix(labels[start:]):
            start += 1
        cut = max(start - 1, 0)
        return b".".join(labels[:cut]), b".".join(labels[cut:])

    def _is_suffix(self, labels: list[bytes]) -> bool:
        if len(labels) == 2:
            return b".".join(labels) in self.two
        if len(labels) == 3:
            return labels[1] in _US_STATES if labels[2] == b"us" else b".".join(labels) in self.three
        if len(labels) == 4 and labels[3] == b"us":
            return (labels[:2] == [b"pvt", b"k12"] or labels[0] in (b"ci", b"co")) and labels[2] in _US_STATES
        return False

    def host_after(self, text: bytes, start: int) -> bytes | None:
        """The longest name from there on that ends in a top-level domain."""
        token = TOKEN.match(text, start)
        ends = self._ends(text, start, token.end()) if token else []
        return next((text[start:end] for dot, end in reversed(ends) if start < dot <= start + _BEFORE_DOT), None)

    def hosts(self, text: bytes) -> list[bytes]:
        """All such names, from the left."""
        found = []
        for token in TOKEN.finditer(text):
            ends = self._ends(text, token.start(), token.end())
            start = token.start()
            while ends := [end for end in ends if end[0] > start]:
                while text[start - 1 : start] in (b".", b"_", b"-"):
                    start += 1
                dots = [end for end in ends if start < end[0] <= start + _BEFORE_DOT]
                if dots:
                    found.append(text[start : dots[-1][1]])
                    start = dots[-1][1]
                else:
                    start = max(start + 1, ends[0][0] - _BEFORE_DOT)
        return found

    def _ends(self, text: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Each dot with a top-level domain behind it, and where that ends."""
        return [
            (found.start(), found.end())
            for found in TOP_LEVEL.finditer(text, start, end)
            if text[found.end() : found.end() + 1] not in (b".", b"_", b"-") and found[1].lower() in self.top
        ]

    def domain_and_host(self, uri: bytes) -> tuple[bytes, bytes] | None:
        """The registered domain and the host of a link; the same address twice; None for no host that can exist."""
        host = _host_of(uri.lower())
        if host is None:
            return None
        if WHOLE_IP.match(host):
            return host, host
        if not is_host_name(host) or not self.is_domain(host):
            return None
        return self.registered(host), host


def _host_of(uri: bytes) -> bytes | None:
    if NOT_A_HOST.match(uri):
        return None
    if uri.startswith(b"mailto:"):
        uri = uri[7:].partition(b"?")[0]
        if uri.count(b"@") != 1:
            return None
        host = uri.partition(b"@")[2]
    else:
        host = PORT.sub(b"", USER.sub(b"", PATH.sub(b"", SCHEME.sub(b"", uri, count=1)), count=1))
    return None if PRINTABLE_ESCAPE.search(host) else host
