"""Odd messages, put back into a real MTA, are known again: the token is bound to what an MTA leaves alone."""

import pytest

from tests.servers import worlds
from tests.servers.client import send
from tests.servers.dns import DnsServer
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import MakeWorld
from tests.system.test_release import HOLD_LISTED, INTO_MTA, LISTED

HEADER = (
    b"From: ann@out.test\r\nTo: kim@example.org\r\nSubject: odd\r\n"
    b"Date: Sun, 22 Nov 2026 16:00:00 +0000\r\nMessage-ID: <1@out.test>\r\n"
)
ODD = {
    "no usual field": b"X-Only: this\r\n\r\nbody\r\n",
    "no header": b"just text\r\nand more\r\n",
    "From without a domain": HEADER.replace(b"ann@out.test", b"ann", 1) + b"\r\nbody\r\n",
    "To without a domain": HEADER.replace(b"kim@example.org", b"kim, joe", 1) + b"\r\nbody\r\n",
    "nobody in To": HEADER.replace(b"kim@example.org", b"undisclosed-recipients:;", 1) + b"\r\nbody\r\n",
    "folded": HEADER.replace(b"odd", b"odd\r\n  and\r\n\tfolded") + b"\r\nbody\r\n",
    "empty subject": HEADER.replace(b" odd", b"") + b"\r\nbody\r\n",
    "two subjects": HEADER + b"Subject: again\r\n\r\nbody\r\n",
    "a line that is no field": HEADER + b"not a field\r\n\r\nbody\r\n",
    "empty lines at the end": HEADER + b"\r\nbody\r\n\r\n\r\n\r\n",
    "empty body": HEADER + b"\r\n",
    "no body": HEADER,
    "no last line end": HEADER + b"\r\nbody",
    "dots": HEADER + b"\r\n.\r\n..x\r\n.y\r\n",
    "eight bits": HEADER.replace(b"odd", b"\xe9\xff") + b"\r\nbo\xffdy \xc3\xa9\r\n",
    "a long line": HEADER + b"\r\n" + b"y" * 5000 + b"\r\nz\r\n",
    "a long field": HEADER + b"References: " + b"<a@b> " * 900 + b"\r\n\r\nz\r\n",
    "spaces at the end of a line": HEADER + b"\r\nfoo  \t\r\n bar\r\n",
    "From at the start of a line": HEADER + b"\r\nFrom here on\r\n>From x\r\n",
}


@pytest.mark.parametrize("way", [worlds.postfix_milter, worlds.sendmail_milter], ids=lambda way: way.__name__)
def test_our_milter_knows_them_again(sink: Exchange, way: MakeWorld) -> None:
    with (
        DnsServer({"66.0.0.127.list.test": {"A": ["127.0.0.2"]}}) as lists,
        way(sink.port, HOLD_LISTED.format(dns=lists.address)) as world,
    ):
        world.gateway.configure(INTO_MTA.format(port=world.port))
        world.gateway.reload()
        for name, raw in ODD.items():
            assert send(world.port, raw, source=LISTED).startswith("250"), name
        wait_until(lambda: len(world.gateway.quarantine()) == len(ODD), "all are held")
        lists.zone["1.0.0.127.list.test"] = {"A": ["127.0.0.2"]}  # we too: all but released mail is held
        for held in world.gateway.quarantine():
            world.gateway.release(str(held["id"]))
        wait_until(lambda: len(sink.messages) >= len(ODD), "all arrive")
        assert world.gateway.quarantine() == []
        assert [
            note for record in world.gateway.journal(2 * len(ODD)) for note in record["notes"] if "refused" in note
        ] == []
