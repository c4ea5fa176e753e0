"""`gatekeeper report`: what is told of each message, here and by Pyzor's servers, and the exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.app import state
from gatekeeper.cli.main import main
from gatekeeper.config.schema import Config, Gateway
from gatekeeper.digests.sketches import sketches_of
from gatekeeper.message import parse
from tests.unit.digests.campaign_mails import mail, program, wave, with_file
from tests.unit.lookups.test_pyzor import good, said, server, silent

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GATEKEEPER_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    for number in range(3):
        Path(f"{number}.eml").write_bytes(mail(wave(1, number)))
    return tmp_path


def run(*words: str, stdin: bytes | None = None, config: str = "") -> Result:
    if config:
        Path("gatekeeper.toml").write_text(config)
        words = ("--config", "gatekeeper.toml", "report", *words)
    return CliRunner().invoke(main, words if config else ["report", *words], input=stdin)


def is_known(place: Path, raw: bytes) -> bool:
    campaigns = state.campaigns(Config(gateway=Gateway(state=str(place / "state"))))
    found = [campaigns.reported(sketch) for sketch in sketches_of(parse(raw))]
    campaigns.close()
    return any(found)


def test_what_was_reported_is_known_again(place: Path) -> None:
    done = run("0.eml")
    assert (done.stdout, done.exit_code) == ("0.eml: known from now on (by text), reported once\n", 0)
    assert is_known(place, mail(wave(1, 1)))
    assert not is_known(place, mail(wave(2, 1)))


def test_it_counts_and_names_what_it_goes_by(place: Path) -> None:
    Path("file.eml").write_bytes(with_file(program(1), body=wave(1, 2)))
    assert run("0.eml", "1.eml", "file.eml").stdout.splitlines() == [
        "0.eml: known from now on (by text), reported once",
        "1.eml: known from now on (by text), reported 2 times",
        "file.eml: known from now on (by text, file), reported 3 times",
    ]


def test_what_is_revoked_is_not_known(place: Path) -> None:
    run("0.eml")
    done = run("--revoke", "1.eml")
    assert (done.stdout, done.exit_code) == ("1.eml: wanted from now on (by text), 1 taken back\n", 0)
    assert not is_known(place, mail(wave(1, 0)))


def test_a_mailbox_and_standard_input_are_read(place: Path) -> None:
    box = b"".join(
        b"From x@y Sat Nov 28 10:00:00 2026\n" + mail(wave(n, 0)).replace(b"\r\n", b"\n") + b"\n" for n in (1, 2)
    )
    assert run("-", stdin=box).stdout.splitlines() == [
        "-:1: known from now on (by text), reported once",
        "-:2: known from now on (by text), reported once",
    ]


def test_a_short_text_is_told_as_such(place: Path) -> None:
    Path("short.eml").write_bytes(mail("Hi!\r\n"))
    assert run("short.eml").stdout == "short.eml: too short to be known again, and without a file that could be\n"
    assert json.loads(run("--json", "short.eml").stdout) == {"file": "short.eml", "by": [], "reports": 0, "pyzor": {}}


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(place: Path) -> None:
    done = run("no\x1b.eml", "0.eml")
    assert done.exit_code == 2
    assert "0.eml: known" in done.stdout
    assert "\\x1b" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_store_in_trouble_is_told_with_what_to_do(place: Path) -> None:
    (place / "state").mkdir()
    (place / "state" / "campaigns.db").write_bytes(b"no database" * 100)
    done = run("0.eml")
    assert done.exit_code == 1
    assert "campaigns.db: " in done.stderr
    assert "put a backup in its place" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_pyzor_server_is_told(place: Path) -> None:
    with server(good) as one, server(good) as other:
        names = [f"127.0.0.1:{one.port}", f"127.0.0.1:{other.port}"]
        done = run("--pyzor", "0.eml", config=f"[checks.pyzor]\nservers = {names}\n")
    assert done.stdout.splitlines()[1:] == [f"0.eml: {name}: told" for name in names]
    assert done.exit_code == 0
    assert [(heard["Op"], heard["Op-Spec"]) for heard in (*one.heard, *other.heard)] == [("report", "20,3,60,3")] * 2


def test_what_is_revoked_is_called_wanted_there(place: Path) -> None:
    with server(good) as there:
        run("--revoke", "--pyzor", "0.eml", config=f'[checks.pyzor]\nservers = ["127.0.0.1:{there.port}"]\n')
    assert [heard["Op"] for heard in there.heard] == ["whitelist"]


def test_a_server_that_is_not_told_is_named_and_the_rest_is_done(place: Path) -> None:
    with (
        server(silent) as quiet,
        server(lambda heard, _: [said(heard["Thread"], 403, "Forbidden\x1b[2J", "")]) as closed,
        server(good) as there,
    ):
        ports = (quiet.port, closed.port, there.port)
        names = [f"127.0.0.1:{port}" for port in ports]
        done = run("--pyzor", "--json", "0.eml", config=f"[checks.pyzor]\nservers = {names}\ntimeout = 0.3\n")
    told = json.loads(done.stdout)["pyzor"]
    assert list(told.values()) == ["127.0.0.1: 0.3 s", "403 Forbidden?[2J", ""]
    assert done.exit_code == 1
    assert is_known(place, mail(wave(1, 0)))


def test_without_a_server_nothing_is_reported(place: Path) -> None:
    done = run("--pyzor", "0.eml", config="[checks.pyzor]\n")
    assert done.exit_code == 1
    assert "no Pyzor server is named" in done.stderr
    assert not (place / "state").exists()


def test_accounts_with_mistakes_are_told(place: Path) -> None:
    Path("accounts").write_text("nonsense\n")
    config = f'[checks.pyzor]\nservers = ["127.0.0.1:1"]\naccounts = "{place}/accounts"\n'
    done = run("--pyzor", "0.eml", config=config)
    assert done.exit_code == 1
    assert "accounts:1:" in done.stderr
