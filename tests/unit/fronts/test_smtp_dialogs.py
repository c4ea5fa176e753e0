"""tests/dialogs/*.txt: conversations with the proxy that a postmaster can read, played against the real front.

settings in TOML: tables of the configuration, `mailertable` and `access` as text, [hop] how the next hop behaves
---
# a comment
C: what the client says; lines that follow each other are sent in one packet
C> "bytes without CRLF, with \\r \\n \\0 \\xff"
S: a prefix of the reply; several for a reply of several lines, the last without `-`
H: how many messages the next hop has now
J: fates of the last record in the journal, in the order of the recipients
new [from ADDRESS]   another connection; its greeting is expected next
gone                 the server has hung up
"""

import ast
import tomllib
from pathlib import Path

import pytest

from tests.servers.exchange import Exchange
from tests.servers.raw import Raw

from .smtp_gateway import Proxy

DIALOGS = sorted((Path(__file__).parents[2] / "dialogs").glob("*.txt"))


def test_there_are_dialogs():
    assert len(DIALOGS) > 10


@pytest.mark.parametrize("path", DIALOGS, ids=lambda path: path.stem)
def test_dialog(path, tmp_path):
    head, _, script = path.read_text().partition("---\n")
    settings = tomllib.loads(head)
    mailertable = settings.pop("mailertable", "own.test\tesmtp:[127.0.0.1]:{hop}\n")
    access = settings.pop("access", "")
    with (
        Exchange(**settings.pop("hop", {})) as hop,
        Proxy(tmp_path, settings, mailertable, access, hop) as proxy,
    ):
        Dialog(proxy).play(script)


class Dialog:
    def __init__(self, proxy):
        self.proxy, self.client = proxy, None
        self.pending = b""
        self.expected = []
        self.records = 0

    def play(self, script):
        self.connect("127.0.0.1")
        for number, line in enumerate(script.splitlines(), 1):
            try:
                self.step(line)
            except AssertionError as error:
                error.add_note(f"line {number} of the script: {line}")
                raise
        self.client.close()

    def connect(self, source):
        if self.client is not None:
            self.client.close()
        self.client = Raw(self.proxy.port, source)
        self.replies = [self.client.greeting]

    def step(self, line):
        word, _, rest = line.partition(" ")
        if not line.startswith("C") and self.pending:
            self.client.write(self.pending)
            self.pending = b""
        match word:
            case "" | "#":
                pass
            case "C:":
                self.pending += rest.encode() + b"\r\n"
            case "C>":
                self.pending += ast.literal_eval("b" + rest)
            case "S:":
                self.expect(rest)
            case "H:":
                assert len(self.proxy.hop.messages) == int(rest)
            case "J:":
                self.records += 1
                assert " ".join(self.proxy.fates(self.records).values()) == rest
            case "new":
                self.connect(rest.removeprefix("from ") or "127.0.0.1")
            case "gone":
                assert self.client.reply() == ""
            case _:
                raise AssertionError("not a step")

    def expect(self, prefix):
        self.expected.append(prefix)
        if prefix[3:4] == "-":
            return
        reply = (self.replies.pop() if self.replies else self.client.reply()).split("\n")
        for wanted in self.expected:
            assert any(line.startswith(wanted) for line in reply), f"{reply} does not begin with {wanted}"
        self.expected = []
