"""uri_eval: links that redirect, that hide an address behind a name, or another host behind https (URIEval,
HTTPSMismatch).
"""

from collections.abc import Iterator, Mapping

from gatekeeper.spamassassin.evals.contract import Case, Linked
from gatekeeper.spamassassin.evals.html_eval import links_of
from gatekeeper.spamassassin.evals.perl import ADDRESS, fixed, number, octets
from gatekeeper.spamassassin.texts.hosts import Registry

_REDIRECTION = fixed(r"^https?://([^/:?]+).+?(https?:/{0,2}?([^/:?]+).*)$", "i")
_MOST_REDIRECTIONS = 100
_AT_ADDRESS = fixed(r"^https?:/*(?:[^@/]+@)?\d+\.\d+\.\d+\.\d+", "i")
_SAYS_ADDRESS = fixed(r"^https:/*(?:[^@/]+@)?\d+\.\d+\.\d+\.\d+", "i")
_SAYS_HTTPS = fixed(r"https:", "i")
_HOST = fixed(r"^https?://([^/:?#]+)", "i")
_SAID_HOST = fixed(r"https://([^\s/:?#]+)", "i")
_IS_ADDRESS = fixed(rf"^{ADDRESS}$", "i")


def check_for_http_redirector(case: Case) -> bool:
    """Whether a link holds another one to another domain."""
    return any(_redirects(uri, case.texts.registry) for uri in case.texts.uris)


def _redirects(uri: bytes, known: Registry) -> bool:
    for _ in range(_MOST_REDIRECTIONS):
        found = _REDIRECTION.search(uri)
        if not found:
            return False
        if _domain(found[1], known) != _domain(found[3], known):
            return True
        uri = found[2]
    return False


def _domain(host: bytes, known: Registry) -> bytes:
    found = known.domain_and_host(host)
    return found[0] if found else host


def check_https_ip_mismatch(case: Case) -> bool:
    """Whether the text of a link says https, and it leads to an address."""
    said = (
        octets(text)
        for links in links_of(case)
        for uri, link in links.items()
        if _AT_ADDRESS.search(uri)
        for text in link.anchor_text
    )
    return any(not _SAYS_ADDRESS.search(text) and _SAYS_HTTPS.search(text) for text in said)


def check_uri_truncated(case: Case) -> bool:
    """Whether a link was too long to be read to its end."""
    return "uri_truncated" in case.texts.flags


def check_https_http_mismatch(case: Case, least: str = "1", most: str = "inf") -> bool:
    """Whether the text of a link says https and another domain than it leads to, in a page of `least` links or more,
    and fewer than `most`.
    """
    known = case.texts.registry
    return any(_mismatch(links, known, number(least) or 1, number(most)) for links in links_of(case))


def _mismatch(every: Mapping[bytes, Linked], known: Registry, least: float, most: float) -> bool:
    if not any(_SAYS_HTTPS.search(octets(text)) for link in every.values() for text in link.anchor_text):
        return False
    links = [(domain, link) for uri, link in every.items() if link.anchor_text and (domain := _target(uri, known))]
    if not least <= len(links) < most:
        return False
    return any(said != domain for domain, link in links for text in link.anchor_text for said in _said(text, known))


def _target(uri: bytes, known: Registry) -> bytes | None:
    """The registered domain that a link leads to; None for an address."""
    found = _HOST.search(uri)
    if not found or _IS_ADDRESS.search(found[1]):
        return None
    domain = known.registered(found[1])
    return domain if known.domain_and_host(domain) else None


def _said(text: str, known: Registry) -> Iterator[bytes]:
    """The domain, or address, that the text of a link says it leads to."""
    found = _SAID_HOST.search(octets(text))
    if not found:
        return
    if _IS_ADDRESS.search(found[1]):
        yield found[1]
    elif known.is_domain(domain := known.registered(found[1])):
        yield domain


FUNCTIONS = (
    check_for_http_redirector,
    check_https_ip_mismatch,
    check_uri_truncated,
    check_https_http_mismatch,
)
