"""domains: where the registered domain of a host begins, by the `util_rb_…` options of the rule files.

An internationalised name counts as its A-label if it has one, and as it stands otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.spamassassin.evals.contract import derived
from gatekeeper.spamassassin.evals.perl import ADDRESS, fixed
from gatekeeper.spamassassin.options import Options

_STATES = frozenset(
    b"ak al ar az ca co ct dc de fl ga gu hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nv ny oh "
    b"ok or pa pr ri sc sd tn tx ut va vi vt wa wi wv wy".split()
)
_LABEL = fixed(r"^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$")
_IS_ADDRESS = fixed(rf"^{ADDRESS}$", "i")
_NO_HOST = fixed(r"^(?:javascript|cid|file):")
_SCHEME, _TAIL = fixed(r"^[a-z]+:/{0,2}"), fixed(r"[/?#].*$", "s")
_USER, _PORT = fixed(r"^[^/]*@"), fixed(r":\d*$")
_ESCAPED = fixed(r"%(?:2[1-9a-f]|[3-6][0-9a-f]|7[0-9a-e])")
_LONGEST, _LONGEST_LABEL = 253, 63


@dataclass(frozen=True)
class Boundaries:
    """The top level domains that there are, and names of two and three labels below which anybody registers."""

    top: frozenset[bytes]
    shared: Mapping[int, frozenset[bytes]]

    def split(self, host: bytes) -> tuple[bytes, bytes]:
        """What stands before the registered domain of `host`, and that."""
        labels = [label for label in ascii_name(host).split(b".") if label]
        first = next((at for at in range(len(labels)) if self._shared(labels[at:])), len(labels) - 1)
        first = max(first - 1, 0)
        return b".".join(labels[:first]), b".".join(labels[first:])

    def registered(self, host: bytes) -> bytes:
        """The registered domain of `host`."""
        return self.split(host)[1]

    def valid(self, host: bytes) -> bool:
        """Whether `host` ends in a top level domain that there is."""
        name = ascii_name(host)
        _, dot, last = name.rpartition(b".")
        return bool(dot) and last in self.top and not any(octet in b" \t\n\r\f\v" for octet in name)

    def of_uri(self, uri: bytes) -> bytes | None:
        """The registered domain that a URI points at, an address as it is; None if it points at none."""
        host = _host(uri.lower())
        if host is None or _ESCAPED.search(host):
            return None
        name = ascii_name(host)
        if _IS_ADDRESS.search(name):
            return name
        return self.registered(name) if well_formed(name) and self.valid(name) else None

    def _shared(self, labels: list[bytes]) -> bool:
        """Whether these labels are where registering begins."""
        if len(labels) < 2:
            return len(labels) == 1
        if labels[-1] == b"us" and len(labels) == 3:
            return labels[1] in _STATES
        if labels[-1] == b"us" and len(labels) == 4:
            return (labels[:2] == [b"pvt", b"k12"] or labels[0] in (b"ci", b"co")) and labels[2] in _STATES
        return b".".join(labels) in self.shared.get(len(labels), frozenset())


def ascii_name(host: bytes) -> bytes:
    """`host` in lower case, with A-labels."""
    if host.isascii():
        return host.lower()
    try:
        return host.decode().encode("idna").lower()
    except UnicodeError:
        return host.lower()


def _host(uri: bytes) -> bytes | None:
    if _NO_HOST.search(uri):
        return None
    if uri.startswith(b"mailto:"):
        address = uri[7:].partition(b"?")[0]
        return address.partition(b"@")[2] if address.count(b"@") == 1 else None
    rest = _TAIL.sub(b"", _SCHEME.sub(b"", uri))
    host: bytes = _PORT.sub(b"", _USER.sub(b"", rest))
    return host


def well_formed(name: bytes) -> bool:
    """Whether `name`, in ASCII, is that of a host of at least two labels."""
    labels = name.rstrip(b".").split(b".")
    return (
        len(labels) > 1
        and len(name) <= _LONGEST
        and not any(b"_" in label for label in labels[-2:])
        and all(len(label) <= _LONGEST_LABEL and _LABEL.search(label) for label in labels)
    )


@derived
def boundaries(options: Options) -> Boundaries:
    """What the rule files say of domains."""
    named = {level: _names(options, name) for level, name in ((2, "util_rb_2tld"), (3, "util_rb_3tld"))}
    return Boundaries(_names(options, "util_rb_tld"), named)


def _names(options: Options, setting: str) -> frozenset[bytes]:
    return frozenset(name.lower().encode("utf-8", "replace") for name in options.words(setting))
