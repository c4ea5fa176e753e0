"""node: one part of a message as SpamAssassin knows it: its fields, its type, its decoded body."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gatekeeper.spamassassin.texts.encodings import from_base64, from_quoted_printable
from gatekeeper.spamassassin.texts.headers import Headers
from gatekeeper.spamassassin.texts.patterns import DISPOSITION_NAME, HTML_NAME, TEXT_OR_MESSAGE


@dataclass(slots=True, eq=False)
class Node:
    """`parts` is None for a leaf. `kind` is its type in lower case; `charset` and `name` are as declared."""

    headers: Headers = field(default_factory=Headers)
    kind: str = ""
    charset: bytes | None = None
    name: bytes | None = None
    lines: list[bytes] = field(default_factory=list)
    parts: "list[Node] | None" = None
    _data: bytes | None = None

    def walk(self) -> Iterator["Node"]:
        """It and all below it, in the order of the text."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.parts or ()))

    def data(self) -> bytes:
        """The body without its transfer encoding, with bare line feeds if it was encoded."""
        if self._data is None:
            raw = b"".join(self.lines)
            encoding = self.headers.last(b"content-transfer-encoding").lower()
            if encoding == b"quoted-printable":
                raw = from_quoted_printable(raw).replace(b"\r\n", b"\n")
            elif encoding == b"base64":
                raw = from_base64(raw)
                if TEXT_OR_MESSAGE.match(self.kind):
                    raw = raw.replace(b"\r\n", b"\n")
            self._data = raw
        return self._data

    def disposition_name(self) -> bytes | None:
        """The name in Content-Disposition."""
        found = DISPOSITION_NAME.search(self.headers.last(b"content-disposition"))
        return found[1] if found else None

    @property
    def effective_kind(self) -> str:
        """The type, or text/html by the ending of its name."""
        return "text/html" if self.name and HTML_NAME.search(self.name) else self.kind

    @property
    def declared_charset(self) -> str:
        """The charset; ASCII if there is none."""
        return "us-ascii" if self.charset is None else self.charset.decode("latin-1")
