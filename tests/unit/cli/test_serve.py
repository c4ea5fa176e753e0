"""`gatekeeper serve` as a command: what it says when it cannot start, and that it serves."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.milter_client import MilterClient
from tests.servers.room import wait_until

COMMAND = Path(sys.executable).with_name("gatekeeper")


def config(home: Path, text: str) -> Path:
    path = home / "gatekeeper.toml"
    path.write_text(f'[gateway]\nstate = "{home}/state"\n{text}')
    return path


def test_mistakes_are_named_with_file_and_line(tmp_path):
    path = config(tmp_path, '[milter]\nsockt = "/x"\n')
    done = subprocess.run([COMMAND, "serve", "--config", path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.search(r"gatekeeper\.toml:4: .*sockt", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.milter
def test_a_place_where_it_may_not_write_is_named(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "gatekeeper.toml"
    path.write_text(f'[gateway]\nstate = "{tmp_path}/file"\n[milter]\nsocket = "{tmp_path}/m.sock"\n')
    done = subprocess.run([COMMAND, "serve", "--config", path], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"{tmp_path}/file" in done.stderr


@pytest.mark.milter
def test_it_serves_until_told_to_stop(tmp_path):
    path = config(tmp_path, f'workers = 1\n[milter]\nsocket = "{tmp_path}/m.sock"\n')
    pid_file = tmp_path / "pid"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([COMMAND, "--config", path, "serve", "--pid-file", pid_file], stderr=log)
    wait_until(lambda: "event=serving" in (tmp_path / "log").read_text(), "serving")
    assert pid_file.read_text() == f"{process.pid}\n"
    client = MilterClient(f"{tmp_path}/m.sock").greet()
    assert client.message(b"Subject: x\r\n\r\nx\r\n").answer.word == "continue"
    client.quit()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not pid_file.exists()
    assert not (tmp_path / "m.sock").exists()
