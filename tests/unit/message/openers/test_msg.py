from contextlib import suppress
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.message.openers import msg as reader
from gatekeeper.message.openers.contract import LimitError, OpenLimits
from gatekeeper.values import Anomaly
from tests.unit.message.openers.compounds import Tree, compound
from tests.unit.message.openers.reading import Found
from tests.unit.message.openers.rtfs import LITERAL_RTF


def numbers(head: int, *properties: tuple[int, int]) -> bytes:
    return bytes(head) + b"".join(pack("<HHIII", 3, identifier, 0, value, 0) for identifier, value in properties)


def attachment(name: str = "a.exe", data: bytes = b"MZ") -> Tree:
    return {
        "__properties_version1.0": numbers(8, (0x3705, 1)),
        "__substg1.0_3707001F": name.encode("utf-16-le"),
        "__substg1.0_37010102": data,
    }


def message(*attachments: Tree, head: int = 32, **streams: bytes) -> Tree:
    tree: Tree = {"__properties_version1.0": numbers(head)}
    tree |= {f"__substg1.0_{tag}": data for tag, data in streams.items()}
    return tree | {f"__attach_version1.0_#{number:08X}": inner for number, inner in enumerate(attachments)}


def found(tree: Tree, **limits: int) -> Found:
    return Found(reader, compound(tree), "msg", limits=OpenLimits(**limits))


def test_files_come_out_with_their_bytes_and_names():
    read = found(message(attachment(), attachment("b.txt", b"x" * 9000)))
    assert read.data == {"a.exe": b"MZ", "b.txt": b"x" * 9000}
    assert read.anomalies == []


def test_every_name_is_a_name():
    tree = attachment("long.txt") | {"__substg1.0_3704001E": b"SHORT~1.EXE", "__substg1.0_3703001E": b".scr"}
    assert found(message(tree)).members[0].names == ("long.txt", "SHORT~1.EXE", "long.scr")


def test_names_of_bytes_are_in_the_codepage_of_the_message():
    tree = message({"__substg1.0_3704001E": "счёт.exe".encode("cp1251"), "__substg1.0_37010102": b"MZ"})
    tree["__properties_version1.0"] = numbers(32, (0x3FFD, 1251))
    assert found(tree).members[0].names == ("счёт.exe",)


def test_a_message_inside_is_read_to_its_end():
    inner = message(attachment("worm.exe", b"MZ worm"), head=24)
    outer: Tree = {"__properties_version1.0": numbers(8, (0x3705, 5)), "__substg1.0_3701000D": inner}
    read = found(message(outer))
    assert [(member.label, member.names, member.data) for member in read.members] == [
        ("msg.msg", ("worm.exe",), b"MZ worm")
    ]


def test_messages_in_messages_end_somewhere():
    tree = message(attachment())
    for _ in range(5):
        tree = message({"__properties_version1.0": numbers(8), "__substg1.0_3701000D": tree})
    read = found(tree, depth=3)
    assert read.anomalies == ["limit.depth"]
    assert read.members == []


def test_an_object_gives_its_streams():
    read = found(
        message({"__substg1.0_3707001F": "x".encode("utf-16-le"), "__substg1.0_3701000D": {"CONTENTS": b"MZ"}})
    )
    assert [(member.names, member.data) for member in read.members] == [(("x", "CONTENTS"), b"MZ")]


def test_bodies_come_out():
    bodies = {"1000001F": "grüße".encode("utf-16-le"), "10130102": b"<p>hi", "10090102": LITERAL_RTF}
    assert found(message(**bodies)).data == {
        "body.txt": "grüße".encode(),
        "body.html": b"<p>hi",
        "body.rtf": b"{\\rtf1 }",
    }


def test_a_file_that_lies_elsewhere_is_a_link():
    tree: Tree = {
        "__properties_version1.0": numbers(8, (0x3705, 2)),
        "__substg1.0_370D001F": "\\\\host\\share\\a.exe".encode("utf-16-le"),
    }
    read = found(message(tree))
    assert read.links == ["\\\\host\\share\\a.exe"]
    assert read.members[0].anomalies == (Anomaly("msg.reference", read.links[0]),)
    assert [(member.names, member.data) for member in read.members] == [(("a.exe",), None)]


def test_a_stream_with_a_name_that_is_none_is_odd_and_hides_nothing():
    read = found(message(attachment(), zzzzzzzz=b"x"))
    assert read.anomalies == ["msg.stream"]
    assert read.data == {"a.exe": b"MZ"}


def test_what_it_may_cost_is_limited():
    with pytest.raises(LimitError, match=r"limit\.expanded"):
        found(message(attachment(data=b"x" * 5000)), expanded=4000)


def test_anything_else_is_refused():
    with pytest.raises(ValueError, match="sectors"):
        Found(reader, b"hello", "msg")


@settings(max_examples=200)
@given(st.data())
def test_a_spoilt_file_raises_nothing_unforeseen(data):
    whole = bytearray(compound(message(attachment(), attachment("b.txt"))))
    for _ in range(5):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(OSError, ValueError, LimitError, IndexError, RecursionError):
        Found(reader, bytes(whole), "msg")
