"""milter_client: the MTA's side of the milter protocol, version 6, as sendmail and Postfix speak it.

It sends only the steps that the filter asked for, waits for a reply only where one was promised, and can carry out the
filter's edits on the message, so a test sees what the MTA would have delivered. (sendmail's include/libmilter/mfdef.h.)
"""

import ipaddress
import socket
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

ACTIONS = 0x1FF
PROTOCOL = 0x1FFFFF
CHUNK = 65535
LEADING_SPACE = 0x100000

NO_STEP = {b"C": 0x1, b"H": 0x2, b"M": 0x4, b"R": 0x8, b"B": 0x10, b"L": 0x20, b"N": 0x40, b"U": 0x100, b"T": 0x200}
NO_REPLY = {
    b"L": 0x80, b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"U": 0x20000, b"N": 0x40000,
    b"B": 0x80000,
}  # fmt: skip
NAMES = {b"c": "continue", b"a": "accept", b"r": "reject", b"t": "tempfail", b"d": "discard", b"s": "skip"}
EDITS = b"him+2-ebq"


@dataclass(frozen=True)
class Answer:
    """What the filter said: a word, or `reply` with the SMTP reply as `text`."""

    word: str
    text: str = ""

    @property
    def goes_on(self) -> bool:
        return self.word in ("continue", "skip")


CONTINUE = Answer("continue")


@dataclass
class Outcome:
    """The end of a message: the answer, and the edits in their order as (letter, data)."""

    answer: Answer
    edits: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def deleted(self) -> list[str]:
        """Recipients to be removed, without angle brackets."""
        return [data.rstrip(b"\0").decode().strip("<>") for letter, data in self.edits if letter == b"-"]

    def applied(self, raw: bytes) -> bytes:
        """The message as an MTA delivers it after these edits."""
        fields, body = split(raw)
        if replaced := [data for letter, data in self.edits if letter == b"b"]:
            body = b"".join(replaced)
        for letter, data in self.edits:
            if letter == b"i":
                index, name, value = struct.unpack("!I", data[:4])[0], *data[4:-1].split(b"\0")
                fields.insert(index, (name, value))
            elif letter == b"h":
                name, value = data[:-1].split(b"\0")
                fields.append((name, value))
            elif letter == b"m":
                _change(fields, struct.unpack("!I", data[:4])[0], *data[4:-1].split(b"\0"))
        return join(fields, body)


def _change(fields: list[tuple[bytes, bytes]], index: int, name: bytes, value: bytes) -> None:
    """The `index`-th field of that name; none is left behind by an empty value."""
    places = [n for n, (other, _) in enumerate(fields) if other.lower() == name.lower()]
    if index <= len(places):
        fields[places[index - 1]] = (name, value)
    if not value:
        fields.remove((name, b""))


