"""Real and made-up containers, where the corpora are unpacked: what is in them is found, and nothing raises."""

from hashlib import sha256

import pytest

from gatekeeper.message import parse
from gatekeeper.message.kinds import has_inside, kind_of
from gatekeeper.message.openers.open import open_contents
from tests.unit.message.test_corpora import CORPORA, files

CLAM = "attachments/clamav-testfiles"
UNSUPPORTED = ("clam.arj", "clam.chm", "clam.exe.szdd", "clam.d64.zip", "clam.impl.zip")
HOLDING = (
    "clam.7z clam.bin-be.cpio clam.bin-le.cpio clam.bz2.zip clam.cab clam.exe.bz2 clam.exe.mbox.base64 clam.exe.mbox.uu"
    " clam.mail clam.newc.cpio clam.odc.cpio clam.tar.gz clam.zip"
)


def everything(item):
    return {one.sha256 for one in item.walk()}


def anomalies(item):
    return {anomaly.name for one in item.walk() for anomaly in one.anomalies}


@pytest.mark.parametrize("name", HOLDING.split())
def test_the_program_in_each_container_of_clamav_is_found(name):
    by_name = {path.name: path for path in files(CLAM)}
    program = sha256(by_name["clam.exe"].read_bytes()).hexdigest()
    assert program in everything(open_contents(by_name[name].read_bytes(), (name,)))


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_nothing_reads_is_told(name):
    path = next(path for path in files(CLAM) if path.name == name)
    assert "archive.unsupported" in anomalies(open_contents(path.read_bytes(), (name,)))


SYNTHETIC = {
    "eicar-zip.eml": "zip:eicar.com",
    "eicar-tgz.eml": "gzip:a.tar/tar:eicar.com",
    "zip-encrypted-flag.eml": "archive.encrypted",
    "exe-named-jpg.eml": "kind.mismatch",
    "zip-bomb-10M.eml": "archive.bomb-ratio",
    "zip-bomb-nested.eml": "archive.bomb-ratio",
    "gzip-bomb.eml": "archive.bomb-ratio",
    "iso-stub.eml": "kind.unreadable",
}


@pytest.mark.parametrize("name", SYNTHETIC)
def test_what_is_expected_of_each_sample_is_found(name):
    files("attachments/synthetic")
    found = set()
    for part in parse((CORPORA / "attachments/synthetic" / name).read_bytes()).walk():
        for decoding in part.decodings():
            item = open_contents(decoding.data, part.names())
            found |= {one.path for one in item.walk()} | anomalies(item)
    assert SYNTHETIC[name] in found


def test_no_attachment_makes_anything_raise():
    for path in files("attachments"):
        data = path.read_bytes()
        if path.suffix == ".eml":
            bodies = [(part.names(), found.data) for part in parse(data).walk() for found in part.decodings()]
        else:
            bodies = [((path.name,), data)]
        for names, body in bodies:
            if has_inside(body, kind_of(body, names)):
                open_contents(body, names)
