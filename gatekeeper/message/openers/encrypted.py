"""encrypted: Office documents that are encrypted with a password everybody knows.

Excel and PowerPoint open such a file without asking, which is why worms use them. msoffcrypto-tool does the work. It
may raise anything; without the password there is nothing to read, which is no error.
"""

from io import BytesIO
from types import SimpleNamespace

from gatekeeper.message.openers.document_patterns import SPIN_COUNT

_PASSWORDS = ("VelvetSweatshop", "/01Hannes Ruescher/01")  # [MS-OFFCRYPTO] 2.1.1: Excel's; PowerPoint's
_LARGEST = 10_000_000
"""Bytes of a file that is decrypted: the library makes a list of numbers of an old one."""

_SLOWEST = 200_000
"""Rounds of hashing for one password. Office writes 100,000; a hostile file may say anything."""


def decrypted(data: bytes, descriptor: bytes = b"") -> bytes | None:
    """The plain document, or None: another password, too large, too slow, or not understood.

    `descriptor` is its EncryptionInfo stream, which the library reads with a parser that expands entities: there must
    be none in it.
    """
    import msoffcrypto
    from msoffcrypto.format import doc97, ppt97, xls97

    for module in (doc97, ppt97, xls97):
        module.tempfile = SimpleNamespace(TemporaryFile=BytesIO)  # the process that this runs in opens no files
    text = descriptor.replace(b"\0", b"")
    spins = (int(hit[1]) for hit in SPIN_COUNT.finditer(text))
    if len(data) > _LARGEST or b"<!" in text or any(count > _SLOWEST for count in spins):
        return None
    for password in _PASSWORDS:
        try:
            document = msoffcrypto.OfficeFile(BytesIO(data))
            document.load_key(password=password)
            plain = BytesIO()
            document.decrypt(plain)
        except Exception:  # noqa: S112 - each password fails in a way of its own
            continue
        return plain.getvalue()
    return None
