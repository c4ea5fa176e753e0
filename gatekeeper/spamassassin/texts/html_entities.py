"""html_entities: character references as Perl's HTML::Parser replaces them: those of HTML 4 alone. Never raises."""

from html.entities import name2codepoint

from gatekeeper.spamassassin.texts.html_patterns import ENTITY

_BARE = {name: chr(code) for name, code in name2codepoint.items() if code < 256} | {"apos": "'"}
"""Those that need no semicolon."""

_ENDED = {name: chr(code) for name, code in name2codepoint.items() if code > 255}
_LONGEST = max(map(len, _BARE))
_LAST = 0x10FFFF


def decoded(text: str, wide: bool, prefixes: bool) -> tuple[str, bool]:
    """The text, and whether it is characters now. `prefixes`: `&copy2026` is a © with digits behind it."""
    if "&" not in text:
        return text, wide
    parts: list[str] = []
    place, high = 0, 0
    for found in ENTITY.finditer(text):
        replacement = _by_number(found[1]) if found[1] is not None else _by_name(found[2], found[3], prefixes)
        if replacement is None or not replacement[0]:
            high = 0 if found[1] is None else high
            continue
        character, rest = replacement
        parts.append(text[place : found.start()])
        place = found.end() if not rest else found.end() - len(rest) - len(found[3])
        code = ord(character)
        if high and 0xDC00 <= code < 0xE000:
            parts[-2:] = []
            character = chr((high - 0xD800 << 10) + (code - 0xDC00) + 0x10000)
        high = code if 0xD800 <= code < 0xDC00 and text.startswith("&", place) else 0
        parts.append(_character(character))
        wide = wide or code > 255
    parts.append(text[place:])
    return "".join(parts), wide


def _by_number(digits: str) -> tuple[str, str] | None:
    hexadecimal = digits[:1] in ("x", "X")
    number = (digits[1:] if hexadecimal else digits).lstrip("0")
    if not number or len(number) > 7:
        return None
    code = int(number, 16 if hexadecimal else 10)
    if code > _LAST or code in (0xFFFE, 0xFFFF):
        return None
    return chr(code), ""


def _by_name(name: str, semicolon: str, prefixes: bool) -> tuple[str, str] | None:
    """The character, and what of the name is none of it."""
    if character := _BARE.get(name) or (semicolon and _ENDED.get(name)):
        return character, ""
    for length in range(min(len(name) - 1, _LONGEST), 0, -1) if prefixes else ():
        if character := _BARE.get(name[:length]):
            return character, name[length:]
    return None


def _character(character: str) -> str:
    """U+FFFD for what is no character."""
    code = ord(character)
    if 0xD800 <= code < 0xE000 or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return character
