"""Postfix's header and body checks in a real Postfix and in gatekeeper: for the same message the same becomes of it."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.servers.client import connect, submit
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.postfix import Postfix
from tests.servers.room import require_root, wait_until

HEADER = """\
/^X-Ignore:/          IGNORE
/^X-Strip:/           STRIP said so
/^X-Prepend: *(.*)/   PREPEND X-Before: $1
/^X-Replace: *(.*)/   REPLACE X-Replace: was $1
/^X-Rename: *(.*)/    REPLACE X-Renamed: $1
/^X-Fold: *(.*)/      PREPEND X-Unfolded: $1
/^X-No-Field: *(.*)/  PREPEND $1
/^X-Reject:/          REJECT not this
/^X-Status: *(.*)/    REJECT $1 in its words
/^X-Later:/           REJECT 4.7.1 come back
/^X-Discard:/         DISCARD
/^X-Hold:/            HOLD
/^X-Redirect: *a/     REDIRECT first@example.org
/^X-Redirect: *b/     REDIRECT second@example.org
/^X-Bcc: *a/          BCC copy@example.org
/^X-Bcc: *b/          BCC kim@example.org
/^X-Filter: *a/       FILTER smtp:[127.0.0.1]:{one}
/^X-Filter: *b/       FILTER smtp:[127.0.0.1]:{two}
/^X-Dunno:/           DUNNO
/^X-Pass:/            PASS
/^X-Warn:/            WARN hm
/^Content-Disposition:.*abc/  REPLACE Content-Disposition: attachment; filename=none.txt
"""
BODY = """\
/^ignore/             IGNORE
/^strip/              STRIP
/^prepend (.*)/       PREPEND before $1
/^replace (.*)/       REPLACE instead of $1
/^piece/              REPLACE short
/^tail/               IGNORE
/^refuse/             REJECT 5.6.0 no such line
/^later/              REJECT 4.6.0 later
/^discard/            DISCARD
/^hold/               HOLD
/^redirect/           REDIRECT first@example.org
/^bcc/                BCC copy@example.org
/^pass/               PASS
"""
FIELDS = (
    "X-Ignore: 1", "X-Ignore: a\r\n folded\r\n\tthing", "X-Strip: 2", "X-Prepend: three", "X-Replace: four",
    "X-Rename: five", "X-Fold: one\r\n two\r\n\tthree", "X-No-Field: six", "X-No-Field: X-But: it is", "X-Dunno: 7",
    "X-Warn: 8", "x-replace:odd  ", "X-Strip:\r\n", "X-Keep: this", "X-Keep: that\r\n  folded", "Subject: caf\xe9",
    "MIME-Version: 1.0",
)  # fmt: skip
DECIDING = (
    "X-Reject: 1", "X-Status: 5.6.9", "X-Status: 4.6.9", "X-Status: 2.6.9", "X-Status: odd", "X-Later: 1",
    "X-Discard: 1", "X-Hold: 1", "X-Redirect: a", "X-Redirect: b", "X-Bcc: a", "X-Bcc: b", "X-Filter: a",
    "X-Filter: b", "X-Pass: 1",
)  # fmt: skip
LINES = (
    "ignore me", "ignore\r\nignore", "strip me", "prepend this", "replace that", "plain", "", ".dot", "caf\xe9",
    "piece" + "p" * 2043, "piece" + "p" * 2043 + "rest of it", "x" * 2048 + "tail", "x" * 2048 + "replace end",
    "x" * 2048 + "prepend end", "x" * 3000,
)  # fmt: skip
DECIDING_LINES = ("refuse", "later", "discard", "hold", "redirect", "bcc", "pass")
PARTS = """\
Content-Type: multipart/mixed; boundary=b

--b
X-Ignore: in a part
X-Keep: in a part

ignore
kept
--b
Content-Disposition: attachment; filename=a.abc
X-Prepend: in a part

replace x
--b
Content-Type: message/rfc822

X-Strip: nested
X-Rename: nested
X-Keep: nested

