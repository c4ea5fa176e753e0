"""html_events: HTML taken apart into tags, text and comments by the habits of Perl's HTML::Parser.

Text comes in the pieces in which that gives it. What is not ended is read again at the end of the page, comments then
up to the first `>`, and what is still no tag is a comment. Never raises; linear in the length of the page.
"""

from typing import NamedTuple

from gatekeeper.spamassassin.texts.html_entities import decoded
from gatekeeper.spamassassin.texts.html_patterns import (
    COMMENT_END,
    COMMON_END,
    DECLARATION_NAME,
    DECLARATION_WORD,
    LITERAL_END,
    SECTION_NAME,
    TAG_NAME,
)
from gatekeeper.spamassassin.texts.html_tags import UPPER, behind_quotes, behind_space, tag_at

_CDATA = ("script", "style", "xmp", "iframe", "plaintext")
_LITERAL = (*_CDATA, "title", "textarea")
_TO_THE_END = ("plaintext", "xmp", "iframe", "textarea")
_SECTIONS = {"include": 1, "rcdata": 2, "cdata": 3, "ignore": 4}
_WITHOUT_TAGS, _IGNORED = (2, 3), 4
_NAME_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:")
_HTML_SPACE = " \t\n\v\f\r"


class Event(NamedTuple):
    """`kind` is start, end, text, comment or declaration; `text` is the name of a tag, or the text with `wide` for
    characters and not octets.
    """

    kind: str
    text: str
    attributes: dict[str, str] = {}  # noqa: RUF012 — never changed
    wide: bool = False


