"""body: the text of a message in paragraphs, its HTML rendered.

A text is octets as long as nothing in it is beyond Latin-1, as with SpamAssassin, and UTF-8 from then on. Never raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.spamassassin.texts.charsets import characters
from gatekeeper.spamassassin.texts.chunks import cut, short_lines
from gatekeeper.spamassassin.texts.node import Node
from gatekeeper.spamassassin.texts.patterns import PARAGRAPHS, WHITE, WIDE_PARAGRAPHS, WIDE_WHITE


@dataclass(frozen=True, slots=True)
class Rendering:
    """One part as text; `wide` says that it is characters and not octets."""

    text: str
    visible: str
    invisible: str
    wide: bool

    @classmethod
    def of(cls, node: Node) -> "Rendering | None":
        """None for a part that is no text."""
        if node.effective_kind != "text/plain":
            return None
        data = characters(node.data(), node.declared_charset)
        text, wide = (data, True) if isinstance(data, str) else (data.decode("latin-1"), False)
        return cls(text, text, "", wide)


def body_lines(subject: bytes, renderings: Iterable[Rendering | None], which: str, limit: int) -> list[bytes]:
    """The subject and each paragraph, without lines over 2 KiB; nothing for a message without parts."""
    wide, empty = False, True
    pieces: list[str] = []
    for rendering in renderings:
        empty = False
        if pieces:
            pieces.append("\n")
        if rendering is not None:
            piece = cut(getattr(rendering, which), limit, ("\n", " "))
            if piece:
                pieces.append(piece)
            wide = wide or rendering.wide
    if empty:
        return []
    return short_lines(subject + _paragraphs("".join(pieces), wide))


def _paragraphs(text: str, wide: bool) -> bytes:
    """One line each; a NUL ends one too."""
    text = (WIDE_PARAGRAPHS if wide else PARAGRAPHS).sub("\0", text)
    text = (WIDE_WHITE if wide else WHITE).sub(" ", text).replace("\0", "\n")
    return text.encode("utf-8", "replace") if wide else text.encode("latin-1", "replace")
