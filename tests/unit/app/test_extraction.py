"""The same work on many messages. Some of it kills the process it is done in."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.app.extraction import Lost, cores, results


def text(number: int) -> bytes:
    return b"%d" % number


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_order_whoever_is_faster(jobs: int) -> None:
    def work(number: int) -> bytes:
        if number % 40 == 0:
            time.sleep(0.02)
        return text(number)

    numbers = list(range(300, 0, -1))
    assert list(results(work, numbers, jobs)) == [text(number) for number in numbers]


@pytest.mark.parametrize("jobs", [1, 3])
def test_nothing_to_do(jobs: int) -> None:
    assert list(results(text, [], jobs)) == []


def dangerous(number: int) -> bytes:
    match number:
        case 20:
            raise ValueError("not so")
        case 30:
            os.kill(os.getpid(), signal.SIGKILL)
        case 31:
            os._exit(3)
        case 40:
            signal.pause()
        case 50:
            bytearray(3_000_000_000)
        case 60:
            return b"x" * 3_000_000
    return text(number)


def test_a_message_that_ends_its_process_is_lost_and_no_other() -> None:
    found = list(results(dangerous, range(100), 2, seconds=0.2))
    lost = {number: result.why for number, result in enumerate(found) if isinstance(result, Lost)}
    assert lost == {
        20: "not so",
        30: "the process that read it was ended by SIGKILL",
        31: "the process that read it ended with status 3",
        40: "it took longer than 0.2 s",
        50: "it takes too much memory",
    }
    assert found[60] == b"x" * 3_000_000
    assert [result for n, result in enumerate(found) if n not in {*lost, 60}] == [
        text(n) for n in range(100) if n not in {*lost, 60}
    ]


def test_one_process_tells_what_is_wrong_too() -> None:
    found = list(results(lambda n: dangerous(20) if n == 1 else text(n), range(3), 1))
    assert found == [b"0", Lost("not so"), b"2"]


def test_work_ahead_of_whoever_takes_the_results_is_bounded() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(100_000):
            taken.append(number)
            yield number

    found = results(text, numbers(), 2)
    for _ in range(10):
        next(found)
    assert len(taken) < 5000
    found.close()


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_stops_when_asked_and_leaves_no_process(jobs: int) -> None:
    seen: list[object] = []
    seen.extend(results(text, range(100_000), jobs, stopped=lambda: len(seen) >= 100))
    assert seen == [text(n) for n in range(100)]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_what_is_needed_stays_open_and_nothing_else() -> None:
    keep, other = os.pipe()

    def work(_: int) -> bytes:
        return repr([_is_open(keep), _is_open(other)]).encode()

    try:
        assert next(results(work, [1], 2, keep=[keep])) == b"[True, False]"
    finally:
        os.close(keep), os.close(other)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_processes_end_with_the_one_that_started_them() -> None:
    code = (
        "import os\nfrom gatekeeper.app.extraction import results\n"
        "found = results(lambda n: b'%d' % os.getpid(), range(10_000), 2)\n"
        "print(*{int(next(found)) for _ in range(100)}, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    processes = [int(word) for word in done.stdout.split()]
    assert processes
    for _ in range(100):
        if not any(Path(f"/proc/{process}").exists() for process in processes):
            break
        time.sleep(0.05)
    assert not any(Path(f"/proc/{process}").exists() for process in processes)


def test_there_is_a_core() -> None:
    assert cores() >= 1
