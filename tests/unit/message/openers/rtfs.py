"""Compressed RTF for tests ([MS-OXRTFCP])."""

from struct import pack


def compressed(content: bytes, kind: bytes = b"LZFu", size: int = 7) -> bytes:
    return pack("<II4sI", len(content) + 12, size, kind, 0) + content


LITERAL_RTF = compressed(b"\x00{\\rtf1 }")
