import hashlib
import io
import json
import os
import threading
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gatekeeper.stores import model_file, private
from gatekeeper.stores.opening import StoreError

ARRAYS: dict[str, NDArray[Any]] = {
    "keys": np.arange(1000, dtype=np.uint64) << np.uint64(40),
    "weights": np.linspace(-1, 1, 77, dtype=np.float32),
    "fusion": np.array([[1.5, 2], [3, 4]]),
    "none": np.empty(0, np.uint32),
}


@pytest.fixture
def served(tmp_path: Path) -> Path:
    model_file.write(tmp_path, ARRAYS, {"date": "today"})
    return tmp_path


def arrays_of(directory: Path) -> dict[str, NDArray[Any]]:
    found = model_file.read(directory)
    assert found
    return found[0]


def swapped(served: Path, data: bytes) -> None:
    """Other bytes, with a card that names them."""
    card = json.loads((served / "model.json").read_text())
    (served / card["file"]).write_bytes(data)
    (served / "model.json").write_text(json.dumps(card | {"sha256": hashlib.sha256(data).hexdigest()}))


def failure(directory: Path) -> str:
    with pytest.raises(model_file.Damaged) as caught:
        model_file.read(directory)
    return str(caught.value)


def test_there_is_none_yet(tmp_path: Path) -> None:
    assert model_file.read(tmp_path) is None
    assert model_file.read(tmp_path / "nowhere") is None


def test_what_is_written_is_read(served: Path) -> None:
    arrays = arrays_of(served)
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (arrays[name].dtype, arrays[name].shape) == (array.dtype, array.shape)
        assert (arrays[name] == array).all()


def test_the_card_says_what_it_was_told(served: Path) -> None:
    card = model_file.read_card(served)
    assert card
    assert (card["format"], card["file"], card["date"]) == (1, "model-1.npz", "today")


def test_arrays_are_mapped_aligned_and_cannot_be_changed(served: Path) -> None:
    for name, array in arrays_of(served).items():
        assert not array.flags.owndata or not array.size, name
        assert array.ctypes.data % 64 == 0 or not array.size
        assert array.flags.aligned
        if array.size:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_numpy_reads_it_too(served: Path) -> None:
    with np.load(served / "model-1.npz", allow_pickle=False) as file:
        assert {name: array.tolist() for name, array in file.items()} == {n: a.tolist() for n, a in ARRAYS.items()}


def test_the_same_arrays_make_the_same_bytes(served: Path, tmp_path: Path) -> None:
    first = (served / "model-1.npz").read_bytes()
    model_file.write(served, ARRAYS, {})
    assert (served / "model-2.npz").read_bytes() == first


