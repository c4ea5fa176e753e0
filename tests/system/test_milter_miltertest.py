"""miltertest, the field's own driver, against the real gateway: the whole of tests/dialogs/milter.lua."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.gateway import Gateway
from tests.servers.room import free_port, unavailable

SCRIPT = Path(__file__).parents[1] / "dialogs" / "milter.lua"
pytestmark = pytest.mark.milter
SETTINGS = '[milter]\nsocket = "{}"\n[tables]\naccess = "{}/access"\n'


def drive(socket: str) -> str:
    """What miltertest prints. AssertionError with its words if the script fails."""
    if shutil.which("miltertest") is None:
        unavailable("miltertest is not installed")
    command = ["miltertest", "-D", f"socket={socket}", "-s", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=["unix", "inet"])
def milter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Gateway, str]]:
    """A gateway with a milter socket."""
    access = "To:closed@example.org\tERROR:5.2.1:550 Mailbox closed\nTo:lost@example.org\tDISCARD\n"
    (tmp_path / "access").write_text(access)
    socket = f"unix:{tmp_path}/milter.sock" if request.param == "unix" else f"inet:{free_port()}@127.0.0.1"
    with Gateway({"example.org": "esmtp:[127.0.0.1]:9"}, SETTINGS.format(socket, tmp_path)) as gateway:
        yield gateway, socket


def test_the_dialog(milter):
    gateway, socket = milter
    said = drive(socket)
    assert said.count("\n") == 7, said
    records = gateway.journal(7)
    fates = [{outcome["fate"] for outcome in record["outcomes"].values()} for record in records]
    assert {"handed-over", "refused"} in fates
    assert {"handed-over", "discarded"} in fates
    replies = [outcome["reply"] for record in records for outcome in record["outcomes"].values()]
    assert any(reply.startswith("550 5.2.1 Mailbox closed [") for reply in replies)
    assert any(reply.startswith("550 5.7.1 ") and "[gtube]" in reply for reply in replies)
    assert {record["envelope"]["queue_id"] for record in records} <= {"QUEUEID", ""}
    assert all("removed forged X-Spam-Flag: NO" in record["notes"] for record in records if record["size"])
