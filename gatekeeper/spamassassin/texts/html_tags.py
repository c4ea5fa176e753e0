"""html_tags: one tag of a page with its attributes, as Perl's HTML::Parser reads it. Never raises."""

from gatekeeper.spamassassin.texts.html_entities import decoded
from gatekeeper.spamassassin.texts.html_patterns import ATTRIBUTE, COMMON_ATTRIBUTE, QUOTES, SPACE, TAG_NAME, VALUE

UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""Letters that count without case: those of ASCII alone."""


def tag_at(text: str, place: int, wide: bool) -> tuple[str, dict[str, str], int] | None:
    """The name in lower case, the attributes and the end of the tag at `place`; None if it does not end. An attribute
    without a value is its own; of two of a name the first counts.
    """
    found = TAG_NAME.match(text, place + 1)
    assert found is not None
    place = behind_space(text, found.end())
    attributes: dict[str, str] = {}
    while place < len(text) and text[place] != ">":
        common = COMMON_ATTRIBUTE.match(text, place)
        if common is not None and common.end() < len(text):
            place = common.end()
            value = common[common.lastindex or 0]
            value = decoded(value, wide, prefixes=False)[0] if "&" in value else value
            attributes.setdefault(common[1].translate(UPPER), value)
            continue
        read = ATTRIBUTE.match(text, place)
        if read is None or read.end() == len(text):
            return None
        name, has_value, place = read[1], read[2], read.end()
        value = name
        if has_value:
            value = ""
            if text[place] != ">":
                said = VALUE.match(text, place)
                if said is None or said.end() == len(text):
                    return None
                place, value = said.end(), said[1]
                value = decoded(value[1:-1] if value[0] in "\"'" else value, wide, prefixes=False)[0]
        attributes.setdefault(name.translate(UPPER), value)
    return (found[0].translate(UPPER), attributes, place + 1) if place < len(text) else None


def behind_space(text: str, place: int) -> int:
    found = SPACE.match(text, place)
    return found.end() if found else place


def behind_quotes(text: str, place: int) -> int:
    """The first `>` that stands in no quotes; a quote counts behind a space or `=` alone. -1 if there is none."""
    before, quote = " ", ""
    while found := QUOTES.search(text, place):
        mark, place = found[0], found.end()
        before = text[found.start() - 1] if found.start() > 0 else " "
        if mark == ">":
            if not quote:
                return found.start()
        elif mark == quote:
            quote = ""
        elif not quote and before in (" ", "="):
            quote = mark
    return -1
