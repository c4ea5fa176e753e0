"""A program hidden by each trick that the project knows is refused, by the proxy and through real Postfix.

The samples are those of the parser's own tests. Postfix makes a space of a bare CR and ends a line at NUL: that undoes
a few tricks, and a message may arrive in which no reader finds the program any more.
"""

import base64
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld, World
from tests.unit.message import hiding
from tests.unit.message import test_evasions_armour as armour
from tests.unit.message import test_evasions_encodings as encodings
from tests.unit.message import test_evasions_names as names
from tests.unit.message import test_evasions_structure as structure
from tests.unit.message.openers import archives, tnefs
from tests.unit.message.openers.test_open import zipped

RULES = "reject ext zip -- its name is all that these hide\n"
TOP = b"From: ann@out.test\nTo: kim@example.org\nMessage-ID: <%d@out.test>\nDate: Mon, 02 Mar 2026 09:00:00 +0000\n"


def encoded(declaration: bytes, body: bytes) -> bytes:
    return hiding.mixed(hiding.FILE + b"Content-Transfer-Encoding: " + declaration + b"\n\n" + body)


def named(value: bytes) -> bytes:
    value = value.replace(b"Content-Disposition: X", b"Content-Disposition: attachment").replace(b"X", b"attachment", 1)
    return hiding.mixed(b"Content-Disposition: " + value + b"\n\nx")


def carried(data: bytes) -> bytes:
    part = b'Content-Type: application/octet-stream; name="notes.dat"\nContent-Transfer-Encoding: base64\n\n'
    return hiding.mixed(part + base64.encodebytes(data))


EXE = archives.EXE
ZIP = zipped(("setup.exe", EXE))
MESSAGE = hiding.mixed(hiding.ENCODED)
CONTAINERS = {
    "zip": ZIP,
    "zip in zip in zip": zipped(("a.zip", zipped(("b.zip", ZIP)))),
    "zip behind a picture": b"\x89PNG\r\n\x1a\n" + bytes(100) + ZIP,
    "gzip": gzip.compress(EXE),
    "tar, packed": gzip.compress(archives.written("gnutar")),
    "7z": archives.written("7zip"),
    "iso": archives.written("iso9660"),
    "cpio in zip": zipped(("a", archives.written("cpio_newc"))),
    "cab": archives.cab(),
    "lha": archives.lha(),
    "rar": archives.rar(),
    "winmail.dat": tnefs.tnef(tnefs.attachment(b"setup.exe", EXE)),
    "message in zip": zipped(("a.eml", MESSAGE)),
    "message in winmail.dat": tnefs.tnef(tnefs.attachment(b"a.eml", MESSAGE)),
}

FAMILIES: Mapping[str, Mapping[str, bytes]] = {
    "line ends": {name: raw for name, raw in structure.LINE_ENDS.items() if not name.startswith("UTF-16")},
    "structure": structure.STRUCTURES,
    "header": {trick: hiding.mixed(part) for trick, part in structure.HEADERS.items()},
    "encodings": {repr(word): encoded(word, hiding.B64) for word in encodings.ENCODINGS},
    "base64": {trick: encoded(b"base64", body) for trick, body in encodings.BODIES.items()},
    "uuencode": {trick: encoded(b"x-uuencode", body) for trick, body in encodings.UUENCODED.items()},
    "yenc": {trick: encoded(b"8bit", b"hello\n" + body) for trick, body in armour.YENC.items()},
    "binhex": {trick: encoded(b"x-binhex", body) for trick, body in armour.BINHEX.items()},
    "containers": {trick: carried(data) for trick, data in CONTAINERS.items()},
    "names": {repr(value): named(value) for value in names.NAMES},
}


@dataclass(frozen=True, slots=True)
class Place:
    """A world, and the server behind it."""

    world: World
    sink: Exchange


@pytest.fixture(scope="module", params=[worlds.proxy, worlds.postfix_milter], ids=lambda way: way.__name__)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    make: MakeWorld = request.param
    rules = tmp_path_factory.mktemp("rules") / "attachments.rules"
    rules.write_text(RULES)
    with Exchange(connections=1000) as sink, make(sink.port, f'[tables]\nattachments = "{rules}"\n') as world:
        yield Place(world, sink)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_program_hidden_by_a_trick_is_refused(place: Place, family: str) -> None:
    place.sink.messages.clear()
    taken = []
    for number, (trick, raw) in enumerate(FAMILIES[family].items()):
        # A session each, because Postfix slows down who errs.
        reply = send(place.world.port, on_the_wire(TOP % number + raw))
        if not reply.startswith("5"):
            assert {b"\r", b"\0"} & {raw[at : at + 1] for at in range(len(raw))}, (trick, reply)
            taken.append(trick)
    wait_until(lambda: len(place.sink.messages) >= len(taken), f"{taken} arrive")
    assert [message.content for message in place.sink.messages if harmful(message.content)] == []


def harmful(content: bytes) -> bool:
    """Whether some reader of what arrived would find the program, or its name."""
    named = any(name.endswith(".zip") for name in hiding.names(content))
    return named or any(hiding.PAYLOAD in data for data in hiding.contents(content))


def on_the_wire(raw: bytes) -> bytes:
    """With CRLF for LF; what a trick does with CR stays."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
