import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from gatekeeper.lookups import program
from gatekeeper.lookups.program import Launcher
from gatekeeper.values import Answer, Exceeded, Exited, Failed, Program, TimedOut


def asked(path: str, *arguments: str, data: bytes = b"", patience: float = 20.0) -> tuple[Answer, bytes]:
    answer = asyncio.run(Launcher(patience).answer(Program(path, arguments, "5e1f", data)))
    return answer, answer.output if isinstance(answer, Exited) else b""


def script(home: Path, text: str) -> str:
    path = home / "program"
    path.write_text(f"#!{sys.executable} -I\nimport os, signal, sys, time\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_what_it_is_given_and_what_it_says() -> None:
    assert asked("/bin/cat", data=b"hello\n") == (Exited(0), b"hello\n")
    assert asked("/bin/echo", "a b", "$HOME", "`id`", "\xe9") == (Exited(0), b"a b $HOME `id` \xe9\n")
    assert asked("/bin/false") == (Exited(1), b"")


def test_it_knows_nothing_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "1")
    _, output = asked("/usr/bin/env")
    assert {line.partition(b"=")[0] for line in output.splitlines()} == {b"PATH", b"LANG", b"HOME"}
    assert asked("/bin/pwd")[1] == b"/\n"


def test_much_goes_through_without_anybody_waiting_for_the_other() -> None:
    data = os.urandom(3_000_000)
    assert asked("/bin/cat", data=data)[1] == data


def test_whoever_does_not_read_it_all_is_left_alone() -> None:
    assert asked("/bin/true", data=b"x" * 3_000_000)[0] == Exited(0)


def test_what_cannot_be_run() -> None:
    assert isinstance(asked("/nowhere/program")[0], Failed)
    assert isinstance(asked("/etc/passwd")[0], Failed)


def test_whoever_takes_too_long_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "note"
    text = f"""
child = os.fork()
if child:
    open({str(note)!r}, "w").write(f"{{os.getpid()}} {{child}}")
signal.pause()
"""
    assert isinstance(asked(script(tmp_path, text), patience=1.0)[0], TimedOut)
    for pid in map(int, note.read_text().split()):
        assert _is_gone(pid)


def _is_gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_whoever_prints_too_much(tmp_path: Path) -> None:
    assert isinstance(asked("/usr/bin/yes")[0], Exceeded)


def test_whoever_takes_too_much_cpu_time_or_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_CPU", 1)
    assert isinstance(asked(script(tmp_path, "while True: pass"))[0], Exceeded)
    assert asked(script(tmp_path, "b = bytearray(3 << 30)"))[0] == Exited(1)


def test_whom_a_signal_ends(tmp_path: Path) -> None:
    assert isinstance(asked(script(tmp_path, "os.kill(os.getpid(), 9)"))[0], Failed)
