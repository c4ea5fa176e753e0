"""script: what a script does, by the words in it, and the files that it carries as text. It cannot fail.

Nothing is run. Strings that are put together or written in numbers are read as what they become.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from itertools import chain, islice
from urllib.parse import unquote_to_bytes

from gatekeeper.message.active.patterns import (
    BASE64,
    ESCAPE,
    FILE_NAME,
    HEX,
    JOINT,
    LITERAL,
    NUMBERS,
    OBFUSCATED_NAME,
    PERCENT,
    SAVED_NAME,
)

_SAVES = (b"createObjectURL", b"msSaveOrOpenBlob", b"msSaveBlob", b"showSaveFilePicker")
_HOLDS = (b"Blob(", b"new Blob", b"new File(", b"data:")
_DECODES = (
    b"atob",
    b"unescape",
    b"decodeURI",
    b"fromCharCode",
    b"Uint8Array",
    b"charCodeAt",
    b"fromBase64",
    b"parseInt",
)
_RUNS = (b"eval(", b"document.write", b"Function(", b"execScript", b"innerHTML", b"insertAdjacentHTML", b"srcdoc")
_STARTS = (b"activexobject(", b"createobject(", b"wscript.shell", b"shell.application", b"getobject(")
_LEADS = (
    b"location.replace(",
    b"location.assign(",
    b"location.href",
    b"window.location",
    b"document.location",
    b".click(",
)
_PACKER = b"function(p,a,c,k,e"
_LONG = 200  # letters of a literal that is content rather than text
_MANY_NAMES = 10
_MANY_ESCAPES = 100
_MOST_LITERALS = 1000
_GAP = 40  # bytes between two pieces of one content
_MOST_NAMES = 10
_LAYERS = 3
_FEW_PERCENTS = 8


class Script:
    """All the script of one page, ready to be asked."""

    def __init__(self, code: bytes) -> None:
        self.escapes = code.count(b"\\x") + code.count(b"\\u00")
        self.code = _plain(code)
        self.literals = list(_literals(self.code))
        self.numbers = [found[1] for found in islice(NUMBERS.finditer(self.code), _MOST_LITERALS)]

    def saves(self) -> bool:
        """Whether it makes a file and hands it to whoever looks at the page."""
        made = self._has(_HOLDS) or self._has(_DECODES)
        return made and (self._has(_SAVES) or b"download" in self.code)

    def is_obfuscated(self) -> bool:
        """Whether it hides what it runs."""
        runs = self._has(_RUNS)
        content = self.numbers or any(len(literal) >= _LONG for literal in self.literals)
        names = sum(1 for _ in islice(OBFUSCATED_NAME.finditer(self.code), _MANY_NAMES))
        hidden = names == _MANY_NAMES or (self.escapes >= _MANY_ESCAPES and runs) or _PACKER in self.code
        return hidden or bool(runs and content and self._has(_DECODES))

    def leads_away(self) -> bool:
        """Whether it opens another page by itself."""
        return self._has(_LEADS)

    def starts_programs(self) -> bool:
        """Whether it reaches for what only scripts outside a browser have."""
        lower = self.code.lower()
        return any(word in lower for word in _STARTS)

    def names(self) -> tuple[str, ...]:
        """The names that it may give to a file."""
        said = chain(SAVED_NAME.finditer(self.code), FILE_NAME.finditer(self.code))
        return tuple(dict.fromkeys(found[1].decode("utf-8", "replace") for found in islice(said, 100)))[:_MOST_NAMES]

    def contents(self) -> Iterator[bytes]:
        """What its literals become when decoded, each layer of it."""
        turned = [literal[::-1] for literal in self.literals] if b"reverse" in self.code else []
        for literal in (*self.literals, *turned):
            for _ in range(_LAYERS):
                literal = decoded(literal)
                if not literal:
                    break
                yield literal
        for numbers in self.numbers:
            values = [int(number, 0 if b"x" in number else 10) for number in numbers.replace(b",", b" ").split()]
            if max(values) < 256:
                yield bytes(values)

    def _has(self, words: tuple[bytes, ...]) -> bool:
        return any(word in self.code for word in words)


def decoded(literal: bytes) -> bytes:
    """What a literal in hexadecimal, base64 or percent signs stands for; nothing for any other."""
    text = b"".join(literal.split())
    if HEX.fullmatch(text) and len(text) % 2 == 0:
        return bytes.fromhex(text.decode().removeprefix("0x"))
    if BASE64.fullmatch(text):
        return base64(text)
    if len(PERCENT.findall(literal[: 100 * _LONG])) >= _FEW_PERCENTS:
        return unquote_to_bytes(PERCENT.sub(rb"%\1", literal))
    return b""


def base64(text: bytes) -> bytes:
    """What base64 of either alphabet stands for, padded or not."""
    plain = text.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        return b64decode(plain + b"=" * (-len(plain) % 4))
    except Error:
        return b""


def _plain(code: bytes) -> bytes:
    """With what is written in numbers or in pieces put together."""
    if b"\\" in code:
        code = code.replace(b"\\\r\n", b"").replace(b"\\\n", b"").replace(b"\\/", b"/").replace(b"\\n", b" ")
        code = ESCAPE.sub(lambda found: bytes((int(found[found.lastindex or 0], 16),)), code)
    return JOINT.sub(b"", code)


def _literals(code: bytes) -> Iterator[bytes]:
    """The long strings; pieces of base64 that follow closely, in a list or added one by one, are given as one too."""
    pieces: list[bytes] = []
    end = 0
    for found in islice(LITERAL.finditer(code), _MOST_LITERALS):
        literal = next(group for group in found.groups() if group is not None)
        if found.start() - end > _GAP or not BASE64.fullmatch(literal):
            yield from _joined(pieces)
            pieces = []
        pieces.append(literal)
        end = found.end()
        yield literal
    yield from _joined(pieces)


def _joined(pieces: list[bytes]) -> Iterator[bytes]:
    if len(pieces) > 1:
        yield b"".join(pieces)
