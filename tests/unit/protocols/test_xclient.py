import pytest

from gatekeeper.protocols.xclient import XCLIENT, XFORWARD, attributes, client
from gatekeeper.values import Client


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ADDR=192.0.2.1", {"ADDR": "192.0.2.1"}),
        ("addr=IPV6:2001:DB8::1 port=25", {"ADDR": "2001:db8::1", "PORT": "25"}),
        ("ADDR=2001:db8::1", {"ADDR": "2001:db8::1"}),
        ("NAME=[UNAVAILABLE] ADDR=[unavailable]", {"NAME": "", "ADDR": ""}),
        ("NAME=[TEMPUNAVAIL]", {"NAME": ""}),
        ("NAME=spike.example HELO=x+2By PROTO=ESMTP", {"NAME": "spike.example", "HELO": "x+y", "PROTO": "ESMTP"}),
    ],
)
def test_attributes(text, found):
    assert attributes(text, XCLIENT) == found


def test_xforward_knows_ident_and_source():
    text = "NAME=a ADDR=192.0.2.1 PORT=5 PROTO=ESMTP HELO=b IDENT=ABC SOURCE=REMOTE"
    assert set(attributes(text, XFORWARD)) == XFORWARD


@pytest.mark.parametrize(
    "text",
    [
        "", "ADDR", "ADDR=", "ADDR=x", "ADDR=1.2.3", "ADDR=IPV6:x", "PORT=x", "PORT=65536", "PORT=-1", "PORT=²",
        "FOO=1", "ADDR=192.0.2.1 ADDR=192.0.2.2", "NAME=a+0D+0A", "NAME=a+20b", "NAME=+4", "NAME=a=b", "HELO=+00",
        "NAME=+FF",
    ],
)  # fmt: skip
def test_bad_attributes(text):
    with pytest.raises(ValueError):
        attributes(text, XCLIENT)


def test_client_takes_what_was_said():
    before = Client("10.0.0.1", "proxy.example", 4000)
    assert client({"ADDR": "192.0.2.1", "NAME": "c.example", "PORT": "25"}, before) == Client(
        "192.0.2.1", "c.example", 25
    )
    assert client({"HELO": "x"}, before) == before


def test_a_new_address_does_not_keep_the_old_name():
    assert client({"ADDR": "192.0.2.1"}, Client("10.0.0.1", "proxy.example", 4000)).name == ""


def test_unknown_is_empty():
    assert client({"ADDR": "", "PORT": ""}, Client("10.0.0.1", "", 4000)) == Client("", "", 0)