class Events:
    """A page being read. `feed` what there is, then `close`; each fills `found`."""

    def __init__(self, wide: bool) -> None:
        self.found: list[Event] = []
        self.wide = wide
        self.rest = ""
        self.literal = ""
        self._cdata = False
        self._pending = ""
        self._short_comments = False
        self._sections: list[int] = []  # each with what stands above it counted in
        self._section = 0
        self._unended: set[str] = set()

    def feed(self, text: str) -> None:
        """More of the page."""
        self._unended.clear()
        self.rest += text
        self.rest = self.rest[self._read(0) :]

    def close(self) -> None:
        """The end of the page: what is left is read as what it may be."""
        text, place = self.rest, 0
        while place < len(text):
            if self.literal:
                if self.literal in _TO_THE_END:
                    break
                self._give_up_literal()
            elif text[place] == "<" and not self._short_comments:
                self._short_comments = True
            else:
                break
            place = self._read(place)
        following = text[place + 1 : place + 2]
        if not self.literal and text.startswith("<", place) and (following in "/!?" or following in _NAME_FIRST):
            self._report("comment", text[place:])
            place = len(text)
        if place < len(text):
            self._text(place, len(text))
        self._end_pending()

    def _give_up_literal(self) -> None:
        if self.literal in ("script", "style"):
            self._report("end", self.literal)
        else:
            self._pending = self.literal
        self.literal = ""

    def _read(self, start: int) -> int:
        """Read on from there; how far that came."""
        text, done, place = self.rest, start, start
        while True:
            if self.literal:
                if (behind := self._literal_text(done)) is None:
                    return done
                done = place = behind
                continue
            section = self._section
            tag = -1 if section in _WITHOUT_TAGS else text.find("<", place)
            end = text.find("]]>", place, None if tag < 0 else tag) if section else -1
            if end >= 0:
                if end > done or section not in _WITHOUT_TAGS:
                    self._text(done, end)
                self._close_section()
                done = place = end + 3
                continue
            if section in _WITHOUT_TAGS:
                return done
            if tag < 0:
                return self._last_text(done)
            if tag > done:
                self._text(done, tag)
                done = tag
            if len(text) - tag < 3:
                return done
            behind = self._markup(tag)
            if behind == tag:
                return tag
            place = behind or tag + 1
            done = behind or tag

    def _last_text(self, start: int) -> int:
        """Text up to its last word, which may go on."""
        text = self.rest[start:]
        bare = text.rstrip(_HTML_SPACE)
        if len(bare) == len(text):
            bare = text[: max(text.rfind(space) for space in _HTML_SPACE) + 1].rstrip(_HTML_SPACE)
        if bare:
            self._text(start, start + len(bare))
        return start + len(bare)

    def _literal_text(self, start: int) -> int | None:
        """The text of an element that holds no others, and its end; None if that is not there yet."""
        if self.literal in self._unended or self.literal == "plaintext":
            return None
        found = LITERAL_END[self.literal].search(self.rest, start)
        if found is None:
            self._unended.add(self.literal)
            return None
        if found.start() > start:
            self._text(start, found.start())
        self._report("end", found[1].translate(UPPER))
        self.literal, self._cdata = "", False
        return found.end()

    def _close_section(self) -> None:
        self._end_pending()
        self._sections.pop()
        self._count_sections()

    def _count_sections(self) -> None:
        self._section = self._sections[-1] if self._sections else 0
        self._cdata = self._section == _SECTIONS["cdata"]

    def _markup(self, tag: int) -> int | None:
        """What begins at `tag`: where it ends; `tag` if it does not; None if it is no markup."""
        first = self.rest[tag + 1]
        if first in _NAME_FIRST:
            return self._start(tag)
        if first == "/":
            return self._end(tag)
        if first == "!":
            return self._declaration(tag)
        if first == "?":
            end = self.rest.find(">", tag + 2)
            if end >= 0:
                self._end_pending()
            return tag if end < 0 else end + 1
        return None

    def _start(self, tag: int) -> int:
        read = tag_at(self.rest, tag, self.wide)
        if read is None:
            return tag
        name, attributes, end = read
        self._report("start", name, attributes)
        if name in _LITERAL:
            self.literal, self._cdata = name, name in _CDATA
        return end

    def _end(self, tag: int) -> int:
        text = self.rest
        if common := COMMON_END.match(text, tag):
            self._report("end", common[1].translate(UPPER))
            return common.end()
        found = TAG_NAME.match(text, tag + 2)
        end = behind_quotes(text, found.end() if found else tag + 2)
        if end < 0:
            return tag
        if found:
            self._report("end", found[0].translate(UPPER))
        else:
            self._report("comment", text[tag : end + 1])
        return end + 1

    def _declaration(self, tag: int) -> int:
        text, place = self.rest, tag + 2
        if text.startswith("--", place):
            if self._short_comments:
                end = text.find(">", place + 2) + 1
            else:
                found = COMMENT_END.search(text, place + 2)
                end = found.end() if found else 0
            return self._comment(tag, end)
        if text.startswith("-", place) and place + 1 == len(text):
            return tag
        if text.startswith("[", place):
            if (behind := self._section_start(tag)) is not None:
                return behind
        elif (name := DECLARATION_NAME.match(text, place)) is not None:
            if name.end() == len(text):
                return tag
            if name[0].lower() in ("doctype", "entity"):
                return self._doctype(tag, name.end())
        return self._comment(tag, text.find(">", place) + 1)

    def _doctype(self, tag: int, place: int) -> int:
        text = self.rest
        while (word := DECLARATION_WORD.match(text, place)) is not None:
            place = word.end()
        place = behind_space(text, place)
        if text.startswith(">", place):
            self._report("declaration", text[tag : place + 1])
            return place + 1
        if text.startswith("-", place) and not text.startswith("--", place) and place + 1 < len(text):
            return self._comment(tag, text.find(">", place) + 1)
        return tag

    def _comment(self, tag: int, end: int) -> int:
        if end <= 0:
            return tag
        self._report("comment", self.rest[tag:end])
        return end

    def _section_start(self, tag: int) -> int | None:
        """`<![CDATA[` and kin."""
        text, names = self.rest, []
        place = behind_space(text, tag + 3)
        while name := SECTION_NAME.match(text, place):
            place = name.end()
            if place == len(text):
                return tag
            names.append(_SECTIONS.get(name[1].lower(), 0))
        if not text.startswith("[", place):
            return None
        self._end_pending()
        self._sections.append(max(self._section, *names) if names else max(self._section, _SECTIONS["include"]))
        self._count_sections()
        return place + 1

    def _end_pending(self) -> None:
        if self._pending:
            name, self._pending = self._pending, ""
            self._report("end", name)

    def _text(self, start: int, end: int) -> None:
        if self._section == _IGNORED:
            return
        text, wide = self.rest[start:end], self.wide
        if not self._cdata:
            text, wide = decoded(text, wide, prefixes=True)
        self.found.append(Event("text", text, {}, wide))

    def _report(self, kind: str, text: str, attributes: dict[str, str] | None = None) -> None:
        if kind != "comment":
            self._end_pending()
        if self._section != _IGNORED:
            self.found.append(Event(kind, text, attributes or {}))
