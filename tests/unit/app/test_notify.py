import socket
from pathlib import Path

import pytest

from gatekeeper.app.notify import notify


def test_who_does_not_read_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        waiting = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
        for number in range(min(waiting, 600) + 2):
            notify("READY=1", f"STATUS={number}")
        assert systemd.recv(100) == b"READY=1\nSTATUS=0"


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/no/such/socket")
    notify("READY=1")
