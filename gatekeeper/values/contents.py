"""contents: what was found inside an archive or a document, as a tree of values. It cannot fail."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something worth knowing about a thing: a stable name (`archive.encrypted`), and for people what it was."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing, and what is in it.

    `path` leads to it from the part that was opened: "" is the part itself, `zip:a.doc/doc:Macros` a stream in a
    document in an archive. `names` are all names that some reader would give it, `kind` is what its bytes are
    (`message.kinds`), `size` how many were seen, `links` where it points to, `types` the media types it is
    declared to be, where its container says. `data` are its bytes, as far as they
    are kept.
    """

    path: str
    names: tuple[str, ...]
    kind: str
    size: int
    sha256: str
    anomalies: tuple[Anomaly, ...] = ()
    links: tuple[str, ...] = ()
    items: tuple["Item", ...] = ()
    types: tuple[str, ...] = ()
    data: bytes = field(default=b"", repr=False, compare=False)

    def walk(self) -> Iterator["Item"]:
        """It and all below it, in the order of the tree."""
        stack = [self]
        while stack:
            item = stack.pop()
            yield item
            stack.extend(reversed(item.items))

    def without_data(self) -> "Item":
        """The same, and nothing below it keeps bytes."""
        return replace(self, data=b"", items=tuple(item.without_data() for item in self.items))
