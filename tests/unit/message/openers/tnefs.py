"""Makes winmail.dat files for tests ([MS-OXTNEF])."""

from struct import pack

BODY, CODEPAGE, MESSAGE_PROPERTIES = 0x0002800C, 0x00069007, 0x00069003
RENDDATA, TITLE, DATA, ATTACHMENT_PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
OBJECT, STRING8, UNICODE, BINARY = 0x0D, 0x1E, 0x1F, 0x102


def tnef(*attributes: bytes) -> bytes:
    return pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attribute(identifier: int, data: bytes, level: int = 0, checksum: int | None = None) -> bytes:
    """At the level where it belongs unless said otherwise, with the right checksum unless said otherwise."""
    home = 2 if identifier in (RENDDATA, TITLE, DATA, ATTACHMENT_PROPERTIES) else 1
    right = sum(data) & 0xFFFF if checksum is None else checksum
    return pack("<BII", level or home, identifier, len(data)) + data + pack("<H", right)


def attachment(name: bytes, data: bytes) -> bytes:
    return attribute(RENDDATA, bytes(14)) + attribute(TITLE, name + b"\0") + attribute(DATA, data)


def properties(*encoded: bytes) -> bytes:
    return pack("<I", len(encoded)) + b"".join(encoded)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def prop(identifier: int, kind: int, *values: bytes, name: bytes = b"") -> bytes:
    """A property of variable length; `name` stands before it for a named one."""
    body = b"".join(pack("<I", len(value)) + padded(value) for value in values)
    return pack("<HH", kind, identifier) + name + pack("<I", len(values)) + body


def number(identifier: int, value: int) -> bytes:
    return pack("<HHI", 3, identifier, value)


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")
