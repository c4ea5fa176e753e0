"""markup: a page in bytes → the text that bogofilter reads in it.

Comments and tags go, and what stood around them becomes one word, unless the tag begins a block. Of links, images and
fonts the attributes are kept, of any tag a host in numbers. Named entities stay words (`nbsp`), as do scripts and
styles. Never raises.
"""

from re import Match
from urllib.parse import unquote_to_bytes

from gatekeeper.classifier.patterns import BREAK, CHARACTER, COMMENT, NUMBERED_HOST, TAG, TELLING


def read_markup(page: bytes) -> bytes:
    """What is left of a page, the attributes last."""
    page = COMMENT.sub(b"", page)
    attributes = unquote_to_bytes(b" ".join((*TELLING.findall(page), *NUMBERED_HOST.findall(page))))
    text = TAG.sub(b"", BREAK.sub(b" ", page)) + b" " + attributes
    return CHARACTER.sub(_character, text) if b"&#" in text else text


def _character(reference: Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return bytes((code,)) if 0 < code < 128 else b" "
