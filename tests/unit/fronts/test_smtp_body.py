import hashlib
import tempfile
from pathlib import Path

import pytest

from gatekeeper.fronts.body import Body, Room


@pytest.fixture
def room():
    return Room(10_000)


def filled(room, *pieces, memory=100):
    body = Body(room, memory)
    for piece in pieces:
        body.write(piece)
    return body


@pytest.mark.parametrize(
    "pieces", [[], [b"abc"], [b"a", b"b" * 99], [b"x" * 101], [b"a" * 60, b"b" * 60, b"c"], [b"a" * 100, b""]]
)
def test_what_is_written_is_read(room, pieces):
    whole = b"".join(pieces)
    body = filled(room, *pieces)
    assert bytes(body.raw()) == whole
    assert (body.size, body.large, body.lost) == (len(whole), len(whole) > 100, False)
    assert body.sha256 == hashlib.sha256(whole).hexdigest()
    body.close()
    assert room.used == 0


def test_one_piece_is_not_copied(room):
    piece = b"x" * 50
    assert filled(room, piece).raw() is piece


def test_a_large_body_has_no_name(room, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    body = filled(room, b"x" * 500)
    assert body.large
    assert list(tmp_path.iterdir()) == []
    body.close()


def test_bodies_share_the_room(room):
    one, two = filled(room, b"x" * 6000), filled(room, b"x" * 4000)
    assert (room.used, two.lost, room.has(1)) == (10_000, False, False)
    two.write(b"x")
    assert two.lost
    assert room.used == 6000
    two.write(b"x")
    assert room.used == 6000
    one.close()
    one.close()
    assert (room.used, room.has(10_000)) == (0, True)


def test_a_disk_that_is_full_loses_the_body_and_nothing_else(room, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("wb", buffering=0))  # noqa: SIM115
    body = filled(room, b"x" * 500)
    assert body.lost
    assert room.used == 0
    body.write(b"more")
    body.close()


def test_a_map_outlives_the_body_while_somebody_reads_it(room):
    body = filled(room, b"x" * 500)
    view = memoryview(body.raw())
    body.close()
    assert view[:3] == b"xxx"
