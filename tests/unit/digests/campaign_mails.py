"""Waves of one campaign, and mail that has nothing to do with it."""

from base64 import encodebytes
from collections.abc import Iterable
from random import Random

WORDS = [f"{a}{b}{c}{d}" for a in "bdgmt" for b in "aeo" for c in "lnr" for d in ("do", "ma", "ti", "sk")]


def text(seed: int, length: int = 120) -> str:
    return " ".join(Random(seed).choices(WORDS, k=length))


def wave(seed: int, number: int, changed: int = 20, length: int = 120) -> str:
    """The text again, another name and link in it, and every so many words another one."""
    words, random = text(seed, length).split(), Random(seed * 1000 + number)
    for place in range(random.randrange(1, changed), len(words), changed) if number else ():
        words[place] = random.choice(WORDS)
    return f"Dear customer {number}{seed},\r\n{' '.join(words)}\r\nhttp://a{number}.example/x?id={random.random()}\r\n"


def mail(body: str, sender: str = "ann@example.net") -> bytes:
    header = f"From: {sender}\r\nSubject: an offer\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return header.encode() + body.encode()


def with_file(data: bytes, name: str = "invoice.doc", body: str = "see the file\r\n") -> bytes:
    """The file in base64, after a line of text."""
    return with_files([data], name, body)


def with_files(files: Iterable[bytes], name: str = "invoice.doc", body: str = "see the files\r\n") -> bytes:
    """All by the same name."""
    head = (
        b'From: a@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    each = f'--b\r\nContent-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    said = b"--b\r\nContent-Type: text/plain\r\n\r\n" + body.encode() + b"\r\n"
    encoded = b"".join(each.encode() + encodebytes(data).replace(b"\n", b"\r\n") for data in files)
    return head + said + encoded + b"--b--\r\n"


def script(seed: int) -> bytes:
    """A JavaScript of some 4 KB."""
    lines = (f"var {text(seed * 1000 + n, 2).replace(' ', '_')} = '{text(seed * 77 + n, 3)}';" for n in range(100))
    return ("<script>\n" + "\n".join(lines)).encode()


_CODE = (b"\x55\x8b\xec\x83", b"\xff\x75\x08\xe8", b"\x33\xc0\x5d\xc3")


def program(seed: int, changed: int = 0) -> bytes:
    """What begins as a program does: 32 KB, of which `changed` octets are others."""
    random = Random(seed)
    head = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"
    code = bytearray(head + b"".join(random.choice((*_CODE, random.randbytes(4))) for _ in range(8000)))
    for _ in range(changed):
        code[random.randrange(100, len(code))] = random.randrange(256)
    return bytes(code)
