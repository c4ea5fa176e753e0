"""Users teach by mail, as deploy/learning.md has it: Postfix hands what they send to a command.

That runs as another account, which need not be able to run ours from where a test runs it. So what Postfix hands over
is written down, and given to the real command here.
"""

import shutil
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from gatekeeper.stores.passed import Passed
from tests.servers.client import send
from tests.servers.deployed import snippet
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND
from tests.servers.postfix import Postfix
from tests.servers.room import require_root, room, wait_until
from tests.unit.app.test_teaching import KIM, LEE, ORIGINAL, arrived, let_through

_SCRIPT = """\
#!/bin/sh
cat > {home}/spool/content
printf '%s\\n' "$@" > {home}/spool/part && mv {home}/spool/part {home}/spool/arguments
cat {home}/answer
exit $(cat {home}/status)
"""


class Desk:
    """What stands in for the command: takes what it is given, answers what it is told to."""

    def __init__(self, home: Path) -> None:
        self.home, self.command = home, home / "gatekeeper"
        self.command.write_text(_SCRIPT.format(home=home))
        self.command.chmod(0o755)
        (home / "spool").mkdir()
        shutil.chown(home / "spool", "nobody")
        (home / "gatekeeper.toml").write_text(f'[gateway]\nstate = "{home}/state"\n')
        self.answer("", 0)

    def answer(self, text: str, status: int) -> None:
        """What the next one is told."""
        (self.home / "answer").write_text(text)
        (self.home / "status").write_text(f"{status}\n")

    def hand_on(self) -> subprocess.CompletedProcess[bytes]:
        """Give the real command what came."""
        arguments = self.home / "spool" / "arguments"
        wait_until(arguments.exists, "Postfix hands it over")
        words = arguments.read_text().splitlines()
        arguments.unlink()
        command = [COMMAND, "--config", self.home / "gatekeeper.toml", *words]
        return subprocess.run(
            command, input=(self.home / "spool" / "content").read_bytes(), capture_output=True, check=False
        )


@pytest.fixture
def desk() -> Iterator[Desk]:
    require_root()
    with room("teaching") as home:
        yield Desk(home)


@pytest.fixture
def postfix(desk: Desk, sink: Exchange) -> Iterator[Postfix]:
    places = {"user=gatekeeper": "user=nobody", "/opt/gatekeeper/bin/gatekeeper": str(desk.command)}
    (desk.home / "transport").write_text("teach-spam@example.org teach-spam:\nteach-ham@example.org teach-ham:\n")
    main = f"transport_maps = texthash:{desk.home}/transport\n"
    with Postfix(sink.port, main=main, master=snippet("postfix-teach.cf", places)) as postfix:
        yield postfix


def letter(writer: str, about: bytes) -> bytes:
    """A user sends a message on, attached."""
    outer = EmailMessage(policy=SMTP)
    outer["From"], outer["Subject"], outer["Message-ID"] = writer, "please look", "<letter@example.org>"
    outer.set_content("this is spam")
    outer.add_attachment(message_from_bytes(about, policy=SMTP))  # type: ignore[arg-type]
    return outer.as_bytes()


def test_the_letter_reaches_the_command_with_its_sender(desk: Desk, postfix: Postfix) -> None:
    passed = Passed(desk.home / "state" / "classifier" / "passed.db")
    message_id = let_through(passed, ORIGINAL, KIM)
    passed.close()
    about = arrived(ORIGINAL, message_id)
    told = []
    for writer, address in ((LEE, "teach-spam"), (KIM, "teach-spam"), (KIM, "teach-ham")):
        assert send(postfix.port, letter(writer, about), [f"{address}@example.org"], sender=writer).startswith("250")
        told.append(desk.hand_on().stdout.decode())
    assert told == [
        "-: refused: it did not go to lee@example.org\n",
        f"-: learnt as spam (by its id, {message_id})\n",
        f"-: learnt as ham, and not as spam any more (by its id, {message_id})\n",
    ]


def test_who_is_refused_is_told_why(desk: Desk, postfix: Postfix, sink: Exchange) -> None:
    desk.answer("-: refused: it did not go to lee@example.org\n", 1)
    about = arrived(ORIGINAL, "t411vhxrypjg9")
    assert send(postfix.port, letter(LEE, about), ["teach-spam@example.org"], sender=LEE).startswith("250")
    wait_until(lambda: any(b"it did not go to lee@example.org" in m.content for m in sink.messages), "Lee is told so")
