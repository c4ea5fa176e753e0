import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.message.openers import shortcut as reader
from tests.unit.message.openers.reading import Found


def test_a_link_to_the_web_is_a_shortcut():
    read = Found(reader, b"[InternetShortcut]\r\nURL=https://host.example/\r\nIconIndex=1\r\n", "url")
    assert (read.anomalies, read.links) == (["url.shortcut"], ["https://host.example/"])


@pytest.mark.parametrize(
    "target",
    [
        b"file://host/share/a.js",
        b"\\\\host\\share\\a.exe",
        b"\\\\host@80\\davwwwroot\\a.exe",
        b"//host/x",
        b"search-ms:query=a",
        b"ms-msdt:/id",
    ],
)
def test_a_link_to_a_file_elsewhere_is_worse(target):
    read = Found(reader, b"[InternetShortcut]\nurl = " + target + b"\n", "url")
    assert (read.anomalies, read.links) == (["url.remote-file"], [target.decode()])


def test_an_icon_elsewhere_is_one_too():
    read = Found(reader, b"[Shell]\r\nCommand=2\r\nIconFile=\\\\host\\share\\x.ico\r\n", "scf")
    assert read.anomalies == ["scf.command", "scf.remote-file"]


def test_utf_16_hides_nothing():
    text = "[InternetShortcut]\r\nURL=file://host/a.exe\r\n".encode("utf-16")
    assert Found(reader, text, "url").anomalies == ["url.remote-file"]


@pytest.mark.parametrize(
    ("text", "anomaly"),
    [
        (
            b"<libraryDescription><simpleLocation><url>\\\\host\\a</url></simpleLocation></libraryDescription>",
            "xml.remote-file",
        ),
        (
            b"<SearchableContent><a:DeepLink>cmd.exe /c calc</a:DeepLink></SearchableContent>",
            "xml.command",
        ),
        (b'<jnlp codebase="https://host.example/"><jar href="a.jar"/></jnlp>', "xml.shortcut"),
    ],
)
def test_shortcuts_in_xml_are_found(text, anomaly):
    assert Found(reader, text, "xml").anomalies == [anomaly]


def test_other_xml_is_no_shortcut():
    assert Found(reader, b"<note><url>https://host.example</url></note>", "xml").everything == []


@given(st.binary(), st.sampled_from(["url", "scf", "xml"]))
def test_nothing_raises(data, kind):
    Found(reader, b"<jnlp" + data, kind)


@pytest.mark.parametrize("piece", [b"<url>", b"url=", b"\n", b"\nurl = ", b'href="', b"<a:", b" "])
def test_a_megabyte_is_read_to_its_end(piece):
    for kind in ("url", "xml"):
        Found(reader, b"<jnlp " + piece * (1_000_000 // len(piece)), kind)
