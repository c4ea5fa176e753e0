import pytest

from gatekeeper.message.openers.vba import Module, decompressed, modules
from tests.unit.message.openers.projects import compressed, storage


def streams(**sources: str) -> dict[str, bytes]:
    return {name.lower(): data for name, data in storage(**sources).items()}


def test_each_module_is_found_by_the_directory():
    found = list(modules(streams(ThisDocument="Sub A()", Module1="Sub B()")))
    assert [module.name for module in found] == ["ThisDocument", "Module1"]
    assert found[1].source == b'Attribute VB_Name = "Module1"\r\nSub B()'


def test_without_a_directory_source_is_looked_for():
    found = streams(Module1="Sub B()")
    found["dir"] = b"junk"
    assert list(modules(found)) == [Module("module1", b'Attribute VB_Name = "Module1"\r\nSub B()')]


def test_a_module_without_source_is_still_there():
    found = streams(Module1="Sub B()")
    found["module1"] = bytes(100)
    assert list(modules(found)) == [Module("Module1", b"")]


@pytest.mark.parametrize("data", [b"", b"\1", b"\1\0", b"\2abc", b"\1\xff\xff", b"\1\3\xb0\xff\xff\xff\xff"])
def test_what_is_broken_gives_nothing(data):
    assert decompressed(data) == b""


def test_the_example_of_the_specification():
    """[MS-OVBA] 3.2.3, maximum compression."""
    assert decompressed(bytes.fromhex("0103b002614500")) == b"a" * 73


def test_a_chunk_that_is_not_compressed():
    assert decompressed(b"\1" + b"\xff\x3f" + b"x" * 4096 + b"\3\xb0\2aE\0") == b"x" * 4096 + b"a" * 73


def test_no_more_is_made_than_allowed():
    bomb = b"\1" + b"\3\xb0\2a\xff\x0f" * 100_000
    assert len(decompressed(bomb, limit=1_000_000)) == 1_000_000


def test_what_is_cut_off_is_given_as_far_as_it_goes():
    whole = compressed(b"abcdefghijklmnop")
    assert decompressed(whole[:-4]) == b"abcdefghijkl"
