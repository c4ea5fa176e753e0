"""chunks: long texts in the pieces in which rules see them, and not all of a very long one. All linear."""

from typing import AnyStr

_LINE = 2048
"""The longest line of `body` and the shortest chunk of `rawbody` but for its last, in octets."""

_SLACK = 1024
"""How far behind the limit a good place to cut may be."""


def cut(text: AnyStr, limit: int, marks: tuple[AnyStr, ...]) -> AnyStr:
    """The first `limit` of it and up to 1,024 more, to behind the first of `marks` that is there; 0 is no limit."""
    if not limit or len(text) <= limit:
        return text
    for mark in marks:
        place = text.find(mark, limit, limit + _SLACK + 1)
        if place >= 0:
            return text[: place + 1]
    return text[:limit]


def short_lines(text: bytes) -> list[bytes]:
    """Each line; a longer one cut at its spaces."""
    lines: list[bytes] = []
    for line in lines_of(text):
        start = 0
        while len(line) - start > _LINE:
            end = line.rfind(b" ", start, start + _LINE + 1) + 1 or start + _LINE
            lines.append(line[start:end])
            start = end
        lines.append(line[start:])
    return lines


def lines_of(text: bytes) -> list[bytes]:
    """Each line with its line feed, which alone ends it."""
    if b"\r" not in text:
        return text.splitlines(keepends=True)
    lines = [line + b"\n" for line in text.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def long_chunks(text: bytes) -> list[bytes]:
    """Chunks of 2 to 4 KiB, cut behind a line end, a tag or a space if there is one."""
    if len(text) <= _LINE:
        return [text]
    chunks = []
    start = 0
    while len(text) - start > 2 * _LINE:
        end = _chunk_end(text, start)
        chunks.append(text[start : end + 1])
        start = end + 1
    if start < len(text):
        chunks.append(text[start:])
    return chunks


def _chunk_end(text: bytes, start: int) -> int:
    for mark in (b"\n", b">", b" "):
        place = text.find(mark, start + _LINE, start + 2 * _LINE)
        if place >= 0:
            return place
    return start + _LINE
