"""spam_fields: what is said of a message in its header, as SpamAssassin and bogofilter write it. It cannot fail."""

from collections.abc import Iterable, Iterator

from gatekeeper import __version__

FLAG, LEVEL, STATUS = b"X-Spam-Flag", b"X-Spam-Level", b"X-Spam-Status"
BOGOSITY = b"X-Bogosity"

_FOLD = 76
_MOST_STARS = 50

Fields = list[tuple[bytes, bytes]]
"""Names and values; a long value is folded with CRLF and a tab (RFC 5322 §2.2.3)."""


def spam_fields(*, spam: bool, score: float, required: float, names: Iterable[str], learnt: str = "no") -> Fields:
    """`X-Spam-Flag` for spam, a star for each full point, and `X-Spam-Status` with the names of what was found."""
    fields = [(FLAG, b"YES")] if spam else []
    if stars := min(int(max(score, 0)), _MOST_STARS):
        fields.append((LEVEL, b"*" * stars))
    words = [
        "Yes," if spam else "No,",
        f"score={score:.1f}",
        f"required={required:.1f}",
        *_tests(names),
        f"autolearn={learnt}",
        f"version=gatekeeper-{__version__}",
    ]
    return [*fields, (STATUS, folded(words, STATUS))]


def folded(words: Iterable[str], name: bytes) -> bytes:
    """The value of the field `name`, in as many lines as it takes."""
    return b"\r\n\t".join(" ".join(line).encode("ascii", "replace") for line in _lines(words, len(name) + 2))


def bogosity(tag: str, spamicity: float) -> bytes:
    """`Spam, tests=bogofilter, spamicity=0.998918, version=…`; `tag` is `Spam`, `Ham` or `Unsure`."""
    said = f"{tag}, tests=bogofilter, spamicity={spamicity:.6f}, version=gatekeeper-{__version__}"
    return said.encode("ascii", "replace")


def symbol(name: str) -> str:
    """A finding's name as SpamAssassin would write it: `DNSBL_LISTED`."""
    return name.upper().replace("-", "_")


def _tests(names: Iterable[str]) -> list[str]:
    tests = sorted(set(map(symbol, names)))
    if not tests:
        return ["tests=none"]
    return [f"{'tests=' if n == 0 else ''}{name}{',' if n < len(tests) - 1 else ''}" for n, name in enumerate(tests)]


def _lines(words: Iterable[str], used: int) -> Iterator[list[str]]:
    """Words packed into lines of at most 76 characters, the first of which has `used` taken."""
    line: list[str] = []
    for word in words:
        if line and used + len(word) + 1 > _FOLD:
            yield line
            line, used = [], 8
        line.append(word)
        used += len(word) + 1
    yield line
