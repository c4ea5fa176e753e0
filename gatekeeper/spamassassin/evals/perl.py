r"""perl: numbers, patterns and white space as Perl has them, over octets, in linear time.

`fixed` compiles a pattern of ours; one that RE2 does not take as it stands fails when the module is imported. What a
rule or a message brings never fails: a pattern that cannot be run matches nothing.
"""

import operator
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from ipaddress import IPv6Address
from typing import TypeAlias

import re2

from gatekeeper.spamassassin.perl import compiled, perl
from gatekeeper.tables.matcher import Budget, ExhaustedError, Matcher, PatternError
from gatekeeper.tables.pcre import pcre

SPACE = b" \t\n\r\f\v"
"""What `\\s` is among octets."""

_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 21

Pattern: TypeAlias = re2._Regexp


def fixed(pattern: str, flags: str = "") -> Pattern:
    """A pattern of ours, written as Perl has it; `flags` of `i m s x`. A `$` is the very end of the text."""
    expression = pcre(pattern, flags)
    if expression.exact:
        raise PatternError("a fixed pattern is to be linear")
    return re2.compile(expression.re2.encode("latin-1"), _OPTIONS)


ADDRESS_V4 = r"(?:(?:1\d\d|2[0-4]\d|25[0-5]|[1-9]\d|\d)\.){3}(?:1\d\d|2[0-4]\d|25[0-5]|[1-9]\d|\d)"
ADDRESS = rf"(?:{ADDRESS_V4}|(?:IPv6:)?[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f:.]{{1,42}})"
"""An address within a longer pattern."""

_HOLDS_V4 = fixed(rf"(?:^|[^\w:]){ADDRESS_V4}\b")
_MAYBE_V6 = fixed(r"(?:IPv6:|^|[^A-Fa-f0-9:])([0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,38}(?:\.\d{1,3}){0,3})", "i")
_IS_V4 = fixed(rf"^{ADDRESS_V4}$")
_IS_PRIVATE = fixed(
    r"^(?:10|127|169\.254|172\.(?:1[6-9]|2[0-9]|3[01])|192\.168|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\."
)
_NOWHERE = IPv6Address("::")
_NUMBER = fixed(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)")


def holds_address(text: bytes) -> bool:
    """Whether an IP address stands anywhere in `text`."""
    return _HOLDS_V4.search(text) is not None or any(_is_v6(found[1]) for found in _MAYBE_V6.finditer(text))


def _is_v6(text: bytes) -> bool:
    try:
        return IPv6Address(text.decode("ascii")) != _NOWHERE
    except ValueError:
        return False


def is_ipv4(text: bytes) -> bool:
    """Whether `text` is an IPv4 address."""
    return _IS_V4.search(text) is not None


def is_private(text: bytes) -> bool:
    """Whether `text` is an IPv4 address of a network that is not routed."""
    return _IS_PRIVATE.search(text) is not None


def flat(text: bytes) -> bytes:
    """`text` with one blank for each run of white space."""
    words = b" ".join(text.split())
    start, end = text[:1].isspace(), text[-1:].isspace() and bool(words)
    return b" " * start + words + b" " * end


@lru_cache(maxsize=4096)
def number(text: str) -> float:
    """What Perl makes of an argument where it wants a number: what it begins with, or 0; `inf` is what it says."""
    if text.strip().lower() in ("inf", "infinity", "+inf"):
        return float("inf")
    found = _NUMBER.search(text.encode("latin-1", "replace"))
    return float(found[1]) if found else 0.0


def within(value: float, least: str, most: str) -> bool:
    """Whether `value` is at least `least` and below `most`, either of which may be `undef`."""
    return (least == "undef" or value >= number(least)) and (most == "undef" or value < number(most))


def literal(text: bytes) -> str:
    r"""`text` within a pattern, as `\Q…\E` has it."""
    return "".join(rf"\x{octet:02x}" for octet in text)


_WORD_OCTETS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def ends_of(wanted: bytes, text: bytes) -> Iterator[int]:
    r"""Where `wanted`, which is not empty, ends in `text`, each time that it begins at a `\b`."""
    at = text.find(wanted)
    while at >= 0:
        if _boundary(text, at):
            yield at + len(wanted)
        at = text.find(wanted, at + 1)


def stands_in(wanted: bytes, text: bytes) -> bool:
    r"""Whether `wanted`, which is not empty, stands in `text` with `\b` at both of its ends."""
    return any(_boundary(text, end) for end in ends_of(wanted, text))


def _boundary(text: bytes, at: int) -> bool:
    before, behind = (0 <= place < len(text) and text[place] in _WORD_OCTETS for place in (at - 1, at))
    return before != behind


@lru_cache(maxsize=512)
def _matcher(pattern: str) -> Matcher | None:
    for read in (perl, partial(compiled, flags="")):
        try:
            return Matcher(read(pattern))
        except (PatternError, UnicodeError):
            continue
    return None


def matches(pattern: str, text: bytes, budget: Budget) -> bool:
    """Whether a pattern that a rule brings as an argument matches, with delimiters or without; not, if it cannot be run
    or time runs out.
    """
    matcher = _matcher(pattern)
    try:
        return matcher is not None and matcher.search(text, budget) is not None
    except ExhaustedError:
        return False


def octets(text: str) -> bytes:
    """`text` in UTF-8, whatever stands in it."""
    return text.encode("utf-8", "surrogatepass")


def words(text: str) -> list[str]:
    r"""`text` split where `\s+` is, as Perl has it for characters: without U+001C to U+001F, which Python adds."""
    if not any(separator in text for separator in _SEPARATORS):
        return text.split()
    return [word.translate(_BACK) for word in text.translate(str.maketrans(_SEPARATORS, _MARKS)).split()]


_SEPARATORS = "\x1c\x1d\x1e\x1f"
_MARKS = "\U000f0000\U000f0001\U000f0002\U000f0003"
_BACK = str.maketrans(_MARKS, _SEPARATORS)


_CONDITION = fixed(r"^\s*(<=|>=|==|!=|<|>)\s*([+-]?\s*\d+)\s*$")
_COMPARED: dict[bytes, Callable[[float, float], bool]] = {
    b"<": operator.lt,
    b">": operator.gt,
    b"<=": operator.le,
    b">=": operator.ge,
    b"==": operator.eq,
    b"!=": operator.ne,
}


def compared(value: float, condition: str) -> bool:
    """Whether `value` meets a condition like `> 3`; not, if it is none."""
    found = _CONDITION.search(condition.encode("latin-1", "replace"))
    return found is not None and _COMPARED[found[1]](value, int(found[2].replace(b" ", b"")[:16]))
