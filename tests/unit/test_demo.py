"""The demonstration of `make run`: what it shows, how it ends, and that it says so when it cannot begin."""

import io
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from demo import show
from demo.samples import samples
from tests.servers.exchange import Exchange, Received
from tests.servers.room import free_port

TOP = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(TOP), "COLUMNS": "80", "TERM": "dumb"}
SERVES = b"Send your own"


@contextmanager
def demo(port: int, room: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "demo", str(port)]
    running = subprocess.Popen(command, cwd=room, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def is_let_in(address: str, name: str, password: str) -> bool:
    """Whether the pages take them, as a browser would send them."""
    with httpx2.Client(base_url=address, follow_redirects=True, timeout=30) as browser:
        token = re.findall(r'name="csrf" value="(\w+)"', browser.get("/sign-in").text)[0]
        fields = {"csrf": token, "name": name, "password": password}
        return 'action="/sign-out"' in browser.post("/sign-in", data=fields).text


def test_seven_samples_that_any_server_would_take() -> None:
    made = samples()
    assert len({sample.id for sample in made}) == len(made) == 7
    for sample in made:
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", sample.raw)
        assert sample.id.encode() in sample.raw


def test_the_table_says_what_arrived_what_is_held_and_what_was_refused() -> None:
    inner = Exchange()
    letter, _, _, spam, program, *_ = samples()
    header = b"X-Spam-Status: No, score=0.0\r\n\trequired=5.0\r\n"
    inner.received(Received(letter.sender, (letter.recipient,), "", (), header + letter.raw, "DATA", "", False, 1))
    rows = [
        (letter, "250 2.0.0 OK"),
        (spam, "550 5.7.1 Message refused [gtube] (31n0zvnd2p4k8)"),
        (program, "250 2.0.0 OK"),
    ]
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(show.table(rows, inner))
    cells = " ".join(console.export_text().split())
    assert f"arrived behind it: {len(header + letter.raw)} bytes" in cells
    assert "refused: gtube" in cells
    assert "held for review" in cells


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_shows_the_fate_of_every_sample_then_serves_until_told_to_end(tmp_path: Path, number: int) -> None:
    port = free_port()
    with demo(port, tmp_path) as running:
        assert running.stdout
        lines = []
        for line in running.stdout:
            lines.append(line)
            if SERVES in line:
                break
        shown = b"".join(lines).decode()
        assert max(map(len, shown.splitlines())) <= 80, shown
        assert len(lines) + 4 <= 24, shown
        fates = (
            "arrived",
            *["held for review"] * 2,
            "refused: gtube",
            "refused: banned-attachment",
            "refused: eicar",
            "refused: relay-denied",
        )
        for sample, fate in zip(samples(), fates, strict=True):
            assert re.search(rf" {re.escape(sample.title)} .* {fate}", shown), shown
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            assert client.recv(100).startswith(b"220 ")
        ending = b"".join(next(running.stdout) for _ in range(4)).decode()
        assert max(map(len, ending.splitlines())) <= 80, ending
        assert is_let_in(*re.findall(r"^Read it all at (\S+) as (\w+), password (\S+)$", ending, re.MULTILINE)[0])
        running.send_signal(number)
        assert running.wait(60) == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 10)


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with demo(port, tmp_path) as running:
            assert running.wait(60) == 1
            assert running.stdout
            assert f"listens on 127.0.0.1:{port} already" in running.stdout.read().decode()


def test_control_c_at_a_terminal_is_no_error_to_make(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(f"run:\n\t@{sys.executable} -m demo {free_port()}\n")
    child, terminal = pty.fork()
    if not child:
        os.chdir(tmp_path)
        os.execvpe("make", ["make", "run"], ENVIRONMENT)
    shown = b""
    while SERVES not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    _, status = os.waitpid(child, 0)
    shown += os.read(terminal, 4096)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0, shown.decode()
    assert b"make:" not in shown