def split(raw: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Header fields as an MTA sends them (value from behind the colon, lines joined by LF), and the body."""
    fields: list[tuple[bytes, bytes]] = []
    rest = raw
    while rest and not rest.startswith(b"\r\n"):
        line, _, after = rest.partition(b"\r\n")
        name, colon, value = line.partition(b":")
        if fields and line[:1] in (b" ", b"\t"):
            fields[-1] = (fields[-1][0], fields[-1][1] + b"\n" + line)
        elif colon and name and all(33 <= c <= 126 for c in name):
            fields.append((name, value))
        else:
            return fields, rest  # the header ends where a line is none
        rest = after
    return fields, rest.removeprefix(b"\r\n")


def join(fields: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """A message again: LF and CRLF inside values are both line ends."""
    lines = [name + b":" + value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for name, value in fields]
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


class MilterClient:
    """One milter connection. `address` is a path or (host, port); `offer` is what this MTA can do."""

    def __init__(
        self, address: str | tuple[str, int], actions: int = ACTIONS, protocol: int = PROTOCOL, timeout: float = 30.0
    ) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self._offer = actions, protocol
        self.negotiate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    # frames

    def send(self, command: bytes, data: bytes = b"") -> None:
        self.socket.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def receive(self) -> tuple[bytes, bytes]:
        """One frame. Raises ConnectionError when the filter has gone."""
        length = struct.unpack("!I", self._exactly(4))[0]
        frame = self._exactly(length)
        return frame[:1], frame[1:]

    def _exactly(self, size: int) -> bytes:
        pieces = b""
        while len(pieces) < size:
            piece = self.socket.recv(size - len(pieces))
            if not piece:
                raise ConnectionError("the filter closed the connection")
            pieces += piece
        return pieces

    # steps

    def negotiate(self) -> None:
        self.send(b"O", struct.pack("!III", 6, *self._offer))
        letter, data = self.receive()
        assert letter == b"O", letter
        _, self.actions, self.protocol = struct.unpack("!III", data[:12])
        assert self.actions & ~self._offer[0] == 0, "the filter took an action that was not offered"
        assert self.protocol & ~self._offer[1] == 0, "the filter took a protocol step that was not offered"

    def macros(self, step: bytes, macros: Mapping[str, str | bytes]) -> None:
        pairs = [(k if len(k) == 1 else f"{{{k}}}").encode() + b"\0" + _bytes(v) + b"\0" for k, v in macros.items()]
        self.send(b"D", step + b"".join(pairs))

    def step(self, command: bytes, data: bytes = b"", macros: Mapping[str, str | bytes] | None = None) -> Answer:
        """Send one command, unless the filter does not want it, and hear the answer, unless it promised none."""
        if self.protocol & NO_STEP.get(command, 0):
            return CONTINUE
        if macros:
            self.macros(command, macros)
        self.send(command, data)
        return CONTINUE if self.protocol & NO_REPLY.get(command, 0) else self._answer()

    def _answer(self) -> Answer:
        letter, data = self.receive()
        return _read(letter, data)

    def connect(
        self,
        name: str = "mail.example.net",
        address: str = "192.0.2.7",
        port: int = 40000,
        macros: Mapping[str, str | bytes] | None = None,
    ) -> Answer:
        if not address:
            return self.step(b"C", name.encode() + b"\0U", macros)
        family = b"6" if ipaddress.ip_address(address).version == 6 else b"4"
        data = name.encode() + b"\0" + family + struct.pack("!H", port) + address.encode() + b"\0"
        return self.step(b"C", data, macros)

    def helo(self, name: str | bytes = "mail.example.net", macros: Mapping[str, str | bytes] | None = None) -> Answer:
        return self.step(b"H", _bytes(name) + b"\0", macros)

    def mail(
        self, sender: str | bytes = "<s@example.net>", *parameters: str, macros: Mapping[str, str] | None = None
    ) -> Answer:
        return self.step(b"M", b"".join(_bytes(a) + b"\0" for a in (sender, *parameters)), macros)

    def rcpt(self, recipient: str | bytes, *parameters: str) -> Answer:
        return self.step(b"R", b"".join(_bytes(a) + b"\0" for a in (recipient, *parameters)))

    def data(self) -> Answer:
        return self.step(b"T")

    def header(self, name: bytes, value: bytes) -> Answer:
        if not self.protocol & LEADING_SPACE:
            value = value.removeprefix(b" ")
        return self.step(b"L", name + b"\0" + value + b"\0")

    def eoh(self) -> Answer:
        return self.step(b"N")

    def body(self, chunk: bytes) -> Answer:
        return self.step(b"B", chunk)

    def eom(self, macros: Mapping[str, str | bytes] | None = None) -> Outcome:
        if macros:
            self.macros(b"E", macros)
        self.send(b"E")
        outcome = Outcome(CONTINUE)
        while True:
            letter, data = self.receive()
            if letter in EDITS:
                outcome.edits.append((letter, data))
            elif letter != b"p":
                outcome.answer = _read(letter, data)
                return outcome

    def abort(self) -> None:
        self.send(b"A")

    def quit(self) -> None:
        self.send(b"Q")
        self.socket.close()

    # whole messages

    def greet(self, **connect: object) -> Self:
        """Connect and HELO."""
        assert self.connect(**connect).goes_on  # type: ignore[arg-type]
        assert self.helo().goes_on
        return self

    def content(self, raw: bytes, macros: Mapping[str, str | bytes] | None = None) -> Outcome:
        """DATA to the end of the message. An answer before the end is the outcome."""
        fields, body = split(raw)
        answer = self.data()
        for name, value in fields:
            answer = answer if not answer.goes_on else self.header(name, value)
        answer = answer if not answer.goes_on else self.eoh()
        for start in range(0, len(body), CHUNK):
            if answer != CONTINUE:
                break
            answer = self.body(body[start : start + CHUNK])
        return self.eom(macros) if answer.goes_on else Outcome(answer)

    def message(
        self,
        raw: bytes,
        recipients: Iterable[str] = ("a@example.org",),
        sender: str = "s@example.net",
        queue_id: str = "4ABC",
    ) -> Outcome:
        """One transaction, all of whose recipients must be accepted."""
        assert self.mail(f"<{sender}>").goes_on
        for recipient in recipients:
            answer = self.rcpt(f"<{recipient}>")
            assert answer.goes_on, answer
        return self.content(raw, {"i": queue_id})


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _read(letter: bytes, data: bytes) -> Answer:
    if letter == b"y":
        return Answer("reply", data.rstrip(b"\0").decode().replace("%%", "%"))
    return Answer(NAMES[letter])
