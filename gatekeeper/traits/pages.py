"""pages: how the HTML of a message is made. Nothing here fails; work is linear in `Letter.html`."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from gatekeeper.message.habits import PAGE_BEGUN, TAG
from gatekeeper.traits.letter import Letter

_UNKNOWN = 3
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


def any_in(letter: Letter) -> bool:
    """Whether there is a page, or says to be one."""
    types = (kind for part in letter.message.walk() for kind in part.types())
    return any(part.html for part in letter.text.parts) or "text/html" in types


def _only(letter: Letter) -> Iterator[str]:
    parts = letter.text.parts
    if parts and all(part.html for part in parts):
        yield "no plain text"


def _only_root(letter: Letter) -> Iterator[str]:
    if letter.message.root.types()[0] == "text/html":
        yield "the whole message is a page"


def _unknown_tags(letter: Letter) -> Iterator[str]:
    unknown = [tag for tag in islice(TAG.findall(letter.html), _MOST_TAGS) if tag.lower() not in _TAGS]
    if len(unknown) >= _UNKNOWN:
        yield unknown[_UNKNOWN - 1].decode("latin-1")


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
    if PAGE_BEGUN.search(letter.html) and b"</html>" not in letter.html.lower():
        yield "</html> is missing"


def _headless(letter: Letter) -> Iterator[str]:
    html = letter.html
    if html.strip() and not PAGE_BEGUN.search(html):
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
}
