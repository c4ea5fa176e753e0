"""links: links that say one thing and do another, and hosts written so that nobody should recognise them.

A link whose text is an address of one domain and whose target is another's is scored modestly: newsletters count clicks
that way, and gateways rewrite links (`rewriters` are exempt). Addresses in numbers, names in front of an `@`, hosts
that are escaped, and names of other scripts that look like Latin ones are findings of their own. It asks nothing,
cannot fail.
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice

import msgspec

from gatekeeper.message import Mail
from gatekeeper.message.text import Link, Url, domain_of, is_address, texts, url_of
from gatekeeper.tables import Tables
from gatekeeper.values import Finding, Stage, spelt_out

REWRITERS = (
    "urldefense.com",
    "urldefense.us",
    "urldefense.proofpoint.com",
    "safelinks.protection.outlook.com",
    "mimecastprotect.com",
    "linkprotect.cudasvc.com",
    "secure-web.cisco.com",
)
_CLICKED = frozenset(("a", "area", "form", "meta"))
_MOST_SHOWN = 3
_LONGEST_SHOWN = 80
_printable = partial(spelt_out, most=_LONGEST_SHOWN)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.links]"""

    enabled: bool = True
    mismatch_score: float = 1.0  # the text of a link is an address of one domain, the link leads to another
    userinfo_score: float = 2.0  # http://bank.example@evil.example/
    ip_score: float = 2.0  # the host is a public address in numbers
    obscured_score: float = 3.0  # the host is written as a hexadecimal number, or escaped
    lookalike_score: float = 3.0  # the host is of another script and looks Latin, or mixes scripts
    rewriters: list[str] = msgspec.field(default_factory=lambda: list(REWRITERS))  # gateways that rewrite links


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the body stage. Loads the public suffix list, so that workers share it."""
    domain_of("example.org")
    rewriters = tuple(f".{host.lower().strip('.')}" for host in settings.rewriters)

    def check(mail: Mail) -> list[Finding]:
        if mail.message is None:
            return []
        urls = texts(mail.message).urls
        return [
            *_finding("link-mismatch", settings.mismatch_score, _mismatches(urls, rewriters)),
            *_finding("link-userinfo", settings.userinfo_score, _deceiving_users(urls)),
            *_finding("link-ip", settings.ip_score, _public(urls)),
            *_finding("link-obscured", settings.obscured_score, _odd(urls, "ip-obscured", "escaped-host")),
            *_finding("link-lookalike", settings.lookalike_score, _odd(urls, "mixed-script", "lookalike")),
        ]

    return {Stage.BODY: check}


def _finding(name: str, score: float, evidence: Iterator[str]) -> Iterator[Finding]:
    """One finding for all of a kind."""
    if shown := list(islice(dict.fromkeys(evidence), _MOST_SHOWN)):
        yield Finding(name, score, "; ".join(shown))


def _mismatches(urls: Mapping[Link, Url], rewriters: tuple[str, ...]) -> Iterator[str]:
    for link, url in urls.items():
        shown = url_of(link.text) if link.kind in _CLICKED and url.host and is_address(link.text) else None
        if shown and shown.domain and shown.domain != url.domain and not _rewritten(shown, url, rewriters):
            yield f"{_printable(shown.host)} leads to {_printable(url.host)}"


def _rewritten(shown: Url, url: Url, rewriters: tuple[str, ...]) -> bool:
    return any(f".{host}".endswith(rewriters) for host in (shown.host, url.host))


def _deceiving_users(urls: Mapping[Link, Url]) -> Iterator[str]:
    """Mail programs also make a link of a mail address; there the host is seen."""
    for link, url in urls.items():
        if link.kind in _CLICKED and url.user and f"{url.user}@{url.host}".lower() not in link.text.lower():
            yield _printable(url.text)


def _odd(urls: Mapping[Link, Url], *slugs: str) -> Iterator[str]:
    for link, url in urls.items():
        if link.kind in _CLICKED and not set(slugs).isdisjoint(url.odd):
            yield _printable(url.text)


def _public(urls: Mapping[Link, Url]) -> Iterator[str]:
    """Private addresses are what people on one network send each other."""
    for link, url in urls.items():
        if link.kind in _CLICKED and "ip" in url.odd and ipaddress.ip_address(url.host.strip("[]")).is_global:
            yield _printable(url.text)
