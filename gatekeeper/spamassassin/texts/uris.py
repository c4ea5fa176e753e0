"""uris: every link of a message, in its text, its pages and its DKIM signatures, with all its forms. Never raises."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gatekeeper.spamassassin.texts.html_links import octets_of
from gatekeeper.spamassassin.texts.uri_forms import forms_of
from gatekeeper.spamassassin.texts.uri_patterns import DKIM_DOMAIN
from gatekeeper.spamassassin.texts.uri_text import links_in

if TYPE_CHECKING:
    from gatekeeper.spamassassin.texts.texts import SaTexts

_LONGEST = 8192
_PARSED = frozenset(("parsed",))
_SIGNED = frozenset(("domainkeys", "nocanon", "noclean"))


@dataclass(slots=True)
class Link:
    """`types` are the tags that link there, and `parsed`, `schemeless`, `unlinked`, `domainkeys`. `cleaned` are its
    forms, which `uri` rules see; `hosts` each host with its registered domain.
    """

    types: frozenset[str] = frozenset()
    cleaned: dict[bytes, None] = field(default_factory=dict)
    anchor_text: list[str] = field(default_factory=list)
    hosts: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def domains(self) -> frozenset[bytes]:
        """Every registered domain among its hosts."""
        return frozenset(self.hosts.values())


def links_of(texts: "SaTexts") -> dict[bytes, Link]:
    """Each link as it stands."""
    found = _Found(texts)
    for uri, types in links_in(texts.body, texts.registry):
        found.add(uri, types, wide=False, must_exist=True)
    for page in texts.html:
        for uri, link in page.found_links.by_uri.items():
            added = found.add(uri, link.types or _PARSED, page.wide, must_exist=False)
            if added is not None:
                added.anchor_text += dict.fromkeys(link.anchor_text)
    if texts.around.parse_dkim_uris:
        _add_signatures(texts, found)
    return found.by_uri


def _add_signatures(texts: "SaTexts", found: "_Found") -> None:
    for name in ("DomainKey-Signature", "DKIM-Signature"):
        for value in texts.headers(name):
            for domain in DKIM_DOMAIN.findall(value):
                found.add(
                    "domainkeys:" + b"".join(domain.split()).decode("latin-1"), _SIGNED, wide=False, must_exist=True
                )


class _Found:
    def __init__(self, texts: "SaTexts") -> None:
        self.by_uri: dict[bytes, Link] = {}
        self._texts = texts

    def add(self, uri: str, types: frozenset[str], wide: bool, must_exist: bool) -> Link | None:
        """`must_exist`: only if a host of it can exist."""
        around, registry = self._texts.around, self._texts.registry
        forms = [uri] if "nocanon" in types else forms_of(uri, wide, around.redirectors, registry)
        cleaned = [octets_of(form[:_LONGEST], wide) for form in forms]
        hosts = {found[1]: found[0] for form in cleaned if (found := registry.domain_and_host(form)) is not None}
        if must_exist and not hosts:
            return None
        link = self.by_uri.setdefault(octets_of(uri, wide), Link())
        link.types = link.types | types
        link.hosts |= hosts
        if "noclean" not in types:
            link.cleaned |= dict.fromkeys(cleaned)
        return link
