import io
import zipfile

import pytest

from gatekeeper.app import sealing
from gatekeeper.app.sealing import sealed
from gatekeeper.quarantine.acts import NotDone

pyzipper = pytest.importorskip("pyzipper", reason="gatekeeper[web] is not installed")
RAW = b"Subject: x\r\n\r\nX5O!\r\n" * 100


def test_the_password_opens_it_and_nothing_else_does() -> None:
    archive, password = sealed("t411vhxrypjg9.eml", RAW)
    with pyzipper.AESZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == ["t411vhxrypjg9.eml"]
        assert opened.read("t411vhxrypjg9.eml", pwd=password.encode()) == RAW
        with pytest.raises(RuntimeError):
            opened.read("t411vhxrypjg9.eml", pwd=b"wrong")
    with zipfile.ZipFile(io.BytesIO(archive)) as plain:
        assert plain.infolist()[0].flag_bits & 1, "encrypted"
    assert b"Subject" not in archive


def test_each_has_a_password_of_its_own() -> None:
    assert sealed("a", b"x")[1] != sealed("a", b"x")[1]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "pyzipper", None)
    with pytest.raises(NotDone, match="pip install"):
        sealed("a", b"x")
