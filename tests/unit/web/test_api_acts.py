"""Decisions by the API, at a real desk with a server behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.stores.accounts import Scope
from tests.messages import ham
from tests.unit.web.api_world import BOB, EVE, RAW, WORM, ApiWorld, furnished

ADMINISTRATORS = '[quarantine]\nadministrators = ["chief@own.test"]\n'
ATTACHED = (
    b"From: a@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
    b"--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\n"
    b"%PDF\r\n--x--\r\n"
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with furnished(tmp_path, ADMINISTRATORS) as made:
        yield made


def test_a_release_may_teach_and_let_the_sender_in(world: ApiWorld) -> None:
    held = world.hold(raw=ham())
    told = world.post(f"/held/{held}/release", {"teach": True})
    assert told["recipients"][0]["fate"] == "released"
    assert "learnt" in told["said"]
    assert told["undo_until"]
    undone = world.post(f"/audit/{told['entry']}/undo")
    assert undone["said"] == "Undone: what was learnt from it is forgotten. What was sent stays sent."
    assert world.get(f"/held/{held}")["recipients"][0]["fate"] == "released"
    forged = world.ask("POST", f"/held/{world.hold(raw=RAW)}/release", json={"allow": True})
    assert forged.status_code == 409, "nobody vouches for its sender"


@pytest.mark.parametrize("label", ["spam", "ham"])
def test_it_is_taught_and_forgotten(world: ApiWorld, label: str) -> None:
    held = world.hold(raw=ham())
    told = world.post(f"/held/{held}/teach", {"label": label})
    assert told["act"] == f"teach-{label}"
    assert world.post(f"/audit/{told['entry']}/undo")["act"] == "undo"
    assert world.ask("POST", f"/held/{held}/teach", json={"label": "meat"}).status_code == 400


def test_its_sender_is_blocked_and_let_in_again(world: ApiWorld) -> None:
    held = world.hold()
    told = world.post(f"/held/{held}/block-sender")
    senders = Path(world.services.config.gateway.state) / "senders"
    assert "a@example.net" in senders.read_text()
    world.post(f"/audit/{told['entry']}/undo")
    assert "a@example.net" not in senders.read_text()


def test_a_user_asks_and_an_administrator_is_told(world: ApiWorld) -> None:
    held = world.hold(BOB, EVE)
    told = world.post(f"/held/{held}/request", {}, Scope.ACT, BOB)
    assert told["act"] == "request"
    assert [message.recipients for message in world.exchange.messages] == [("chief@own.test",)]
    again = world.ask("POST", f"/held/{held}/request", Scope.ACT, BOB, json={})
    assert (again.status_code, again.json()["status"]) == (409, 409)


def test_it_is_forwarded_to_an_administrator_and_nobody_else(world: ApiWorld) -> None:
    held = world.hold()
    world.post(f"/held/{held}/forward", {})
    assert [message.recipients for message in world.exchange.messages] == [("chief@own.test",)]
    assert world.ask("POST", f"/held/{held}/forward", json={"address": EVE}).status_code == 409


def test_one_part_is_released_alone(world: ApiWorld) -> None:
    held = world.hold(raw=ATTACHED)
    told = world.post(f"/held/{held}/release-attachment", {"part": "1.2"})
    assert told["act"] == "release-attachment"
    (message,) = world.exchange.messages
    assert b"plan.pdf" in message.content
    assert b"Hello\r\n--x" not in message.content
    for part in ("9", "../..", "x" * 200):
        assert world.ask("POST", f"/held/{held}/release-attachment", json={"part": part}).status_code == 409


def test_a_download_is_byte_for_byte_and_stands_in_the_trail(world: ApiWorld) -> None:
    held = world.hold(raw=bytes(range(256)))
    answer = world.ask("GET", f"/held/{held}/raw", Scope.ACT)
    assert answer.content == bytes(range(256))
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (line,) = world.get("/audit", Scope.ADMIN)["entries"]
    assert (line["act"], line["id"]) == ("download", held)


def test_what_is_not_for_a_role_is_told_so_and_not_done(world: ApiWorld) -> None:
    worm = world.hold(verdict=WORM)
    for path, body in (("release", {}), ("release-attachment", {"part": "1"})):
        refused = world.ask("POST", f"/held/{worm}/{path}", Scope.ACT, json=body)
        assert refused.status_code == 409
        assert "not for a helpdesk" in refused.json()["detail"]
    assert world.ask("GET", f"/held/{worm}/raw", Scope.ACT).status_code == 409
    assert not world.exchange.messages


@pytest.mark.parametrize("path", ["release", "delete", "request"])
def test_a_user_decides_for_their_own_mailboxes_alone(world: ApiWorld, path: str) -> None:
    held = world.hold(BOB, EVE)
    answer = world.ask("POST", f"/held/{held}/{path}", Scope.ACT, BOB, json={"recipients": [EVE]})
    assert answer.status_code == 409
    stranger = world.ask("POST", f"/held/{held}/{path}", Scope.ACT, "dora@own.test", json={"recipients": [EVE]})
    assert stranger.status_code == 404
    found = world.services.quarantine.get(held)
    assert found is not None
    assert found.waiting == (BOB, EVE)


def test_nobody_undoes_what_somebody_else_did_but_who_sees_everybodys_mail(world: ApiWorld) -> None:
    entry = world.post(f"/held/{world.hold()}/delete")["entry"]
    assert world.ask("POST", f"/audit/{entry}/undo", Scope.ACT, EVE).status_code in (404, 409)
    assert world.ask("POST", f"/audit/{entry}/undo", Scope.ACT).status_code == 200
