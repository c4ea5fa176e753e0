import zlib
from base64 import b64encode

import pytest

from gatekeeper.message.openers import active_mime, word_xml
from gatekeeper.message.openers.contract import LimitError, OpenLimits
from tests.unit.message.openers.reading import Found

WRAPPED = b"ActiveMime".ljust(0x32, b"\0") + zlib.compress(b"\xd0\xcf\x11\xe0 compound")


def test_macros_of_word_2003():
    text = f'<w:d xmlns:w="u"><w:binData w:name="editdata.mso">\n{b64encode(WRAPPED).decode()}\n</w:binData></w:d>'
    assert Found(word_xml, text.encode(), "word-xml").data == {"editdata.mso": b"\xd0\xcf\x11\xe0 compound"}


def test_parts_of_the_flat_form():
    part = f'<p:part p:name="/word/vbaProject.bin"><p:binaryData>{b64encode(b"bytes").decode()}</p:binaryData></p:part>'
    found = Found(word_xml, f'<p:package xmlns:p="u">{part}</p:package>'.encode("utf-16"), "word-xml")
    assert found.data == {"/word/vbaProject.bin": b"bytes"}


def test_what_ties_it_to_other_hosts():
    text = '<a><Relationship Type="x/attachedTemplate" Target="http://a.example/" TargetMode="External"/></a>'
    assert Found(word_xml, text.encode(), "word-xml").anomalies == ["office.remote-template"]


def test_dde_fields():
    text = '<a><fldChar fldCharType="begin"/><instrText>DDE cmd</instrText><fldChar fldCharType="end"/></a>'
    assert Found(word_xml, text.encode(), "word-xml").anomalies == ["office.dde"]


@pytest.mark.parametrize("cell", ["<Path>cmd|/c calc</Path>", "<Cell Formula=\"=cmd|'/c calc'!A1\"/>"])
def test_dde_of_excel_2003(cell):
    text = f'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">{cell}</Workbook>'.encode()
    assert Found(word_xml, text, "xml").anomalies == ["office.dde"]


def test_other_xml_is_nothing():
    assert Found(word_xml, b"<a><Path>x|y</Path><binData>AAAA</binData></a>", "xml").everything == []


def test_what_is_not_base64_is_said():
    assert Found(word_xml, b"<a><binData>A</binData></a>", "word-xml").anomalies == ["kind.unreadable"]


def test_a_longer_wrapping():
    data = b"ActiveMime".ljust(0x1E, b"\0") + (0x20).to_bytes(2, "little")
    assert Found(active_mime, data.ljust(0x20 + 46, b"\1") + zlib.compress(b"x"), "mso", ("a.mso",)).data == {
        "a.mso": b"x"
    }


def test_a_bomb_ends_at_the_limit():
    bomb = b"ActiveMime".ljust(0x32, b"\0") + zlib.compress(bytes(9_000_000))
    with pytest.raises(LimitError, match=r"limit\.member"):
        Found(active_mime, bomb, "mso", limits=OpenLimits(member=2_000_000))
