"""`gatekeeper scan` in the recipes of the guide, called by the real procmail."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.messages import gtube, ham
from tests.programs import needs

pytestmark = needs("procmail")

PROGRAM = Path(sys.executable).parent / "gatekeeper"
GUIDE = Path(__file__).parents[2] / "deploy" / "procmail.md"
TOP = b"From x@y.example  Mon Jan  5 10:00:00 2026\n"


def recipes(nth: int) -> str:
    """The guide's `nth` block of recipes behind the heading about procmail."""
    text = GUIDE.read_text().partition("## gatekeeper in procmail")[2]
    return text.split("```procmail\n")[nth].partition("```")[0]


def delivered(home: Path, text: str, message: bytes, config: str = "") -> int:
    """procmail's exit status; folders are below `home`."""
    (home / "gatekeeper.toml").write_text(config or f"[gateway]\nstate = '{home}/state'\n")
    called = f"{PROGRAM} --config {home}/gatekeeper.toml"
    places = f"SHELL=/bin/sh\nMAILDIR={home}\nDEFAULT={home}/inbox/\nLOGFILE={home}/log\n"
    text = text.replace(":0:\n", ":0\n")  # a directory needs no lock
    text = re.sub("^( *)spam$", r"\1spam/", text.replace("gatekeeper scan", f"{called} scan"), flags=re.MULTILINE)
    (home / "rc").write_text(f"{places}{text}\n")
    (home / "rc").chmod(0o600)
    return subprocess.run(["procmail", "-m", home / "rc"], input=message, check=False, timeout=120).returncode


def filed(home: Path, folder: str) -> list[bytes]:
    return [path.read_bytes() for path in (home / folder).glob("new/*")]


def local(message: bytes) -> bytes:
    return TOP + message.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(("message", "folder"), [(ham(), "inbox"), (gtube(), "spam")])
def test_spam_goes_where_the_recipe_says(message: bytes, folder: str, tmp_path: Path) -> None:
    assert delivered(tmp_path, recipes(1), local(message)) == 0
    (kept,) = filed(tmp_path, folder)
    assert b"X-Spam-Status:" in kept
    assert kept.endswith(local(message).removeprefix(TOP)) or kept.rstrip().endswith(message.split()[-1])
    assert b"\r" not in kept


def test_what_could_not_be_judged_comes_again(tmp_path: Path) -> None:
    assert delivered(tmp_path, recipes(1), local(gtube()), "[policy]\ntag = 'x'\n") == 75
    assert filed(tmp_path, "inbox") == filed(tmp_path, "spam") == []


def test_a_large_message_comes_back_whole(tmp_path: Path) -> None:
    large = local(ham()) + b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n" * 50_000
    text = recipes(1).replace("* < 512000\n", "")
    assert delivered(tmp_path, text, large) == 0
    (kept,) = filed(tmp_path, "inbox")
    assert b"X-Spam-Status: No" in kept
    assert large.removeprefix(TOP) in kept


def test_a_message_that_is_not_looked_at_goes_on_as_it_is(tmp_path: Path) -> None:
    large = local(gtube()) + b"x" * 600_000 + b"\n"
    assert delivered(tmp_path, recipes(1), large) == 0
    assert [b"X-Spam-Status" in kept for kept in filed(tmp_path, "inbox")] == [False]


@pytest.mark.parametrize(("message", "folder"), [(ham(), "inbox"), (gtube(), "spam")])
def test_as_a_condition(message: bytes, folder: str, tmp_path: Path) -> None:
    assert delivered(tmp_path, recipes(2), local(message)) == 0
    assert [b"X-Spam-Status" in kept for kept in filed(tmp_path, folder)] == [False]


def test_as_a_condition_that_could_not_be_tested(tmp_path: Path) -> None:
    assert delivered(tmp_path, recipes(2), local(gtube()), "[policy]\ntag = 'x'\n") == 75


def test_a_message_that_nobody_takes_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "gatekeeper.toml").write_text(f"[gateway]\nstate = '{tmp_path}/state'\n")
    (tmp_path / "large").write_bytes(local(ham()) + b"x" * 200_000)
    command = [PROGRAM, "--config", tmp_path / "gatekeeper.toml", "scan", "--filter", tmp_path / "large"]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer) as nobody:
        done = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (75, b"")
