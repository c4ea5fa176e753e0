"""letter: a message as it is shown to who reviews it: header, text, links, parts; and its page, safe to look at. Pure.

Everything in it is what somebody wrote who may be hostile: it is bounded here, and escaped where it is shown. Cannot
fail, whatever the bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from gatekeeper.message import Message, parse
from gatekeeper.message.edit import header_fields
from gatekeeper.message.listing import Listed, listed
from gatekeeper.message.message import Part
from gatekeeper.message.text import Hidden, Link, Text, is_address, texts, url_of
from gatekeeper.message.text.page import past_tags
from gatekeeper.message.text.reading import written_texts
from gatekeeper.message.words import decoded_words
from gatekeeper.values import Answers
from gatekeeper.web.safe_html import LARGEST, SafePage, safe_page

_MOST_FIELDS = 200
_MOST_COUNTED = 10_000
_LONGEST_VALUE = 2000
_LONGEST_TEXT = 100_000
_MOST_TEXTS = 6
_MOST_PAGES = 20
_HEAD = 65_536
_PAGES = frozenset(("text/html", "application/xhtml+xml"))
_MOST_LINKS = 100
_MOST_THINGS = 300
_MOST_PICTURES = 100
_LARGEST_PICTURE = 2_000_000
_LONGEST_LABEL = 200
_NOT_ASKED = "open.too-many"
_FOLLOWED = frozenset(("a", "area", "form", "meta", "frame", "text"))
"""The kinds of links that take somebody somewhere; the others only fetch."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of one part by one reading. `whole` is False where it goes on behind what is shown."""

    path: str
    page: bool
    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads, and what its reader sees. `elsewhere`: that looks like the address of another place."""

    address: str
    domain: str
    text: str
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """`header` has names and decoded values in order; `fields` is how many there are, up to 10,000.
    `page`: it has a page to show.
    """

    subject: str
    author: str
    header: tuple[tuple[str, str], ...]
    fields: int
    passages: tuple[Passage, ...]
    hidden: tuple[Hidden, ...]
    targets: tuple[Target, ...]
    things: tuple[Listed, ...]
    page: bool
    anomalies: tuple[str, ...] = ()


def letter(raw: bytes, answers: Answers | None = None) -> Letter:
    """`answers` are those that were given when it was judged: what is inside its archives is taken from there."""
    message = parse(raw)
    read = texts(message)
    header = tuple(_header(raw))
    return Letter(
        read.subject[:_LONGEST_VALUE],
        next((value for name, value in header if name.lower() == "from"), ""),
        header[:_MOST_FIELDS],
        sum(1 for _ in islice(header_fields(raw), _MOST_COUNTED)),
        tuple(islice(_passages(read.parts), _MOST_TEXTS)),
        tuple(Hidden(kind, text[:_LONGEST_VALUE]) for kind, text in read.hidden[:_MOST_TEXTS]),
        tuple(islice(_targets(message), _MOST_LINKS)),
        tuple(islice(_things(message, answers), _MOST_THINGS)),
        _markup(message) is not None,
        message.anomalies,
    )


def page_of(raw: bytes) -> SafePage | None:
    """Its first page that says anything; None if it has none."""
    message = parse(raw)
    markup = _markup(message)
    return None if markup is None else safe_page(markup, _pictures(message), subject_of(raw[:_HEAD]))


def subject_of(head: bytes) -> str:
    """The subject, from the beginning of a message; "" if it is not there."""
    values = (field.value for field in islice(header_fields(head), _MOST_FIELDS) if field.name.lower() == b"subject")
    return " ".join(decoded_words(next(values, b"")[:_LONGEST_VALUE]).split())


def _header(raw: bytes) -> Iterator[tuple[str, str]]:
    for found in islice(header_fields(raw), _MOST_FIELDS):
        value = " ".join(decoded_words(found.value[: 4 * _LONGEST_VALUE]).split())
        yield found.name.decode("latin-1")[:100], value[:_LONGEST_VALUE]


def _passages(parts: tuple[Text, ...]) -> Iterator[Passage]:
    """Each distinct text, plain ones before what pages say."""
    seen: set[str] = set()
    for text in sorted(parts, key=lambda text: text.html):
        said = "\n".join(text.visible.splitlines()).strip()
        if said and said not in seen:
            seen.add(said)
            yield Passage(text.path, text.html, said[:_LONGEST_TEXT], len(said) <= _LONGEST_TEXT)


def _targets(message: Message) -> Iterator[Target]:
    """Where it would take its reader; each address once, with the first text that leads there."""
    read, seen = texts(message), set()
    for link, url in read.urls.items():
        if link.kind in _FOLLOWED and url.href not in seen:
            seen.add(url.href)
            claimed = _claimed(link)
            elsewhere = bool(claimed) and claimed != url.domain
            yield Target(url.href[:_LONGEST_VALUE], url.domain or url.host, link.text[:_LONGEST_LABEL], elsewhere)


def _claimed(link: Link) -> str:
    """The domain that its reader takes it to lead to, if what is seen of it is an address."""
    if link.kind != "a" or not is_address(link.text):
        return ""
    claimed = url_of(link.text if "://" in link.text else f"http://{link.text}")
    return claimed.domain if claimed else ""


def _things(message: Message, answers: Answers | None) -> Iterator[Listed]:
    """Its parts, and what is in them if that is known; where it is not, that is odd only of too many."""
    for thing in listed(message, answers or {}):
        many = _NOT_ASKED in message.anomalies
        yield replace(thing, anomalies=tuple(odd for odd in thing.anomalies if many or odd.name != _NOT_ASKED))


def _markup(message: Message) -> str | None:
    """Its first page that says anything, as it was written; if none does, the first."""
    pages = (next(written_texts(part), "") for part in islice(filter(_is_page, message.walk()), _MOST_PAGES))
    first = next(pages, None)
    if first is None or _says_anything(first):
        return first
    return next(filter(_says_anything, pages), first)


def _is_page(part: Part) -> bool:
    return not _PAGES.isdisjoint(part.types()) or "html" in part.kinds()


def _says_anything(markup: str) -> bool:
    return bool(past_tags(markup[:LARGEST])[0])


def _pictures(message: Message) -> dict[str, bytes]:
    """What its page may show, by Content-ID."""
    found: dict[str, bytes] = {}
    for part in message.walk():
        names = part.values(b"content-id")
        if names and len(found) < _MOST_PICTURES and (decodings := part.decodings()):
            data = decodings[0].data
            if len(data) <= _LARGEST_PICTURE:
                found[names[0].strip().strip(b"<>").decode("latin-1")] = data
    return found
