"""A file is known again, the same or changed a little, and another one is not taken for it."""

import os

import pytest

from gatekeeper.digests import files
from gatekeeper.digests.files import likeness, sketch_of
from tests.unit.digests.campaign_mails import program, script

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")


def alike(one: bytes, other: bytes) -> float:
    return likeness(sketch_of(one).data, sketch_of(other).data)


@pytest.mark.parametrize("data", [program(1), script(1), os.urandom(5000), b"a" * 5000])
def test_the_same_file_is_the_same(data: bytes) -> None:
    assert alike(data, bytes(data)) == 1.0
    assert sketch_of(data) == sketch_of(bytes(data))


@pytest.mark.parametrize("seed", range(5))
def test_a_file_that_was_changed_a_little_is_near(seed: int) -> None:
    changed = program(seed, changed=20)
    assert 0.8 <= alike(program(seed), changed) < 1.0
    assert set(sketch_of(program(seed)).keys) & set(sketch_of(changed).keys)


@pytest.mark.parametrize("seed", range(5))
def test_another_file_is_far(seed: int) -> None:
    assert alike(os.urandom(5000), os.urandom(5000)) < 0.5
    assert alike(program(seed), script(seed)) < 0.5


def test_what_is_all_alike_has_its_hash_alone() -> None:
    assert len(sketch_of(b"a" * 5000).keys) == 1
    assert alike(b"a" * 5000, b"a" * 5001) == 0.0


def test_where_time_is_short_it_has_its_hash_alone() -> None:
    assert likeness(sketch_of(program(1), near=False).data, sketch_of(program(1)).data) == 1.0
    assert likeness(sketch_of(program(1), near=False).data, sketch_of(program(1, changed=10)).data) == 0.0


def test_what_is_too_large_has_its_hash_alone() -> None:
    data = os.urandom(1_000_001)
    assert len(sketch_of(data).keys) == 1
    assert alike(data, data[1:]) == 0.0


def test_without_the_library_the_same_file_is_known_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with_library = sketch_of(program(1))
    monkeypatch.setattr(files, "tlsh", None)
    assert alike(program(1), program(1)) == 1.0
    assert alike(program(1), program(1, changed=10)) == 0.0
    assert likeness(with_library.data, sketch_of(program(1)).data) == 1.0
    assert likeness(with_library.data, sketch_of(program(2)).data) == 0.0


def test_keys_can_be_stored() -> None:
    assert all(-(2**63) <= key < 2**63 for seed in range(20) for key in sketch_of(program(seed)).keys)
