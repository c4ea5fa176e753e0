"""body: the text of a message in paragraphs, its HTML rendered.

A text is octets as long as nothing in it is beyond Latin-1, as with SpamAssassin, and UTF-8 from then on. Never raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.spamassassin.texts.charsets import characters
from gatekeeper.spamassassin.texts.chunks import cut, short_lines
from gatekeeper.spamassassin.texts.node import Node
from gatekeeper.spamassassin.texts.page import Page, page_of
from gatekeeper.spamassassin.texts.patterns import PARAGRAPHS, WHITE, WIDE_PARAGRAPHS, WIDE_WHITE

Text = tuple[str, bool]
"""A text, and whether it is characters and not octets."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """One part as text: all of it, what can be seen of it, and what cannot. `html` is there for a page."""

    whole: Text
    visible: Text
    invisible: Text
    html: Page | None = None

    @property
    def text(self) -> str:
        """All of it, octets as Latin-1."""
        return self.whole[0]


def rendering_of(node: Node) -> Rendering | None:
    """None for a part that is no text."""
    if node.effective_kind not in ("text/plain", "text/html"):
        return None
    octets = node.data()
    data = characters(octets, node.declared_charset)
    text = (data, True) if isinstance(data, str) else (data.decode("latin-1"), False)
    if node.effective_kind == "text/plain" or not octets:
        return Rendering(text, text, ("", False))
    page = page_of(*text, len(octets))
    return Rendering(page.text(), page.text(hidden=False), page.text(hidden=True), page)


def body_lines(subject: bytes, renderings: Iterable[Rendering | None], which: str, limit: int) -> list[bytes]:
    """The subject and each paragraph, without lines over 2 KiB; nothing for a message without parts."""
    wide, empty = False, True
    pieces: list[str] = []
    for rendering in renderings:
        empty = False
        if pieces:
            pieces.append("\n")
        if rendering is not None:
            text, is_wide = getattr(rendering, which)
            if piece := cut(text, limit, ("\n", " ")):
                pieces.append(piece)
            wide = wide or is_wide
    return [] if empty else short_lines(subject + _paragraphs("".join(pieces), wide))


def _paragraphs(text: str, wide: bool) -> bytes:
    """One line each; a NUL ends one too."""
    text = (WIDE_PARAGRAPHS if wide else PARAGRAPHS).sub("\0", text)
    text = (WIDE_WHITE if wide else WHITE).sub(" ", text).replace("\0", "\n")
    return text.encode("utf-8", "replace") if wide else text.encode("latin-1", "replace")
