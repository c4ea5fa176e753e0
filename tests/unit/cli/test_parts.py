"""`gatekeeper parts`, with the opener that it starts."""

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatekeeper.cli.parts import parts
from tests.messages import ham

EXE = b"MZ\x90\0" + b"\0" * 60


@pytest.fixture
def archive(tmp_path: Path) -> str:
    """A message with a program in an archive, both under names that would do something to a terminal."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as inside:
        inside.writestr("\x1b[2Jinvoice.exe", EXE)
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello [bold]\r\n--x\r\n"
        b"Content-Type: application/zip; name*=utf-8''%1B%5B31m[red]a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(packed.getvalue())
        + b"--x--\r\n"
    )
    (tmp_path / "m.eml").write_bytes(raw)
    return str(tmp_path / "m.eml")


def run(*arguments: str, stdin: bytes | None = None, config: Path | None = None):
    return CliRunner().invoke(parts, arguments, input=stdin, obj=config)


def test_json_has_one_object_for_each_message(archive) -> None:
    result = run("--json", archive, "-", stdin=ham())
    first, second = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert set(first) == {"file", "anomalies", "parts"}
    assert (first["file"], second["file"]) == (archive, "-")
    assert [part["path"] for part in first["parts"]] == ["1", "1.1", "1.2", "1.2/zip:\\u001b[2Jinvoice.exe"]
    for part in first["parts"]:
        assert set(part) == {"path", "names", "types", "detected", "sizes", "sha256", "anomalies"}
        assert len(part["detected"]) == len(part["sizes"]) == len(part["sha256"])
    program = first["parts"][3]
    assert (program["names"], program["detected"], program["sizes"]) == (["\x1b[2Jinvoice.exe"], ["exe"], [64])
    assert "\x1b" not in result.stdout


def test_people_get_a_tree_that_does_nothing_to_their_terminal(archive) -> None:
    said = run(archive).stdout
    assert "1.2 “\\x1b[31m[red]a.zip” " in said
    assert " application/zip → zip\n" in said
    assert "zip:\\u001b[2Jinvoice.exe “\\x1b[2Jinvoice.exe” exe\n" in said
    assert "\x1b" not in said


def test_a_message_too_deep_for_a_tree_is_shown(tmp_path) -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%03d\r\n\r\n--b%03d\r\n" % (n, n) for n in range(200))
    result = run("-", stdin=raw)
    assert result.exit_code == 0
    assert "limit.depth" in result.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_shown(archive, tmp_path) -> None:
    result = run("--json", str(tmp_path / "absent"), archive)
    assert result.exit_code == 2
    assert "No such file" in result.stderr
    assert json.loads(result.stdout)["file"] == archive


def test_the_limits_of_the_configuration_hold(archive, tmp_path) -> None:
    config = tmp_path / "gatekeeper.toml"
    config.write_text("[opener.limits]\nmember = 10\n")
    (found,) = map(json.loads, run("--json", archive, config=config).stdout.splitlines())
    assert "limit.member" in found["anomalies"]
    assert found["parts"][3]["sizes"] == [10]
