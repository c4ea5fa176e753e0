"""reading: all the text of a message, every reading of every part, read once.

`texts` is the way in. What was read is kept as long as the message is, so checks of one message share it. Work is
bounded by bytes: past the limit stands the anomaly `limit.text`, and what was read until then is kept. Never raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from gatekeeper.message.message import Message, Part
from gatekeeper.message.parameters import values_of
from gatekeeper.message.text.charset import Decoded, Reading, decoded
from gatekeeper.message.text.intricacy import AFFORDABLE
from gatekeeper.message.text.links import Link, written
from gatekeeper.message.text.normal import Normal, normal
from gatekeeper.message.text.page import Hidden, Page, read_page
from gatekeeper.message.text.patterns import CHARSET_KEY, HTML
from gatekeeper.message.text.urls import Url, url_of
from gatekeeper.message.words import decoded_words

_MOST_BYTES = 4_000_000
_TIMES, _ANYWAY = 4, 200_000
"""How much text of one message is read: in bytes, so many times its own size, and as much in any case."""

_MOST_LINKS = 10_000
_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".xht")
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))


class Text(NamedTuple):
    """One reading of one part. `html` says whether it is a page; then `hidden` and what follows may hold something."""

    path: str
    charset: str
    html: bool
    visible: str
    hidden: tuple[Hidden, ...] = ()
    comments: str = ""
    alts: str = ""
    title: str = ""
    links: tuple[Link, ...] = ()


@dataclass(eq=False)
class MessageText:
    """What a reader of the message may see, over all parts and readings, and what the message hides from its reader."""

    parts: tuple[Text, ...]
    subject: str

    @cached_property
    def visible(self) -> str:
        """What is seen, each distinct text once, in the order of the parts."""
        return "\n".join(dict.fromkeys(text.visible for text in self.parts if text.visible))

    @cached_property
    def hidden(self) -> tuple[Hidden, ...]:
        """What stands in pages and is not seen."""
        return tuple(dict.fromkeys(hidden for text in self.parts for hidden in text.hidden))

    @cached_property
    def normalised(self) -> Normal:
        """`visible` as it should be matched."""
        return normal(self.visible)

    @cached_property
    def subject_normalised(self) -> Normal:
        """`subject` as it should be matched."""
        return normal(self.subject)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Where it leads, each link once: in the subject, in tags, and written in the text."""
        found = dict.fromkeys(Link("text", target) for target in written(self.subject))
        for text in self.parts:
            found.update(dict.fromkeys(text.links))
        return tuple(found)[:_MOST_LINKS]

    @cached_property
    def base(self) -> str:
        """What relative addresses are relative to: the first base of a page that is an address."""
        bases = (url_of(link.target) for link in self.links if link.kind == "base")
        return next((url.href for url in bases if url and url.host), "")

    @cached_property
    def urls(self) -> dict[Link, Url]:
        """Each link that goes anywhere, as a browser reads it."""
        known = {target: url_of(target, self.base) for target in {link.target for link in self.links}}
        return {link: url for link in self.links if (url := known[link.target])}

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """Every registrable domain it leads to, or the host where that has none (an address in numbers)."""
        return tuple(dict.fromkeys(url.domain or url.host for url in self.urls.values() if url.host))


_read: WeakKeyDictionary[Message, MessageText] = WeakKeyDictionary()


def texts(message: Message) -> MessageText:
    """All the text of `message`. Anomalies are noted in the message."""
    known = _read.get(message)
    if known is None:
        known = _read[message] = MessageText(tuple(_texts(message)), _subject(message))
    return known


def _subject(message: Message) -> str:
    return " ".join(" ".join(decoded_words(value) for value in message.values(b"subject")[:5]).split())


class _Work:
    """What may still be spent on the text of one message."""

    def __init__(self, size: int) -> None:
        self.octets = min(_MOST_BYTES, _TIMES * size + _ANYWAY)
        self.steps = AFFORDABLE


def _texts(message: Message) -> Iterator[Text]:
    work = _Work(len(message.raw))
    for part in message.walk():
        yield from _of_part(part, work)


def text_of(part: Part) -> tuple[Text, ...]:
    """Every reading of one part; none if it is no text."""
    return tuple(_of_part(part, _Work(part.end - part.start)))


def written_texts(part: Part) -> Iterator[str]:
    """Every reading of one part as it was written, pages with their markup; none if it is no text."""
    for data, html in _sources(part):
        for reading in _decoded(part, data[:_MOST_BYTES], html).readings:
            yield reading.text


def _of_part(part: Part, work: _Work) -> Iterator[Text]:
    for whole, html in _sources(part):
        data = whole[: work.octets]
        work.octets -= len(data)
        if len(data) < len(whole):
            part.note("limit.text")
        if data:
            yield from _readings(part, data, html, work)


def _sources(part: Part) -> Iterator[tuple[bytes, bool]]:
    """The decodings of a part that are read as text, and whether as a page."""
    types = part.types()
    if part.parts and all(kind.startswith(("multipart/", "message/")) for kind in types):
        return
    html = not _HTML_TYPES.isdisjoint(types) or any(name.lower().endswith(_PAGES) for name in part.names())
    text = any(kind.startswith("text/") or "/" not in kind for kind in types)
    for decoding in part.decodings() if text or html else ():
        if not decoding.name:
            yield decoding.data, html or HTML.match(decoding.data) is not None


def _readings(part: Part, data: bytes, html: bool, work: _Work) -> Iterator[Text]:
    readings, disagree = _decoded(part, data, html)
    if disagree:
        part.note("text.charset-disagrees")
    for reading in readings:
        if html:
            page = read_page(reading.text, work.steps)
            work.steps = max(0, work.steps - page.cost)
            if not page.whole:
                part.note("limit.text")
            yield _of_page(part, reading, page)
        else:
            yield Text(part.path, reading.charset, False, reading.text, links=_written(reading.text))


def _decoded(part: Part, data: bytes, html: bool) -> Decoded:
    declared = values_of(part.content.types, CHARSET_KEY, part.budget).every
    return decoded(data, declared, html)


def _of_page(part: Part, reading: Reading, page: Page) -> Text:
    links = (*page.links, *_written(page.visible))
    return Text(
        part.path, reading.charset, True, page.visible, page.hidden, page.comments, page.alts, page.title, links
    )


def _written(text: str) -> tuple[Link, ...]:
    return tuple(Link("text", target) for target in dict.fromkeys(written(text)))
