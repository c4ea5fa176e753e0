"""Real mail and other libraries' test mail, where it is unpacked. None of it is part of the project."""

import email
import os
from pathlib import Path

import pytest

from gatekeeper.message import Message, edit, parse

CORPORA = Path(
    os.environ.get("GATEKEEPER_CORPORA")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gatekeeper-corpora"
)


def files(name: str) -> list[Path]:
    found = sorted(path for path in (CORPORA / name).rglob("*") if path.is_file() and path.name != ".complete")
    if not found:
        pytest.skip(f"no {name} in {CORPORA}; set GATEKEEPER_CORPORA")
    return found


def read(raw: bytes) -> Message:
    message = parse(raw)
    for part in message.walk():
        part.names(), part.types(), part.decodings()
    return message


@pytest.mark.parametrize("name", ["hard-mime", "evasion", "spamassassin-public", "attachments"])
def test_everything_parses_and_an_edit_of_nothing_changes_nothing(name):
    for path in files(name):
        raw = path.read_bytes()
        message = read(raw)
        assert b"".join(edit.edited(raw).segments) == raw, path
        assert message.body_start == edit.body_start(raw) or "limit.header" in message.anomalies, path


def test_every_hidden_name_is_found():
    for path in files("evasion/hide-filename"):
        raw = path.read_bytes()
        extension = ".png" if b"Payload-Id: fname-cdisp.png " in raw else ".zip"
        names = [name for part in parse(raw).walk() for name in part.names()]
        assert any(name.endswith(extension) for name in names), (path, names)


def test_every_hidden_zip_is_found():
    """Two of the samples hide a Perl reference, printed, in place of a zip: they are left out."""
    paths = files("evasion/hide-content")
    plain = next(p for p in paths if b"Id: multipart-basic-singlepart-b64h-basic-base64-linelen-4 " in p.read_bytes())
    wanted = email.message_from_bytes(plain.read_bytes()).get_payload()[1].get_payload(decode=True)
    assert wanted.startswith(b"PK")
    for path in paths:
        raw = path.read_bytes()
        if b"-singlepart-binhex" not in raw:
            readings = [reading.data for part in parse(raw).walk() for reading in part.decodings()]
            assert any(wanted in data for data in readings), (path, raw[:300])


@pytest.mark.parametrize("name", ["spamassassin-public/ham", "vger-2019-2022/ham", "usrp-2024/ham"])
def test_ham_is_hardly_ever_ambiguous(name):
    paths = files(name)
    odd = [path for path in paths if any(slug.startswith("mime.") for slug in read(path.read_bytes()).anomalies)]
    assert len(odd) <= max(2, len(paths) // 200), odd
