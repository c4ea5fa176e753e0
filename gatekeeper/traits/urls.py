"""urls: where the links of a message lead, next to who wrote it. Nothing here fails."""

from collections.abc import Callable, Iterator, Mapping

from gatekeeper.message.habits import ESCAPES, NESTED_URL, NUMBERED, URL_PORT
from gatekeeper.message.text import Url, domain_of
from gatekeeper.traits.bodies import says_how_to_leave
from gatekeeper.traits.letter import Letter
from gatekeeper.traits.providers import FREE_PAGES, SHORTENERS

_ODD_END_NAMES = """
    biz info tk ml ga cf gq top xyz icu click link site online store shop club live work buzz rest cam cyou sbs monster
    quest bond lat cfd pw ws cc vip life today world fun space website
"""
_ODD_ENDS = frozenset(_ODD_END_NAMES.split())
_FREE_ENDS = tuple(f".{place}" for place in FREE_PAGES)
_WEB = ("http", "https")
_CLICKED = frozenset(("a", "area", "form", "text"))


def _web(letter: Letter) -> list[Url]:
    """The links that a reader may follow."""
    known: list[Url] | None = letter.kept.get("web")
    if known is None:
        found = (url for link, url in letter.text.urls.items() if link.kind in _CLICKED and url.scheme in _WEB)
        known = letter.kept["web"] = list(dict.fromkeys(found))[:500]
    return known


def _port(letter: Letter) -> Iterator[str]:
    for url in _web(letter):
        if (found := URL_PORT.match(url.href)) and found[1] not in ("80", "443"):
            yield url.href


def _nested(letter: Letter) -> Iterator[str]:
    yield from (url.href for url in _web(letter) if NESTED_URL.match(url.href))


def _escaped(letter: Letter) -> Iterator[str]:
    yield from (url.href for url in _web(letter) if ESCAPES.search(url.href))


def _numbered(letter: Letter) -> Iterator[str]:
    yield from (url.host for url in _web(letter) if NUMBERED.search(url.domain.partition(".")[0]))


def _odd_ends(letter: Letter) -> Iterator[str]:
    yield from (url.host for url in _web(letter) if url.host.rpartition(".")[2] in _ODD_ENDS)


def _punycode(letter: Letter) -> Iterator[str]:
    yield from (url.host for url in _web(letter) if "xn--" in url.host)


def _shortened(letter: Letter) -> Iterator[str]:
    yield from (url.href for url in _web(letter) if url.host.removeprefix("www.") in SHORTENERS)


def _free_page(letter: Letter) -> Iterator[str]:
    for url in _web(letter):
        if f".{url.host}".endswith(_FREE_ENDS):
            yield url.host


def _home(letter: Letter) -> Iterator[str]:
    own = domain_of(letter.author.domain)
    if own and any(url.domain == own for url in _web(letter)):
        yield own


def _one_place(letter: Letter) -> Iterator[str]:
    """Every link of a page leads to the same place, many times."""
    web = [url for link, url in letter.text.urls.items() if link.kind in ("a", "area") and url.scheme in _WEB]
    if len(web) >= 3 and len({url.href for url in web}) == 1:
        yield web[0].href


def _mail_only(letter: Letter) -> Iterator[str]:
    """A page whose reader can do nothing but write."""
    schemes = {url.scheme for link, url in letter.text.urls.items() if link.kind in ("a", "form")}
    if schemes == {"mailto"}:
        yield "only mailto"


def _mailto_remove(letter: Letter) -> Iterator[str]:
    for url in letter.text.urls.values():
        if url.scheme == "mailto" and ("remove" in url.href.lower() or "subject=" in url.href.lower()):
            yield url.href


def _bulk_without_unsubscribe(letter: Letter) -> Iterator[str]:
    """Many links and pictures as newsletters have them, and no way out."""
    pictures = sum(link.kind == "img" for link in letter.text.links)
    leaves = bool(letter.message.values(b"list-unsubscribe"))
    if len(_web(letter)) >= 3 and pictures and not leaves and not says_how_to_leave(letter):
        yield f"{len(_web(letter))} links, {pictures} pictures"


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "url-port": _port,
    "url-nested": _nested,
    "url-escaped": _escaped,
    "url-numbered": _numbered,
    "url-odd-end": _odd_ends,
    "url-punycode": _punycode,
    "url-shortened": _shortened,
    "url-free-page": _free_page,
    "url-home": _home,
    "url-one-place": _one_place,
    "url-mail-only": _mail_only,
    "url-mailto-remove": _mailto_remove,
    "bulk-without-unsubscribe": _bulk_without_unsubscribe,
}
