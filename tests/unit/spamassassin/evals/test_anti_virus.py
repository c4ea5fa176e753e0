"""Attachments that are programs, or named otherwise than declared."""

import pytest

from gatekeeper.spamassassin.evals.anti_virus import check_microsoft_executable, check_suspect_name
from tests.unit.spamassassin.evals.cases import SomePart, SomeTexts, SomeTree, case

B64 = {"content-transfer-encoding": b"base64"}


@pytest.mark.parametrize(
    ("part", "hit"),
    [
        (SomePart(fields={"content-type": b'application/x; name="A.EXE"'}), True),
        (SomePart(fields={"content-type": b"application/x; name*0=a.; name*1=scr"}), True),
        (SomePart(fields={"content-type": b"application/x; name=a.exe.txt"}), False),
        (SomePart(fields=B64, lines=[b"TVqQAAMAAAAEAAAA\n"]), True),
        (SomePart(fields=B64, lines=[b"\n", b"TVqQAAMAAAAEAAAA\n"]), False),
        (SomePart(lines=[b"TVqQAAMAAAAEAAAA\n"]), False),
        (SomePart(lines=[b"begin 644 a\n", b"M35J0``,````$````\n"]), True),
        (SomePart("image/png", lines=[b"M35J0``,````$````\n"]), False),
        (SomePart(), False),
    ],
)
def test_programs_by_name_and_by_their_first_octets(part: SomePart, hit: bool) -> None:
    assert check_microsoft_executable(case(SomeTexts(tree=SomeTree(part)))) is hit


@pytest.mark.parametrize(
    ("value", "hit"),
    [
        (b"image/gif; name=a.txt", True),
        (b"text/html; name=a.txt", False),
        (b"text/plain; name=a.jpg", True),
        (b"image/x-png; name=a.jpeg", False),
        (b"application/octet-stream; name=a.jpg", False),
        (b"text/x-vcard; name=a.vcf", False),
        (b"text/plain; name=a.vcf", True),
        (b"image/gif; name=a.exe", True),
        (b"application/x; name=a.exe", False),
        (b"application/msword; name=a.doc", False),
        (b"application/pdf; name=a.doc", True),
        (b"application/vnd.ms-powerpoint; name=a.ppt", False),
        (b"application/vnd.ms-excel; name=a.xls", False),
        (b"text/plain", False),
    ],
)
def test_names_that_end_as_another_type_does(value: bytes, hit: bool) -> None:
    assert check_suspect_name(case(SomeTexts(tree=SomeTree(SomePart(fields={"content-type": value}))))) is hit