strip
--b--
"""
COUNT = 220


@dataclass
class Place:
    """Somewhere mail is sent to, and what came out of it: recipients and content by sender, and whose mail is held."""

    port: int
    said: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, list[tuple[str, str, bytes]]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)


def message(chance: random.Random) -> bytes:
    fields = [chance.choice(FIELDS) for _ in range(chance.randint(0, 6))]
    lines = [chance.choice(LINES) for _ in range(chance.randint(0, 6))]
    if chance.random() < 0.6:
        for _ in range(chance.randint(1, 3)):
            fields.insert(chance.randint(0, len(fields)), chance.choice(DECIDING))
    if chance.random() < 0.3:
        lines.insert(chance.randint(0, len(lines)), chance.choice(DECIDING_LINES))
    head = [
        "From: ann@out.test",
        f"Date: {formatdate(1e9)}",
        "Message-ID: <a@out.test>",
        "To: kim@example.org",
        *fields,
    ]
    if chance.random() < 0.25:
        body = PARTS.replace("\n", "\r\n")
        return "\r\n".join((*head, body)).replace("\r\n\r\n\r\n", "\r\n\r\n").encode("latin-1")
    return "\r\n".join((*head, "", *lines, "")).replace("\r\n\r\nX-", "\r\nX-").encode("latin-1")


def stripped(content: bytes) -> bytes:
    """Without the lines that each of the two adds on its own account."""
    head, _, body = content.partition(b"\r\n\r\n")
    fields = (b"\r\n" + head).replace(b"\r\n ", b"\0 ").replace(b"\r\n\t", b"\0\t").split(b"\r\n")[1:]
    ours = (b"received:", b"x-gatekeeper-", b"x-spam-", b"authentication-results:")
    kept = [found.replace(b"\0", b"\r\n") for found in fields if not found.lower().startswith(ours)]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


@pytest.fixture(scope="module")
def sinks() -> Iterator[list[Exchange]]:
    require_root()
    with Exchange(connections=1000) as main, Exchange(connections=1000) as one, Exchange(connections=1000) as two:
        yield [main, one, two]


def collect(place: Place, sinks: list[Exchange]) -> None:
    for name, sink in zip(("main", "one", "two"), sinks, strict=True):
        for taken in sink.messages:
            found = place.arrived.setdefault(taken.sender, [])
            found += [(name, recipient, stripped(taken.content)) for recipient in taken.recipients]
        sink.messages.clear()


def run(place: Place, messages: list[bytes]) -> None:
    with connect(place.port) as session:
        for number, content in enumerate(messages):
            to = ["kim@example.org", "lee@example.org"][: 1 + number % 2]
            place.said[f"n{number}@out.test"] = submit(session, content, to, f"n{number}@out.test")


def through_postfix(messages: list[bytes], sinks: list[Exchange], files: Path, tables: Iterable[str]) -> Place:
    checks = [f"{name}_checks = regexp:{files}/{name}" for name in tables]
    limits = ("smtpd_hard_error_limit = 10000", "smtpd_soft_error_limit = 10000", "smtpd_error_sleep_time = 0")
    with Postfix(sinks[0].port, main="\n".join((*checks, *limits, "smtp_line_length_limit = 0\n"))) as postfix:
        place = Place(postfix.port)
        run(place, messages)
        wait_until(lambda: all(m["queue_name"] == "hold" for m in postfix.queued()), "all but held mail has gone")
        place.held = {str(found["sender"]) for found in postfix.queued()}
        collect(place, sinks)
    return place


def through_gateway(messages: list[bytes], sinks: list[Exchange], files: Path, tables: Iterable[str]) -> Place:
    settings = "[tables]\n" + "".join(f'{name}_checks = "regexp:{files}/{name}"\n' for name in tables)
    settings += "[smtp.limits]\nerrors = 10000\n[policy]\ntag = 900.0\nquarantine = 900.0\nreject = 900.0\n"
    with Gateway({"example.org": f"esmtp:[127.0.0.1]:{sinks[0].port}"}, settings) as gateway:
        place = Place(gateway.port)
        run(place, messages)
        collect(place, sinks)
        place.held = {found["sender"] for found in gateway.quarantine()}
        for record in gateway.journal(len(messages)):
            fates = {found["fate"] for found in record["outcomes"].values()}
            assert len(fates) == 1 or "copy@example.org" in record["outcomes"]
    return place


def compare(messages: list[bytes], sinks: list[Exchange], files: Path, tables: Mapping[str, str]) -> None:
    for name, text in tables.items():
        (files / name).write_text(text)
    files.chmod(0o755)
    theirs = through_postfix(messages, sinks, files, tables)
    ours = through_gateway(messages, sinks, files, tables)
    for number, content in enumerate(messages):
        sender = f"n{number}@out.test"
        assert ours.said[sender][:4] == theirs.said[sender][:4], content
        assert words(ours.said[sender]) == words(theirs.said[sender]), content
        assert (sender in ours.held) is (sender in theirs.held), content
        # who is a recipient and gets a copy too, gets it twice from Postfix
        assert sorted(ours.arrived.get(sender, [])) == sorted(set(theirs.arrived.get(sender, []))), content


def test_the_same_becomes_of_the_same_message(sinks: list[Exchange], tmp_path: Path) -> None:
    chance = random.Random(6)
    tables = {"header": HEADER.format(one=sinks[1].port, two=sinks[2].port), "body": BODY}
    compare([message(chance) for _ in range(COUNT)], sinks, tmp_path, tables)


def test_each_line_is_looked_up_where_postfix_looks_it_up(sinks: list[Exchange], tmp_path: Path) -> None:
    """A field about MIME on top is for mime_header_checks, and of a header that is none every line is the body's."""
    chance = random.Random(8)
    fields = ("MIME-Version: 1.0", "Content-Type: text/plain", "Content-ID: <a@b>", "X-A: b", "Content-Type: a/b; c=d")
    known = "From: ann@out.test\r\nDate: Sun, 9 Sep 2001 01:46:40 +0000\r\nMessage-ID: <a@out.test>\r\nTo: k@x\r\n"
    parts = PARTS.replace("\n", "\r\n")
    nested = "Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\nc\r\n"
    boundaries = parts.replace("boundary=b", 'boundary="b"; boundary=c')
    bodies = ("\r\nplain\r\n", "no field\r\nX-B: body\r\n", parts, boundaries, nested)
    bodies += (parts.replace("rfc822", "delivery-status"),)
    messages = []
    for _ in range(60):
        chosen = "".join(f"{chance.choice(fields)}\r\n" for _ in range(chance.randint(0, 3)))
        messages.append(f"{known}{chosen}{chance.choice(bodies)}".encode())
    names = ("header", "mime_header", "nested_header")  # Postfix asks of the Received field of its own, too
    tables = {name: f"if !/^received:/\n/^([a-z-]+):/ PREPEND X-{name}: $1\nendif\n" for name in names}
    compare(messages, sinks, tmp_path, tables | {"body": "/^([a-z-]+):/ PREPEND body $1\n"})


def words(reply: str) -> str:
    """What a refusal says, without our reason behind it."""
    return reply.partition(" [")[0][4:] if reply[0] in "45" else ""
