"""TLS of our own: what is wrong with its files is said for people. The libraries run where the unit puts them."""

import subprocess
import sys
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from gatekeeper.config.web import Web
from gatekeeper.web.serve import tls


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("certificates")
    for name in ("one", "other"):
        issued = trustme.CA().issue_cert(f"{name}.own.example")
        issued.cert_chain_pems[0].write_to_path(room / f"{name}.pem")
        issued.private_key_pem.write_to_path(room / f"{name}.key")
    key = load_pem_private_key((room / "one.key").read_bytes(), None)
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    (room / "sealed.key").write_bytes(sealed)
    (room / "none.pem").write_text("no certificate")
    return room


def test_a_chain_and_its_key(files: Path) -> None:
    assert tls(Web(certificate=str(files / "one.pem"), key=str(files / "one.key"))) is not None


def test_without_a_certificate_there_is_no_tls() -> None:
    assert tls(Web()) is None


@pytest.mark.parametrize(
    ("certificate", "key", "why"),
    [
        ("one.pem", "other.key", "the key is that of another certificate"),
        ("one.pem", "sealed.key", "the key has a password: write it without one"),
        ("one.pem", "", "a certificate and its key are not both there in PEM"),
        ("none.pem", "", "a certificate and its key are not both there in PEM"),
        ("absent.pem", "", "No such file or directory"),
    ],
)
def test_what_is_wrong_is_said_for_people(files: Path, certificate: str, key: str, why: str) -> None:
    with pytest.raises(OSError) as raised:
        tls(Web(certificate=str(files / certificate), key=str(files / key) if key else ""))
    assert raised.value.strerror == why


UNDER_SYSTEMD = """
import ctypes, io, mmap, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):  # PR_SET_MDWE: no memory that is written is run
    sys.exit(77)
from gatekeeper.app.sealing import sealed
from gatekeeper.web import site
from gatekeeper.web.passwords import digested
from gatekeeper.web.letter import page_of
print(digested("correct horse battery")[:9])
print("<b>" in page_of(b"Content-Type: text/html\\r\\n\\r\\n<b>x</b><script>y</script>").document)
print(len(sealed("x.eml", b"x")[0]) > 0)
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except OSError:
    print("forbidden")
"""


def test_the_pages_need_no_memory_that_is_written_and_run() -> None:
    """`MemoryDenyWriteExecute` of the unit forbids that; passwords, zips and safe HTML come from libraries."""
    done = subprocess.run([sys.executable, "-c", UNDER_SYSTEMD], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel cannot forbid it (Linux 6.3)")
    assert (done.stdout.split(), done.stderr) == (["$argon2id", "True", "True", "forbidden"], "")
