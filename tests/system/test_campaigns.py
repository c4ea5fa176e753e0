"""A spam reported once: the second wave is known in every worker, and what is wanted is let through again."""

import subprocess

import pytest

from tests.servers.client import send
from tests.servers.exchange import Exchange
from tests.servers.gateway import COMMAND, Gateway
from tests.servers.pyzord import Pyzord
from tests.unit.digests.campaign_mails import mail, program, wave, with_file

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")

ALLOWED = "check report whitelist ping : anonymous : allow\n"


def before(sink: Exchange, settings: str = "") -> Gateway:
    return Gateway({"example.org": f"esmtp:[127.0.0.1]:{sink.port}"}, settings)


def report(gateway: Gateway, raw: bytes, *options: str) -> str:
    command = [COMMAND, "--config", gateway.config, "report", *options, "-"]
    done = subprocess.run(command, input=raw, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def findings(gateway: Gateway, raw: bytes, number: int) -> dict[str, str]:
    """What is found when `raw` is sent, from a sender of its own."""
    sender = f"s{number}@out.test"
    assert send(gateway.port, raw, sender=sender).startswith("250")
    (verdict,) = gateway.record(sender)["verdicts"].values()
    return {finding["name"]: finding["evidence"] for finding in verdict["findings"]}


def test_the_second_wave_is_known_in_every_worker(sink: Exchange) -> None:
    with before(sink, "[policy]\nquarantine = 100.0\nreject = 100.0\n") as gateway:
        assert findings(gateway, mail(wave(1, 0)), 0) == {}
        assert "reported once" in report(gateway, mail(wave(1, 0)))
        for number in range(1, 9):
            found = findings(gateway, mail(wave(1, number)), number)
            assert found["campaign-reported"].endswith(
                " alike, reported once since " + found["campaign-reported"][-10:]
            )
        assert findings(gateway, mail(wave(2, 0)), 9) == {}


def test_what_is_known_again_is_judged_again_from_its_record_alone(sink: Exchange) -> None:
    """The answer stands on the tape, the sketch does not."""
    with before(sink) as gateway:
        report(gateway, mail(wave(1, 0)))
        findings(gateway, mail(wave(1, 0)), 1)
        tape = gateway.record("s1@out.test")["tape"]
    ((question, answer),) = [rows for rows in tape if rows[0][:2] == ["campaign", "text"]]
    assert len(question) == 3
    assert answer[:2] == ["found", ["1.00", "1", answer[1][2]]]


def test_a_file_is_known_in_another_mail(sink: Exchange) -> None:
    with before(
        sink, "[policy]\nquarantine = 100.0\nreject = 100.0\n[tables]\nshipped_attachments = false\n"
    ) as gateway:
        report(gateway, with_file(program(1)))
        changed = with_file(program(1, changed=20), "other.dat", "Quite another text, and short\r\n")
        assert findings(gateway, changed, 1)["campaign-reported"].startswith("file ")
        assert "campaign-reported" not in findings(gateway, with_file(program(2)), 2)


def test_what_is_revoked_is_let_through_again(sink: Exchange) -> None:
    with before(sink) as gateway:
        report(gateway, mail(wave(1, 0)))
        assert "1 taken back" in report(gateway, mail(wave(1, 1)), "--revoke")
        assert findings(gateway, mail(wave(1, 2)), 1) == {}


def test_a_store_that_is_damaged_holds_up_nobody(sink: Exchange) -> None:
    with before(sink) as gateway:
        path = gateway.home / "state" / "campaigns.db"
        path.write_bytes(b"no database at all" * 1000)
        path.chmod(0o600)
        assert "campaigns.db" in findings(gateway, mail(wave(1, 0)), 1)["hashes-down"]


def test_a_report_reaches_pyzor_and_whoever_asks_there(sink: Exchange) -> None:
    with Pyzord(ALLOWED) as server:
        settings = f'[checks.pyzor]\nservers = ["{server.address}"]\nreports = 2\n[checks.campaign]\nenabled = false\n'
        with before(sink, settings) as gateway:
            for _ in range(2):
                assert f"{server.address}: told" in report(gateway, mail(wave(1, 0)), "--pyzor")
        with before(sink, settings) as another:
            found = findings(another, mail(wave(1, 0)), 1)
            assert found == {"pyzor-reported": "127.0.0.1: 2 reports, 0 call it wanted"}
            report(another, mail(wave(1, 0)), "--pyzor", "--revoke")
            report(another, mail(wave(1, 0)), "--pyzor", "--revoke")
            assert findings(another, mail(wave(1, 0)), 2) == {}
        assert server.served() == ["report", "report", "check", "whitelist", "whitelist", "check"]
