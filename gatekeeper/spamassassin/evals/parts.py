"""parts: the MIME parts of a message in the order in which SpamAssassin goes through them.

What a tree holds is bounded by whoever parsed it; nothing here recurses.
"""

from collections.abc import Iterator

from gatekeeper.spamassassin.evals.contract import Case, Part, once
from gatekeeper.spamassassin.texts.content_type import ContentType, content_type


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


def declared(part: Part) -> ContentType:
    """What Content-Type says: of all text but HTML, vCards and calendars that it is `text/plain`."""
    return content_type(part.headers.decoded(b"content-type"))


def encoding(part: Part) -> bytes:
    """Content-Transfer-Encoding in lower case."""
    return part.headers.last(b"content-transfer-encoding").lower()


def disposition(part: Part) -> bytes:
    """Content-Disposition in lower case."""
    return part.headers.last(b"content-disposition").lower()
