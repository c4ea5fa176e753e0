from functools import cache
from io import BytesIO
from zipfile import ZipFile

import msoffcrypto.format.ooxml
import pytest

from gatekeeper.message.openers import ole
from gatekeeper.message.openers.encrypted import decrypted
from tests.unit.message.openers.compounds import compound
from tests.unit.message.openers.reading import Found

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


@cache  # the time stands in it
def package() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_TYPES}"/>')
        archive.writestr("xl/workbook.xml", "<workbook/>" + " " * 5000)
    return out.getvalue()


def encrypted(password: str) -> bytes:
    out = BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(BytesIO(package())).encrypt(password, out)
    return out.getvalue()


def test_the_password_of_every_excel_opens_it():
    found = Found(ole, encrypted("VelvetSweatshop"), "ole", ("a.xlsx",))
    assert found.anomalies == ["office.default-password"]
    assert [(m.label, m.names, m.data) for m in found.members] == [("decrypted", ("a.xlsx",), package())]


def test_another_password_keeps_it_closed():
    assert Found(ole, encrypted("secret"), "ole").anomalies == ["office.encrypted"]


def test_a_password_that_takes_too_long_is_not_tried():
    whole = encrypted("VelvetSweatshop")
    assert decrypted(whole, b'<keyEncryptor spinCount="100000"/>') is not None
    assert decrypted(whole, b'<keyEncryptor spinCount="900000"/>') is None


def test_a_descriptor_with_entities_is_not_read():
    assert decrypted(encrypted("VelvetSweatshop"), "<!ENTITY a 'b'>".encode("utf-16-le")) is None


@pytest.mark.parametrize("data", [b"", b"PK\3\4", compound({"EncryptionInfo": b"", "EncryptedPackage": b""})])
def test_what_is_damaged_stays_closed(data):
    assert decrypted(data) is None


def test_no_file_is_made(monkeypatch):
    """Old formats go through temporary files in the library."""
    from msoffcrypto.format import doc97, ppt97, xls97

    decrypted(b"")
    assert [module.tempfile.TemporaryFile for module in (doc97, ppt97, xls97)] == [BytesIO] * 3
