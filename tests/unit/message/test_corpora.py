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
    """To the byte. Two of the samples hide a Perl reference, printed, in place of a zip: that is found in them."""
    paths = files("evasion/hide-content")
    plain = next(p for p in paths if b"Id: multipart-basic-singlepart-b64h-basic-base64-linelen-4 " in p.read_bytes())
    wanted = email.message_from_bytes(plain.read_bytes()).get_payload()[1].get_payload(decode=True)
    assert wanted.startswith(b"PK")
    for path in paths:
        raw = path.read_bytes()
        readings = [reading.data for part in parse(raw).walk() for reading in part.decodings()]
        if b"-singlepart-binhex" in raw:
            assert any(data.startswith(b"ARRAY(0x") for data in readings), (path, readings)
        else:
            assert wanted in readings, (path, raw[:300])
