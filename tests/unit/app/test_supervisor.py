"""A real supervisor with real forked workers, which only echo: what becomes of connections when it is signalled."""

import contextlib
import json
import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatekeeper.app.supervisor import ONE_WISH
from tests.servers.room import free_port

SCRIPT = Path(__file__).with_name("echo_gateway.py")
PATIENCE = 30.0


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


class Client:
    """One connection to an echo worker."""

    def __init__(self, address: tuple[str, int] | str) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.lines = self.socket.makefile("r")
        word, pid = self.lines.readline().split()
        self.word, self.pid = word, int(pid)

    def echo(self, text: str) -> str:
        self.socket.sendall(f"{text}\n".encode())
        return self.lines.readline().rstrip("\n")

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


class Gateway:
    def __init__(self, home: Path, **settings: object) -> None:
        self.settings = home / "settings.json"
        self.log = home / "log"
        self.pid_file = home / "pid"
        self.now = {"listen": [f"127.0.0.1:{free_port()}"], "word": "first", **settings}
        self.settings.write_text(json.dumps(self.now))

    def start(self, **popen: object) -> "Gateway":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, SCRIPT, self.settings, self.pid_file], stderr=log, **popen)
        return self

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.now["listen"][0].rpartition(":")[2])

    def change(self, **settings: object) -> None:
        self.now |= settings
        self.settings.write_text(json.dumps(self.now))

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def said(self, text: str, times: int = 1) -> bool:
        return self.log.read_text().count(text) >= times

    def serving(self, generation: int = 1) -> "Gateway":
        until(
            lambda: self.said(f"event=serving generation={generation} ") or self.process.poll() is not None, "serving"
        )
        assert self.process.poll() is None, self.log.read_text()
        return self

    def workers(self) -> int:
        pid = self.process.pid
        return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def connect(self) -> Client:
        return Client(self.address)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def running(home: Path, **settings: object) -> Iterator[Gateway]:
    gateway = Gateway(home, **settings).start()
    try:
        yield gateway.serving()
    finally:
        if gateway.process.poll() is None:
            gateway.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                gateway.process.wait(ONE_WISH + 0.1)
            gateway.process.send_signal(signal.SIGTERM)
            gateway.process.wait(PATIENCE)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_serves_and_stops(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.connect()
        assert client.echo("hello") == "hello"
        assert gateway.pid_file.read_text() == f"{gateway.process.pid}\n"
        client.close()
        assert gateway.stop() == 0
        assert not gateway.pid_file.exists()
        assert not alive(client.pid)


def test_a_stop_lets_sessions_finish_but_takes_no_new_ones(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.connect()
        gateway.process.send_signal(signal.SIGTERM)
        until(lambda: gateway.said("event=stopping"), "stopping")
        until(lambda: refused(gateway.address), "nobody accepts")
        assert client.echo("still here") == "still here"
        client.close()
        assert gateway.process.wait(PATIENCE) == 0


def test_a_second_signal_ends_sessions_at_once(tmp_path):
    with running(tmp_path, drain=60) as gateway:
        client = gateway.connect()
        gateway.process.send_signal(signal.SIGTERM)
        gateway.process.send_signal(signal.SIGINT)  # at once: one wish, sent twice
        assert client.echo("on") == "on"
        time.sleep(ONE_WISH + 0.1)
        assert client.echo("on") == "on"
        assert gateway.stop(signal.SIGINT) == 0
        assert client.echo("gone") == ""


def test_a_worker_that_does_not_finish_is_killed_after_the_deadline(tmp_path):
    with running(tmp_path, drain=-4.9) as gateway:  # with its grace, a tenth of a second
        client = gateway.connect()
        assert gateway.stop() == 0
        assert client.echo("gone") == ""
        assert gateway.said("did not finish in time")


def test_reload_keeps_old_sessions_and_serves_new_ones(tmp_path):
    with running(tmp_path) as gateway:
        old = gateway.connect()
        gateway.change(word="second")
        gateway.reload()
        gateway.serving(2)
        new = gateway.connect()
        assert (new.word, old.word) == ("second", "first")
        assert old.echo("old") == "old"
        assert new.echo("new") == "new"
        old.close()
        until(lambda: not alive(old.pid), "the old worker ends when its last session does")
        assert new.echo("and on") == "and on"


def test_no_connection_is_lost_over_many_reloads(tmp_path):
    with running(tmp_path, count=2) as gateway:
        for generation in range(2, 12):
            gateway.reload()
            while not gateway.said(f"generation={generation} "):
                client = gateway.connect()
                assert client.echo("x") == "x"
                client.close()
        words = gateway.log.read_text()
        assert words.count("event=serving") == 11
        assert "level=error" not in words


def test_reloads_asked_for_in_a_row_are_not_lost(tmp_path):
    with running(tmp_path) as gateway:
        for _ in range(5):
            gateway.reload()
        gateway.change(word="last")
        gateway.reload()
        until(lambda: fresh_word(gateway) == "last", "the last configuration serves")


def test_a_reload_asked_for_during_a_reload_comes_after_it(tmp_path):
    with running(tmp_path) as gateway:
        gateway.change(word="second", startup="slow")
        gateway.reload()
        until(lambda: gateway.workers() == 2, "the new worker is coming up")
        gateway.change(word="third", startup="")
        gateway.reload()
        gateway.serving(3)
        assert fresh_word(gateway) == "third"


def fresh_word(gateway: Gateway) -> str:
    client = gateway.connect()
    client.close()
    return client.word


def test_a_configuration_that_does_not_check_leaves_the_old_one_serving(tmp_path):
    with running(tmp_path) as gateway:
        before = gateway.connect()
        gateway.settings.write_text("{")
        gateway.reload()
        until(lambda: gateway.said("settings.json:1: "), "the problem is told")
        assert gateway.connect().pid == before.pid
        gateway.change(word="mended")
        gateway.reload()
        gateway.serving(2)
        assert fresh_word(gateway) == "mended"


def test_a_changed_file_is_taken_up_without_a_signal(tmp_path):
    table = tmp_path / "table"
    table.write_text("one")
    with running(tmp_path, files=[str(table)]) as gateway:
        gateway.change(word="second")
        table.write_text("another")
        gateway.serving(2)
        assert gateway.said(f"event=changed files={table}")
        assert fresh_word(gateway) == "second"
        gateway.settings.write_text("{")
        table.unlink()
        until(lambda: gateway.said("goes on serving as before"), "the mistake is told")
        gateway.change(word="third")
        table.write_text("again")
        gateway.serving(3)
        assert fresh_word(gateway) == "third"


def test_workers_that_do_not_come_up_leave_the_old_ones_serving(tmp_path):
    with running(tmp_path, count=2) as gateway:
        before = gateway.connect()
        other = f"127.0.0.1:{free_port()}"
        gateway.change(startup="raise", listen=[*gateway.now["listen"], other], count=3)
        gateway.reload()
        until(lambda: gateway.said("not reloaded"), "the reload is given up")
        until(lambda: gateway.said('event="worker ended"', 3), "all new workers are gone")
        assert before.echo("on") == "on"
        for _ in range(20):
            assert fresh_word(gateway) == "first"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(other.rpartition(":")[2])))


