"""Every expectation about the synthetic attachments, and every file that the evasions hide, as the commands tell it."""

import base64
import email
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from gatekeeper.checks.signatures import EICAR
from gatekeeper.cli.parts import parts
from gatekeeper.cli.scan import scan
from gatekeeper.message.forms import extensions
from tests.unit.message.test_corpora import CORPORA, files

Said = dict[str, Any]
EXPECT = CORPORA / "attachments" / "synthetic" / "expect.tsv"
EXPECTATIONS = [line.split("\t") for line in EXPECT.read_text().splitlines()] if EXPECT.exists() else []


def run(command: click.Command, paths: Sequence[Path]) -> Iterator[Said]:
    result = CliRunner().invoke(command, ["--json", *map(str, paths)], obj=None)
    assert result.exit_code == 0, result.output[-1000:]
    return map(json.loads, result.stdout.splitlines())


@cache
def synthetic(command: click.Command) -> dict[str, Said]:
    """What the command says of each sample that is here."""
    paths = [EXPECT.with_name(name) for name, _ in EXPECTATIONS if EXPECT.with_name(name).exists()]
    return {Path(said["file"]).name: said for said in run(command, paths)}


def endings(part: Said) -> set[str]:
    return {ending for name in part["names"] for ending in extensions(name)}


def inside(part: Said, label: str) -> bool:
    return f"/{label}:" in part["path"]


def has(said: Said, *anomalies: str) -> bool:
    return any(name.startswith(anomalies) for name in said["anomalies"])


Test = Callable[[Said, Said, str], bool]
TESTS: dict[str, Test] = {
    "virus": lambda _, judged, name: name in [finding["name"] for finding in judged["findings"]],
    "ext": lambda listed, _, ending: any(ending in endings(part) for part in listed["parts"]),
    "zip-ext": lambda listed, _, e: any(e in endings(part) and inside(part, "zip") for part in listed["parts"]),
    "tgz-ext": lambda listed, _, e: any(e in endings(part) and inside(part, "tar") for part in listed["parts"]),
    "depth": lambda listed, _, levels: any(part["path"].count("/") >= int(levels) - 1 for part in listed["parts"]),
    "magic": lambda listed, _, kind: any(kind in part["detected"] for part in listed["parts"]),
    "zip-encrypted": lambda listed, *_: has(listed, "archive.encrypted"),
    "type-mismatch": lambda listed, judged, _: (
        has(listed, "kind.mismatch") or _found(judged, "double-extension", "type-mismatch")
    ),
    "name": lambda listed, *_: has(listed, "name.bidi"),
    "bomb": lambda _, judged, __: _found(judged, "archive-bomb", "limit-exceeded"),
    "20000": lambda listed, *_: len(listed["parts"]) >= 20_000 or has(listed, "limit."),
    "traversal": lambda listed, *_: has(listed, "archive.path-traversal"),
    "html": lambda listed, *_: has(listed, "html.smuggling"),
    "svg": lambda listed, *_: has(listed, "svg.script"),
    "no": lambda listed, *_: bool(listed["parts"]),  # no crash
}
"""For the first word of an expectation, what shows that it was found: in what is listed, in how it is judged."""

WHOLE = ("20000", "html", "svg", "no", "bomb")
"""What follows such a word explains it; elsewhere each word is an expectation, up to the first that is none."""


def _found(judged: Said, *names: str) -> bool:
    return any(finding["name"] in names for finding in judged["findings"])


def expectations(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        kind, _, value = word.partition(":")
        if kind not in TESTS:
            return
        yield kind, value
        if kind in WHOLE:
            return


@pytest.mark.parametrize(("name", "expected"), EXPECTATIONS, ids=[name for name, _ in EXPECTATIONS])
def test_each_expectation_is_found(name: str, expected: str) -> None:
    if not EXPECT.with_name(name).exists():
        pytest.skip(f"{name} is not in the archive")
    listed, judged = synthetic(parts)[name], synthetic(scan)[name]
    wanted = list(expectations(expected))
    assert wanted
    for kind, value in wanted:
        assert TESTS[kind](listed, judged, value), (kind, value, listed["anomalies"], judged["findings"])


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def nested(data: bytes, levels: int) -> bytes:
    name = "eicar.com"
    for level in range(levels):
        data, name = zipped([(name, data)]), f"l{level}.zip"
    return data


def attached(data: bytes, name: str, declared: str = "application/octet-stream") -> bytes:
    head = f'Content-Type: {declared}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)


def deep(levels: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d-\r\n\r\n--b%d-\r\n" % (level, level) for level in range(levels)
    )


EXE = b"MZ\x90\0" + b"\0" * 200
MADE = {
    "eicar-deep": ("virus:eicar depth:6", lambda: attached(nested(EICAR, 5), "a.zip")),
    "double": ("ext:exe type-mismatch", lambda: attached(EXE, "photo.jpg.exe", "image/jpeg")),
    "many": ("20000 entries", lambda: attached(zipped((f"{n}.txt", b"") for n in range(20_000)), "a.zip")),
    "traversal": ("zip-ext:exe traversal", lambda: attached(zipped([("../../a.exe", EXE)]), "a.zip")),
    "prefix": ("zip-ext:exe", lambda: attached(b"junk" * 500 + zipped([("a.exe", EXE)]), "a.zip")),
    "bomb": ("bomb", lambda: attached(zipped([("zero", b"\0" * 40_000_000)]), "a.zip")),
    "bombs": ("bomb", lambda: attached(zipped((f"{n}", bytes([n]) * 9_000_000) for n in range(40)), "a.zip")),
    "mime-deep": ("no crash", lambda: deep(500)),
    "header": ("no crash", lambda: b"X-Long: " + b"a" * 1_000_000 + b"\r\n\r\nhello\r\n"),
}
"""Messages of our own, of the kinds that the archive has."""


@pytest.mark.parametrize(("expected", "make"), MADE.values(), ids=MADE)
def test_each_kind_is_found(tmp_path: Path, expected: str, make: Callable[[], bytes]) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(make())
    (listed,), (judged,) = run(parts, [path]), run(scan, [path])
    for kind, value in expectations(expected):
        assert TESTS[kind](listed, judged, value), (kind, value, listed["anomalies"], judged["findings"])


def test_what_the_evasions_hide_is_listed() -> None:
    """By its digest. Two of the samples hide a Perl reference, printed, in place of a zip."""
    paths = [path for path in files("evasion/hide-content") if b"-singlepart-binhex" not in path.read_bytes()]
    plain = next(p for p in paths if b"Id: multipart-basic-singlepart-b64h-basic-base64-linelen-4 " in p.read_bytes())
    hidden = email.message_from_bytes(plain.read_bytes()).get_payload()[1].get_payload(decode=True)
    wanted = sha256(hidden).hexdigest()
    assert hidden.startswith(b"PK")
    missed = [said["file"] for said in run(parts, paths) if all(wanted not in part["sha256"] for part in said["parts"])]
    assert missed == []


def test_the_names_that_evasions_hide_are_listed() -> None:
    paths = files("evasion/hide-filename")
    for path, said in zip(paths, run(parts, paths), strict=True):
        ending = "png" if b"Payload-Id: fname-cdisp.png " in path.read_bytes() else "zip"
        assert any(ending in endings(part) for part in said["parts"]), path
