import os
import threading
from pathlib import Path

import pytest

from gatekeeper.stores import training_lock
from gatekeeper.stores.opening import StoreError
from gatekeeper.stores.training_lock import held


def test_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def learn(number: int) -> None:
        for _ in range(5):
            with held(tmp_path / "lock"):
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=learn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 20


def test_who_waits_too_long_is_told_who_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_lock, "PATIENCE", 0.1)
    with held(tmp_path / "lock"):
        told = rf"lock: process {os.getpid()} \(.+\) is learning; try again when it is done, or end it"
        with pytest.raises(StoreError, match=told), held(tmp_path / "lock"):
            pass
    with held(tmp_path / "lock"):
        pass


def test_who_waits_in_the_queue_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with held(tmp_path / "lock"):
        waiting = threading.Thread(target=lambda: held(tmp_path / "lock").__enter__())
        monkeypatch.setattr(training_lock, "PATIENCE", 0.5)
        waiting_failed: list[BaseException] = []
        monkeypatch.setattr(threading, "excepthook", lambda args: waiting_failed.append(args.exc_value))
        waiting.start()
        with pytest.raises(StoreError, match="is learning"), held(tmp_path / "lock"):
            pass
        waiting.join(30)
    assert isinstance(waiting_failed[0], StoreError)


def test_what_fails_inside_lets_go(tmp_path: Path) -> None:
    with pytest.raises(KeyError), held(tmp_path / "lock"):
        raise KeyError
    with held(tmp_path / "lock"):
        pass


def test_a_process_that_was_forked_inside_does_not_hold_it(tmp_path: Path) -> None:
    ready, go_on = os.pipe()
    with held(tmp_path / "lock"):
        child = os.fork()
        if not child:
            os.close(go_on)
            os.read(ready, 1)  # until the parent is done
            os._exit(0)
    with held(tmp_path / "lock"):
        os.close(go_on)
    assert os.waitpid(child, 0)[1] == 0
    os.close(ready)


def test_the_file_is_ours_alone(tmp_path: Path) -> None:
    with held(tmp_path / "new" / "lock"):
        pass
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_who_has_the_directory(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with held(tmp_path / "lock"):
        pass
    assert (tmp_path / "lock").stat().st_uid == 12345


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("precious")
    (tmp_path / "lock").symlink_to("elsewhere")
    with pytest.raises(StoreError), held(tmp_path / "lock"):
        pass
    assert (tmp_path / "elsewhere").read_text() == "precious"
