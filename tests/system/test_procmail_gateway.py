"""An rcfile in a gateway that runs: what becomes of mail by its recipes, to the next hop."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages import ham
from tests.servers import worlds
from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.room import wait_until
from tests.servers.worlds import World

RECIPES = """
MAILDIR=/var/spool/folders

:0fw: spamassassin.lock
* < 512000
| spamassassin

:0:
* ^X-Spam-Status: Yes
probably-spam

:0
* ^Subject:.*drop this
/dev/null

:0
* ^Subject:.*nobody
{ EXITCODE=67 HOST }

:0
* ^Subject:.*later
{ EXITCODE=75 HOST }

:0c
* ^Subject:.*copy
! lee@example.org

:0
* ^Subject:.*elsewhere
! joe@example.org

:0
* ? ours -s
* B ?? ! nothing of the kind
lists

:0fw
| broken
"""
OURS = "import sys\nsys.exit('X-Ours: yes' not in sys.stdin.read() or sys.argv[1:] != ['-s'])\n"
SLEEPS = "import sys, time\ntime.sleep('X-Stuck: yes' in sys.stdin.read() and 3600)\n"


@pytest.fixture
def world(tmp_path: Path, sink: Exchange) -> Iterator[World]:
    (tmp_path / "rc").write_text(RECIPES)
    for name, text in (("ours", OURS), ("broken", SLEEPS)):
        (tmp_path / name).write_text(f"#!{sys.executable} -I\n{text}")
        (tmp_path / name).chmod(0o755)
    programs = f'["{tmp_path}/ours", "{tmp_path}/broken"]'
    with worlds.proxy(sink.port, f'[tables]\nprocmail = "{tmp_path}/rc"\nprocmail_programs = {programs}\n') as world:
        yield world


def message(subject: str, *fields: str) -> bytes:
    head, _, body = ham().partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith(b"Subject:")]
    return b"\r\n".join([*kept, *(field.encode() for field in (f"Subject: {subject}", *fields)), b"", body])


def test_what_becomes_of_mail(world: World, sink: Exchange) -> None:
    assert send(world.port, message("hello")).startswith("250")
    assert send(world.port, message("please drop this")).startswith("250")
    assert send(world.port, message("for nobody")).startswith("550 5.1.1 No such user")
    assert send(world.port, message("come later")).startswith("450 4.7.1 Try again later")
    assert send(world.port, message("for elsewhere")).startswith("250")
    assert send(world.port, message("a copy")).startswith("250")
    assert send(world.port, message("of ours", "X-Ours: yes")).startswith("250")
    wait_until(lambda: len(sink.messages) >= 4, "what goes on has arrived")
    arrived = sorted((b"hello" in m.content, b"elsewhere" in m.content, m.recipients) for m in sink.messages)
    assert arrived == [
        (False, False, ("kim@example.org",)),
        (False, False, ("lee@example.org",)),
        (False, True, ("joe@example.org",)),
        (True, False, ("kim@example.org",)),
    ]
    verdicts = [verdict for record in world.gateway.journal(7) for verdict in record["verdicts"].values()]
    reasons = sorted(verdict["reason"] for verdict in verdicts if verdict["reason"].startswith("procmail-"))
    assert reasons == [f"procmail-{what}" for what in ("deferred", "discarded", "filed", "rejected")]
    (filed,) = (f for v in verdicts for f in v["findings"] if f["name"] == "procmail-filed")
    assert filed["evidence"].endswith("rc line 32: folder lists")


def test_a_program_that_does_not_end_has_the_message_come_later(world: World, sink: Exchange) -> None:
    assert send(world.port, message("stuck", "X-Stuck: yes")).startswith("451 4.3.0 ")
    assert sink.messages == []
    (verdict,) = world.gateway.record()["verdicts"].values()
    assert verdict["reason"] == "programs-timeout"


def test_an_rcfile_that_is_wrong_is_named_with_its_line(world: World) -> None:
    rc = world.gateway.config.parent / "rc"
    rc.write_text(":0\n* (x\nhit\n")
    world.gateway.configure(f'[tables]\nprocmail = "{rc}"\n')
    (said,) = world.gateway.run("check", status=1)
    assert [(row["source"], row["line"]) for row in said["problems"] if row["severity"] == "error"] == [(str(rc), 2)]