def test_nobody_else_may_read_it(served: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in served.iterdir()} == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_belongs_to_who_has_the_directory(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    model_file.write(tmp_path, ARRAYS, {})
    assert {path.stat().st_uid for path in tmp_path.iterdir()} == {12345}


def test_a_newer_one_takes_its_place_and_who_has_the_old_one_keeps_it(served: Path) -> None:
    old = arrays_of(served)
    model_file.write(served, {"keys": np.arange(5)}, {})
    assert arrays_of(served)["keys"].tolist() == [0, 1, 2, 3, 4]
    assert (old["keys"] == ARRAYS["keys"]).all()
    assert sorted(path.name for path in served.iterdir()) == ["model-2.npz", "model.json"]


def test_what_a_crash_left_is_cleared_away(served: Path) -> None:
    (served / "model-2.npz").write_bytes(b"half of it")
    (served / "model.json.new").write_bytes(b"{")
    (served / "model-0.npz").write_bytes(b"")
    model_file.write(served, ARRAYS, {})
    assert sorted(path.name for path in served.iterdir()) == ["model-2.npz", "model.json"]
    assert (arrays_of(served)["keys"] == ARRAYS["keys"]).all()


@pytest.mark.parametrize("steps", range(5))
def test_what_is_served_is_whole_wherever_writing_ends(
    served: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the disk fails, or ^C comes, right after the card was put in its place."""
    left, sync = [steps], private.sync_directory

    def failing(path: Path) -> None:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        sync(path)

    monkeypatch.setattr(private, "sync_directory", failing)
    with suppress(KeyboardInterrupt):
        model_file.write(served, {"keys": ARRAYS["keys"][:9]}, {"date": "tomorrow"})
    found = model_file.read(served)
    assert found
    assert len(found[0]["keys"]) == {"today": 1000, "tomorrow": 9}[found[1]["date"]]


def test_who_reads_while_another_writes_finds_the_old_or_the_new(served: Path) -> None:
    wrong: list[BaseException] = []
    done = threading.Event()

    def look() -> None:
        try:
            while not done.is_set():
                arrays = arrays_of(served)
                assert arrays["keys"][0] == arrays["keys"][-1]
        except BaseException as error:
            wrong.append(error)

    model_file.write(served, {"keys": np.full(50_000, 0)}, {})
    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(20):
        model_file.write(served, {"keys": np.full(50_000, number)}, {})
    done.set()
    for reader in readers:
        reader.join(30)
    assert not wrong


def test_a_file_that_is_gone_is_named(served: Path) -> None:
    (served / "model-1.npz").unlink()
    assert failure(served).startswith(f"{served}/model-1.npz: no such file")


@pytest.mark.parametrize("size", [0, 1, 50, 5000, -1])
def test_a_file_that_is_cut_off_is_named(served: Path, size: int) -> None:
    path = served / "model-1.npz"
    path.write_bytes(path.read_bytes()[:size])
    assert "its bytes are not those that its card names" in failure(served)
    assert "gatekeeper learn --rebuild" in failure(served)


def test_a_bit_that_is_wrong_is_noticed(served: Path) -> None:
    data = bytearray((served / "model-1.npz").read_bytes())
    data[3000] ^= 1
    (served / "model-1.npz").write_bytes(data)
    assert f"{served}/model-1.npz" in failure(served)


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (b"", "not the card"),
        (b"\xff\xfe", "not the card"),
        (b"[1]", "not the card"),
        (b"{}", "not the card"),
        (b'{"format": 2}', "format 2, not 1"),
        (b'{"format": 1}', "which file"),
        (b'{"format": 1, "file": "../../etc/passwd.npz", "sha256": ""}', "which file"),
        (b'{"format": 1, "file": "a.txt", "sha256": ""}', "which file"),
        (b'{"format": 1, "file": "gone.npz", "sha256": ""}', "no such file"),
        (b"[" * 100_000, "not the card"),
    ],
)
def test_a_card_that_is_wrong_is_named(served: Path, card: bytes, told: str) -> None:
    (served / "model.json").write_bytes(card)
    assert told in failure(served)
    assert str(served) in failure(served)


def test_a_newer_one_can_be_written_over_a_damaged_one(served: Path) -> None:
    (served / "model.json").write_bytes(b"nothing")
    model_file.write(served, ARRAYS, {})
    assert (arrays_of(served)["keys"] == ARRAYS["keys"]).all()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def zipped(data: bytes, kind: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        archive.writestr("keys.npy", data)
    return file.getvalue()


HEADER = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<u8', 'fortran_order': False, 'shape': (%s,), }".ljust(117) + b"\n"


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        zipped(b"", zipfile.ZIP_DEFLATED),
        zipped(b"no array"),
        zipped(b"\x93NUMPY\x02\x00"),
        zipped(HEADER.replace(b"%s", b"2 ") + bytes(8)),
        zipped(HEADER.replace(b"%s", b"99999999999999999999") + bytes(8)),
        zipped(HEADER.replace(b"%s", b"-1") + bytes(8)),
        zipped(HEADER.replace(b"<u8", b"|O").replace(b"%s", b"1 ") + bytes(8)),
        npz(keys=np.asfortranarray(np.ones((3, 4)))),
        npz(keys=np.ones(3))[:-5],
    ],
)
def test_a_file_that_is_none_of_ours_is_named(served: Path, data: bytes) -> None:
    swapped(served, data)
    assert "not a file of arrays" in failure(served)


def test_a_compressed_file_is_read_into_memory(served: Path) -> None:
    before, packed = {name: array.copy() for name, array in arrays_of(served).items()}, io.BytesIO()
    np.savez_compressed(packed, **before)
    swapped(served, packed.getvalue())
    after = arrays_of(served)
    assert after.keys() == before.keys()
    assert all(np.array_equal(after[name], array) for name, array in before.items())


def test_a_compressed_file_without_measure_is_named(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "_MOST_UNPACKED", 1000)
    packed = io.BytesIO()
    np.savez_compressed(packed, keys=np.zeros(1000))
    swapped(served, packed.getvalue())
    assert "unpacks to 8128 octets" in failure(served)


def test_no_compressed_pickle_is_read(served: Path) -> None:
    packed = io.BytesIO()
    np.savez_compressed(packed, keys=np.array([{"a": 1}], object))
    swapped(served, packed.getvalue())
    assert "not a file of arrays" in failure(served)


def test_no_pickle_is_read(served: Path) -> None:
    file = io.BytesIO()
    np.savez(file, keys=np.array([{"a": 1}], object))
    swapped(served, file.getvalue())
    assert "not a file of arrays" in failure(served)


@settings(deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=4))
def test_whatever_is_in_it_there_is_an_answer_or_an_error(
    changes: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The card's digest tells what is broken; here it is made to fit."""
    directory = tmp_path_factory.mktemp("served")
    small = {"keys": np.arange(3, dtype=np.uint64), "fusion": np.ones(2)}
    model_file.write(directory, small, {})
    octets = bytearray((directory / "model-1.npz").read_bytes())
    for place, octet in changes:
        octets[place % len(octets)] = octet
    swapped(directory, bytes(octets))
    with suppress(StoreError):
        assert model_file.read(directory)
