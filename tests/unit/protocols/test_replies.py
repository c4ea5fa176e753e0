import pytest

from gatekeeper.protocols import replies
from gatekeeper.protocols.replies import to_bytes
from gatekeeper.values import Reply

FIXED = {name: reply for name, reply in vars(replies).items() if isinstance(reply, Reply)}


def test_one_line():
    assert to_bytes(Reply(250, "2.1.0", ("Sender ok",))) == b"250 2.1.0 Sender ok\r\n"


def test_several_lines_each_with_its_status():
    assert to_bytes(Reply(550, "5.7.1", ("one", "two"))) == b"550-5.7.1 one\r\n550 5.7.1 two\r\n"


def test_without_status():
    assert to_bytes(Reply(250, "", ("mx", "PIPELINING"))) == b"250-mx\r\n250 PIPELINING\r\n"


@pytest.mark.parametrize("text", ["a\r\n250 ok", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\x85b", "bücher", "\udcff"])
def test_no_text_begins_a_line_or_leaves_ascii(text):
    data = to_bytes(Reply(550, "5.7.1", (text,)))
    assert data.count(b"\r\n") == 1
    assert data[:-2].decode("ascii").isprintable()


def test_lines_stay_within_the_limit_of_the_rfc():
    assert len(to_bytes(Reply(550, "5.7.1", ("x" * 5000,)))) <= 512


@pytest.mark.parametrize("name", FIXED)
def test_fixed_replies_have_the_class_of_their_code(name):
    reply = FIXED[name]
    assert to_bytes(reply).startswith(b"%d" % reply.code)
    if reply.code not in (220, 354) or reply.status:
        assert reply.status.split(".")[0] == str(reply.code)[0]
