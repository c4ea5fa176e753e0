"""parts: the MIME parts of a message in the order in which SpamAssassin goes through them.

What a tree holds is bounded by whoever parsed it; nothing here recurses.
"""

from collections.abc import Iterator

from gatekeeper.spamassassin.evals.contract import Case, Part, once
from gatekeeper.spamassassin.evals.perl import fixed

_SET = fixed(r"""\bcharset\s*=\s*["']?(.*?)["']?(?:;|\n?$)""", "i")
_NAME = fixed(r"""\b(?:file)?name\s*=\s*["']?(.*?)["']?(?:;|\n?$)""", "i")
_NAME_SECTION = fixed(r"""\b(?:file)?name\*(\d+)\s*=\s*["']?(.*?)["']?(?:;|\n?$)""", "i")
_WHOLE_TYPE = fixed(r"^([^/]+(?:/[^/\s]*)?)")
_TEXT = fixed(r"^text\b")
_NO_TOKEN = bytes({*range(0x21), *range(0x7F, 0x100), *b'"(),:;<=>?@[\\]'})


def descendants(top: Part) -> Iterator[Part]:
    """`top`, and all below it."""
    stack = [top]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(part.parts or ()))


@once
def parts(case: Case) -> tuple[Part, ...]:
    """All parts."""
    return tuple(descendants(case.texts.tree.root))


@once
def leaves(case: Case) -> tuple[Part, ...]:
    """The parts that hold no others."""
    return tuple(part for part in parts(case) if part.parts is None)


def summary(root: Part) -> list[str]:
    """The type of the message, and for each of its parts the types of all in it."""
    return [root.kind, *(",".join(part.kind for part in descendants(child)) for child in root.parts or ())]


def declared(part: Part) -> tuple[str, str | None]:
    """The type and character set that Content-Type names; all text but HTML, vCards and calendars is `text/plain`."""
    value = part.headers.last(b"content-type") or b"text/plain; charset=us-ascii"
    charset = _SET.search(value)
    kind = _WHOLE_TYPE.search(value.lstrip().partition(b";")[0])
    name = kind[1].lower() if kind else b""
    if not name or (_TEXT.search(name) and name not in (b"text/x-vcard", b"text/calendar", b"text/html")):
        name = b"text/plain"
    return name.translate(None, _NO_TOKEN).decode(), charset[1].decode("latin-1") if charset else None


def encoding(part: Part) -> bytes:
    """Content-Transfer-Encoding in lower case."""
    return part.headers.last(b"content-transfer-encoding").lower()


def disposition(part: Part) -> bytes:
    """Content-Disposition in lower case."""
    return part.headers.last(b"content-disposition").lower()


def name_of(part: Part) -> bytes:
    """The name that Content-Type gives, in one piece or in sections (RFC 2231 §3)."""
    value = part.headers.last(b"content-type")
    plain = _NAME.search(value)
    if plain and plain[1]:
        return bytes(plain[1])
    sections = {int(found[1][:9]): found[2] for found in _NAME_SECTION.finditer(value)}
    return b"".join(sections[number] for number in sorted(sections)) if 0 in sections else b""
