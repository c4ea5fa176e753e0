"""urls: an address as a browser reads it (WHATWG URL Standard, by ada), and what is odd about how it was written.

Domains are registrable ones by the list that publicsuffixlist brings along; it is loaded when first needed (70 ms,
3 MB) and never fetched. Never raises.
"""

from functools import cache, lru_cache
from typing import NamedTuple

import ada_url
from publicsuffixlist import PublicSuffixList

from gatekeeper.message.text.lookalikes import is_mixed, looks_latin
from gatekeeper.message.text.patterns import ODD_ADDRESS

_LONGEST = 8192
_SHORT = 300
_SCHEMES = frozenset(("http", "https", "ftp", "ws", "wss"))


class Url(NamedTuple):
    """`text` is how it stood, `href` how a browser writes it. `host` is ASCII, `shown` the same as a reader may see it.

    `domain` is the registrable domain, empty for an address in numbers. `user` stands before an `@`. `odd` are slugs:
    `ip` an address in numbers, `ip-obscured` one not written as four decimals, `userinfo`, `backslash`, `control`
    (line ends or tabs inside), `escaped-host`, `mixed-script`, `lookalike`.
    """

    text: str
    href: str
    scheme: str
    host: str = ""
    shown: str = ""
    domain: str = ""
    user: str = ""
    odd: tuple[str, ...] = ()


def url_of(text: str, base: str = "") -> Url | None:
    """What a browser makes of `text`, in a page at `base`; None if it goes nowhere."""
    return (_short if len(text) + len(base) < _SHORT else _read)(text, base)


def _read(text: str, base: str) -> Url | None:
    plain = text.strip()[:_LONGEST]
    if plain[:4].lower() == "www.":
        plain = "http://" + plain
    elif plain[:2] in ("//", "\\\\") and not base:
        plain = "http:" + plain
    try:
        href = ada_url.join_url(base, plain) if base else ada_url.normalize_url(plain)
    except ValueError:
        return None
    scheme, _, rest = href.partition(":")
    if scheme not in _SCHEMES:
        return Url(text, href, scheme)
    user, _, place = rest[2:].partition("/")[0].rpartition("@")
    host = place[: place.find("]") + 1] if place.startswith("[") else place.partition(":")[0].rstrip(".")
    shown = ada_url.idna_to_unicode(host) if "xn--" in host else host
    literal = place.startswith("[") or host.rpartition(".")[2].isdecimal()
    odd = _odd(plain, host, shown, literal, user) if literal or host != shown or ODD_ADDRESS.search(plain) else ()
    return Url(text, href, scheme, host, shown, "" if literal else domain_of(host), user.partition(":")[0], odd)


_short = lru_cache(maxsize=2048)(_read)
"""What stands below every letter of a list is the same each time."""


def _odd(text: str, host: str, shown: str, literal: bool, user: str) -> tuple[str, ...]:
    authority = _authority(text)
    labels = shown.split(".") if not shown.isascii() else []
    odd = {
        "ip": literal,
        "ip-obscured": literal and host not in text,
        "userinfo": bool(user),
        "backslash": "\\" in authority or text.partition(":")[2].startswith(("\\", "/\\")),
        "control": any(sign in text for sign in "\r\n\t"),
        "escaped-host": "%" in authority.rpartition("@")[2] and not literal,
        "mixed-script": any(map(is_mixed, labels)),
        "lookalike": bool(labels) and labels[-1].isascii() and any(map(looks_latin, labels)),
    }
    return tuple(slug for slug in odd if odd[slug])


def _authority(text: str) -> str:
    rest = text.partition(":")[2].lstrip("/\\")
    for sign in "/?#":
        rest = rest.partition(sign)[0]
    return rest


@lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """The registrable domain of a host, `a.co.uk` of `www.a.co.uk`; empty for a public suffix itself or no host."""
    return str(_suffixes().privatesuffix(host.lower().strip(".")) or "")


@lru_cache(maxsize=4096)
def has_known_suffix(host: str) -> bool:
    """Whether `host` ends in a suffix of the list, so that it is more likely a host than a file or a version."""
    return _suffixes().publicsuffix(host.lower().strip("."), accept_unknown=False) is not None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
