"""Documents of oletools' and ClamAV's own tests, where they are unpacked: what must be found in each, and what not."""

import pytest

from gatekeeper.message.openers.open import open_contents
from tests.unit.message.test_corpora import CORPORA

FOLDER = CORPORA / "attachments"

_OURS = ("office.", "rtf.", "onenote.", "pdf.", "kind.unreadable", "limit.")
_EXPECTED = {
    "oletools/basic/encrypted.docx": "office.encrypted",
    "oletools/encrypted/encrypted.*": "office.encrypted",
    "oletools/encrypted/autostart-*": "office.default-password office.macros office.macros-autorun",
    "oletools/encrypted/dde-*": "office.default-password office.dde",
    "oletools/excel4-macros/*": "office.xlm office.macros-autorun",
    "oletools/msodde/dde-test.*": "office.dde",
    "oletools/msodde/dde-in-csv.csv": "office.dde",
    "oletools/msodde/dde-in-excel2003.xml": "office.dde",
    "oletools/msodde/harmless-clean*": "",
    "oletools/ooxml/harmless-clean*": "",
    "oletools/msodde/RTF-Spec-1.7.rtf": "",
    "oletools/other/presentation.xps": "",
    "oletools/oleform/*": "office.macros",
    "oletools/olevba/*": "office.macros",
    "oletools/oleobj/*.*": "office.embedded-object",
    "oletools/oleobj/external_link/*": "office.remote-object",
    "oletools/rtfobj/*.rtf": "office.equation rtf.object rtf.object-update",
    "clamav-testfiles/clam.ole.doc": "office.embedded-object",
    "clamav-testfiles/clam.ppt": "office.embedded-object",
    "clamav-testfiles/clam.exe.rtf": "office.embedded-object rtf.object",
    "clamav-testfiles/clam.pdf": "pdf.embedded-file",
}


def opened(path):
    return open_contents(path.read_bytes(), (path.name,))


@pytest.mark.parametrize("pattern", _EXPECTED)
def test_what_is_in_them(pattern):
    paths = sorted(FOLDER.glob(pattern))
    if not paths:
        pytest.skip(f"no {pattern} in {FOLDER}; set GATEKEEPER_CORPORA")
    for path in paths:
        found = {anomaly.name for item in opened(path).walk() for anomaly in item.anomalies}
        assert {name for name in found if name.startswith(_OURS)} == set(_EXPECTED[pattern].split()), path


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("clamav-testfiles/clam.ole.doc", "clam.exe"),
        ("clamav-testfiles/clam.ppt", "clam.exe"),
        ("clamav-testfiles/clam.exe.rtf", "clam.exe"),
        ("clamav-testfiles/clam.pdf", "clam.exe"),
        ("oletools/oleobj/sample_with_calc_embedded.doc", "calc.exe"),
        ("oletools/oleobj/sample_with_lnk_file.ppt", "calc.lnk"),
        ("oletools/oleobj/embedded-simple-2007.docx", "simple-text-file.txt"),
        ("oletools/oleobj/embedded-simple-2007-as2003.xml", "simple-text-file.txt"),
        ("oletools/oleobj/embedded-unicode.doc", "ünicöde-수식끝이잘못되었습니다.txt"),
    ],
)
def test_what_is_embedded_has_its_name_and_its_bytes(name, member):
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no {name} in {FOLDER}; set GATEKEEPER_CORPORA")
    (item,) = [item for item in opened(path).walk() if member in item.names]
    assert item.data
    assert member.endswith(".txt") or item.kind == member.rpartition(".")[2]