def test_a_stop_is_heard_while_new_workers_come_up(tmp_path):
    with running(tmp_path, drain=-4.9) as gateway:
        gateway.change(startup="hang")
        gateway.reload()
        assert gateway.stop() == 0


def test_start_fails_where_a_reload_would_have_changed_nothing(tmp_path):
    gateway = Gateway(tmp_path, startup="raise").start()
    assert gateway.process.wait(PATIENCE) == 1
    assert gateway.said("ended with status 1 before all served")
    gateway = Gateway(tmp_path, listen=["nonsense"])
    gateway.settings.write_text("[")
    assert gateway.start().process.wait(PATIENCE) == 1


def test_start_fails_on_an_address_in_use_and_says_which(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        gateway = Gateway(tmp_path, listen=[f"127.0.0.1:{port}"]).start()
        assert gateway.process.wait(PATIENCE) == 1
    assert gateway.said(f"cannot listen on 127.0.0.1 port {port}: Address already in use")


def test_two_gateways_do_not_share_a_port_by_accident(tmp_path):
    with running(tmp_path, count=2) as gateway:
        (tmp_path / "second").mkdir()
        second = Gateway(tmp_path / "second", listen=gateway.now["listen"], count=2).start()
        assert second.process.wait(PATIENCE) == 1
        assert second.said("Address already in use")


def test_a_crashed_worker_is_replaced(tmp_path):
    with running(tmp_path) as gateway:
        victim = gateway.connect()
        assert victim.echo("die") == ""
        replacement = gateway.connect()
        assert replacement.pid != victim.pid
        assert replacement.echo("x") == "x"
        assert gateway.said("ended with status 3")


def test_a_worker_that_keeps_dying_is_reported_and_replaced_later_each_time(tmp_path):
    with running(tmp_path) as gateway:
        for _ in range(4):
            gateway.connect().echo("die")
        until(lambda: gateway.said("4 times in a row; again in 0.4 s"), "the pause doubles")
        assert gateway.said("level=warning", 2)
        assert gateway.said("level=error", 2)
        assert gateway.connect().echo("x") == "x"


def test_workers_share_connections(tmp_path):
    with running(tmp_path, count=2) as gateway:
        clients = [gateway.connect() for _ in range(40)]
        assert len({client.pid for client in clients}) == 2


def test_fewer_workers_accept_from_all_sockets(tmp_path):
    with running(tmp_path, count=3) as gateway:
        gateway.change(count=1)
        gateway.reload()
        gateway.serving(2)
        assert len({gateway.connect().pid for _ in range(20)}) == 1


def test_more_workers_share_the_port_of_one(tmp_path):
    with running(tmp_path, count=1) as gateway:
        gateway.change(count=3)
        gateway.reload()
        gateway.serving(2)
        assert len({gateway.connect().pid for _ in range(40)}) == 3


def test_a_directory_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    gateway = Gateway(tmp_path, own=[str(tmp_path / "file" / "state")]).start()
    assert gateway.process.wait(PATIENCE) == 1
    assert gateway.said(f"{tmp_path}/file/state: Not a directory")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give directories away")
def test_directories_are_made_for_the_user():
    with tempfile.TemporaryDirectory() as place:  # pytest's own is closed to others
        Path(place).chmod(0o755)
        own, foreign = Path(place) / "state", Path(place) / "foreign"
        foreign.mkdir(mode=0o700)
        with running(Path(place), user="nobody", own=[str(own)]) as gateway:
            assert own.owner() == "nobody"
            gateway.change(own=[str(foreign)])
            gateway.reload()
            until(lambda: gateway.said(f"{foreign}: Permission denied"), "the directory is named")
            assert gateway.connect().echo("x") == "x"


def test_addresses_come_and_go_with_a_reload(tmp_path):
    with running(tmp_path) as gateway:
        old = gateway.address
        kept = gateway.connect()
        gateway.change(listen=[f"127.0.0.1:{free_port()}"])
        gateway.reload()
        gateway.serving(2)
        assert gateway.connect().echo("x") == "x"
        until(lambda: refused(old), "the old address is closed")
        assert kept.echo("x") == "x"


def refused(address: tuple[str, int]) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(address) != 0


def test_workers_finish_when_the_supervisor_is_gone(tmp_path):
    gateway = Gateway(tmp_path).start().serving()
    client = gateway.connect()
    gateway.process.kill()
    gateway.process.wait()
    assert client.echo("on") == "on"
    until(lambda: refused(gateway.address), "nobody accepts")
    client.close()
    until(lambda: not alive(client.pid), "the worker ends")


def test_signals_to_a_worker_do_nothing(tmp_path):
    with running(tmp_path) as gateway:
        client = gateway.connect()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(client.pid, number)
        assert client.echo("on") == "on"
        assert gateway.connect().pid == client.pid


def test_an_interrupt_at_the_terminal_reaches_the_supervisor_only(tmp_path):
    ours, theirs = pty.openpty()
    gateway = Gateway(tmp_path)
    gateway.start(stdin=theirs, stdout=theirs, start_new_session=True, preexec_fn=lambda: take_terminal(theirs))
    gateway.serving()
    client = gateway.connect()
    os.write(ours, b"\x03")
    until(lambda: gateway.said("event=stopping"), "stopping")
    assert client.echo("on") == "on"
    client.close()
    assert gateway.process.wait(PATIENCE) == 0
    os.close(ours)
    os.close(theirs)


def take_terminal(terminal: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_systemd_is_told(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with running(tmp_path) as gateway:
            gateway.reload()
            gateway.serving(2)
            gateway.stop()
        told = [systemd.recv(1000).decode().splitlines()[0] for _ in range(5)]
    assert told == ["RELOADING=1", "READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]


def test_a_unix_socket_has_its_mode_and_goes_with_the_gateway(tmp_path):
    path = tmp_path / "below" / "milter.sock"
    with running(tmp_path, listen=[str(path)], mode="0662") as gateway:
        assert stat.S_IMODE(path.stat().st_mode) == 0o662
        assert Client(str(path)).echo("x") == "x"
        gateway.change(mode="0600")
        gateway.reload()
        gateway.serving(2)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        gateway.stop()
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_becomes_the_user(tmp_path):
    tmp_path.chmod(0o755)
    with running(tmp_path, user="nobody") as gateway:
        client = gateway.connect()
        for pid in (gateway.process.pid, client.pid):
            ids = Path(f"/proc/{pid}/status").read_text().split("Uid:")[1].split()[:4]
            assert len(set(ids)) == 1
            assert ids[0] != "0"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_unknown_user_is_a_mistake_not_a_reason_to_stay_root(tmp_path):
    gateway = Gateway(tmp_path, user="nobody-of-that-name").start()
    assert gateway.process.wait(PATIENCE) == 1
    assert gateway.said("there is no account")
