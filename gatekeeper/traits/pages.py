"""pages: how the HTML of a message is made. Nothing here fails; work is linear in `Letter.html`."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice

import re2

from gatekeeper.traits.letter import Letter
from gatekeeper.traits.octets import octets

_COMMENTED = octets(rb"(?i)[a-z]<!-?-?[^>]{0,80}>[a-z]")
_ENTITY = octets(rb"&#(?:x[2-7][0-9a-fA-F]|(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])(?:;|\D))")
_TINY = octets(rb"(?i)font-size:\s*(?:0|1|2|0?\.\d+)(?:px|pt|em|\s*;)|<font[^>]{0,80}size=[\"']?-[3-9]")
_BIG = octets(rb"(?i)<font[^>]{0,120}size=[\"']?\+?[5-9]|<h1\b")
_RED = octets(rb"(?i)color[:=]\s*[\"']?(?:red|#?ff0000)\b")
_UNKNOWN = octets(rb"(?i)</?([a-z]{2,20}[a-z0-9]{0,10})[\s>]")
_FORM = octets(rb"(?i)<form\b")
_PASSWORD = octets(rb"(?i)type=[\"']?password")
_MAILTO_FORM = octets(rb"(?i)<form[^>]{0,300}action=[\"']?mailto:")
_SCRIPT = octets(rb"(?i)<script\b|\bon(?:load|mouseover|click|unload)\s*=")
_REFRESH = octets(rb"(?i)http-equiv=[\"']?refresh")
_BASE = octets(rb"(?i)<base\b")
_BACKGROUND = octets(rb"(?i)<(?:body|table|td)[^>]{0,200}\bbackground=")
_CENTRE = octets(rb"(?i)<center\b|align=[\"']?center")
_MARQUEE = octets(rb"(?i)<(?:marquee|blink)\b")
_ENDED = octets(rb"(?i)</html>")
_BEGUN = octets(rb"(?i)<html\b")
_TAG_WORDS = """
    a abbr acronym address applet area article aside audio b base basefont bdo bgsound big bigger blink blockquote body
    br button canvas caption center circle cite code col colgroup comment dd defs del details dfn dir div dl dt em embed
    excerpt fieldset figure font fontfamily footer form frame frameset g h1 h2 h3 h4 h5 h6 head header hr html i iframe
    ilayer img input ins isindex kbd label layer legend li link listing main map marquee menu meta nav nobr noembed
    noframes nolayer noscript object ol optgroup option p param paraindent path picture pre q rect rt ruby s samp script
    section select server small smallcaps source spacer span strike strong style sub summary sup svg table tbody td
    textarea tfoot th thead time title tr tt u ul use var video wbr xml xmp
"""
_TAGS = frozenset(_TAG_WORDS.encode().split())
_MOST_TAGS = 3000
_FEW = 400


def _shows(pattern: "re2._Regexp", least: int, letter: Letter) -> Iterator[str]:
    """Where `pattern` matches as often."""
    html = letter.html
    found = next(islice(pattern.finditer(html), least - 1, None), None) if html else None
    if found:
        yield found[0].decode("latin-1")


def _only(letter: Letter) -> Iterator[str]:
    parts = letter.text.parts
    if parts and all(part.html for part in parts):
        yield "no plain text"


def _only_root(letter: Letter) -> Iterator[str]:
    if letter.message.root.types()[0] == "text/html":
        yield "the whole message is a page"


def _unknown_tags(letter: Letter) -> Iterator[str]:
    unknown = 0
    for number, found in enumerate(_UNKNOWN.finditer(letter.html)):
        unknown += found[1].lower() not in _TAGS
        if unknown == 3:
            yield found[0].decode("latin-1")
        if unknown == 3 or number > _MOST_TAGS:
            return


def _picture_only(letter: Letter) -> Iterator[str]:
    """Nothing to read, and a picture that leads somewhere."""
    kinds = {link.kind for link in letter.text.links}
    if "img" in kinds and "a" in kinds and _letters(letter) < 150 and any(part.html for part in letter.text.parts):
        yield f"{_letters(letter)} letters"


def _pictures(letter: Letter) -> Iterator[str]:
    pictures = sum(link.kind == "img" for link in letter.text.links)
    if pictures >= 3 and _letters(letter) < 200 * pictures:
        yield f"{pictures} pictures, {_letters(letter)} letters"


def _letters(letter: Letter) -> int:
    return len(letter.text.visible.strip())


def _alternatives(letter: Letter) -> Iterator[str]:
    """Two texts that should say the same and share hardly a word."""
    if "multipart/alternative" not in letter.message.root.types():
        return
    plain = {word for part in letter.text.parts if not part.html for word in part.visible.lower().split()[:2000]}
    page = {word for part in letter.text.parts if part.html for word in part.visible.lower().split()[:2000]}
    if len(page) > 20 and len(plain) > 3 and len(plain & page) < 0.2 * min(len(plain), len(page)):
        yield f"{len(plain & page)} words of {len(plain)} and {len(page)}"


def _no_alternative(letter: Letter) -> Iterator[str]:
    kinds = [kind for part in letter.message.walk() for kind in part.types()[:1]]
    if "multipart/alternative" in kinds and kinds.count("text/plain") == 0 and "text/html" in kinds:
        yield "only a page to choose from"


def _unended(letter: Letter) -> Iterator[str]:
    html = letter.html
    if _BEGUN.search(html) and not _ENDED.search(html):
        yield "</html> is missing"


def _headless(letter: Letter) -> Iterator[str]:
    html = letter.html
    if html.strip() and not _BEGUN.search(html):
        yield "<html> is missing"


def _titled(letter: Letter) -> Iterator[str]:
    titles = [part.title.strip() for part in letter.text.parts if part.html]
    if any(title and title.lower() in ("untitled", "untitled document", "new page 1", "html") for title in titles):
        yield titles[0]


def _short_with_link(letter: Letter) -> Iterator[str]:
    kinds = [link.kind for link in letter.text.links]
    if any(part.html for part in letter.text.parts) and _letters(letter) < _FEW and "a" in kinds:
        yield f"{_letters(letter)} letters"


TRAITS: Mapping[str, Callable[[Letter], Iterator[str]]] = {
    "page-only": _only,
    "page-root": _only_root,
    "page-alternatives": _alternatives,
    "page-no-alternative": _no_alternative,
    "page-unknown-tags": _unknown_tags,
    "page-picture-only": _picture_only,
    "page-pictures": _pictures,
    "page-short": _short_with_link,
    "page-unended": _unended,
    "page-headless": _headless,
    "page-untitled": _titled,
    "page-split-words": partial(_shows, _COMMENTED, 1),
    "page-entities": partial(_shows, _ENTITY, 10),
    "page-tiny": partial(_shows, _TINY, 1),
    "page-big": partial(_shows, _BIG, 1),
    "page-red": partial(_shows, _RED, 1),
    "page-form": partial(_shows, _FORM, 1),
    "page-password": partial(_shows, _PASSWORD, 1),
    "page-form-mailto": partial(_shows, _MAILTO_FORM, 1),
    "page-script": partial(_shows, _SCRIPT, 1),
    "page-refresh": partial(_shows, _REFRESH, 1),
    "page-base": partial(_shows, _BASE, 1),
    "page-background": partial(_shows, _BACKGROUND, 1),
    "page-centred": partial(_shows, _CENTRE, 2),
    "page-marquee": partial(_shows, _MARQUEE, 1),
}
