"""What the API answers, and to whom."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from math import inf
from pathlib import Path

import pytest

from gatekeeper.quarantine.listing import STATES
from gatekeeper.stores.accounts import Scope
from gatekeeper.web.api import fields
from gatekeeper.web.api.application import OPERATIONS
from tests.unit.web.api_world import BOB, EVE, RAW, SPAM, WORM, ApiWorld, furnished

NOBODY = "t411vhxrypjg9"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with furnished(tmp_path) as made:
        yield made


def ids(answer: dict) -> list[str]:
    return [message["id"] for message in answer["messages"]]


def paths() -> list[tuple[str, str]]:
    return [(one.method, one.path.replace("{id}", NOBODY).replace("{entry}", "1")) for one in OPERATIONS]


# who asks


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic eDp5", "Bearer \xff"])
def test_without_a_token_nothing_is_answered(world: ApiWorld, shown: str | None) -> None:
    headers = {} if shown is None else {"Authorization": shown.encode("latin-1")}
    for method, path in paths():
        answer = world.client.request(method, f"/api/v1{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 401


def test_a_token_is_good_until_it_is_removed_or_ends(world: ApiWorld) -> None:
    def asked(secret: str) -> int:
        return world.client.get("/api/v1/held", headers={"Authorization": f"bearer {secret}"}).status_code

    secret = world.token(Scope.READ, ends_at=time.time() + 60)
    assert asked(secret) == 200
    assert asked(secret.upper()) == 401
    assert world.services.accounts.tokens.remove(secret)
    assert asked(secret) == 401
    assert asked(world.token(Scope.READ, ends_at=time.time() - 1)) == 401


@pytest.mark.parametrize("scope", [*Scope])
def test_a_scope_that_does_not_reach_so_far_is_told_so(world: ApiWorld, scope: Scope) -> None:
    for operation, (method, path) in zip(OPERATIONS, paths(), strict=True):
        answer = world.ask(method, path, scope)
        if scope.reaches(operation.scope):
            assert answer.status_code != 403
        else:
            assert answer.status_code == 403
            assert f'scope="{operation.scope}"' in answer.headers["WWW-Authenticate"]


def test_a_token_that_reads_decides_on_nothing_and_takes_no_message_away() -> None:
    assert {one.name for one in OPERATIONS if one.method == "POST" and one.scope is Scope.READ} == set()
    assert {one.name: one.scope for one in OPERATIONS if one.method == "GET" and one.scope is not Scope.READ} == {
        "raw_held": Scope.ACT,
        "audit": Scope.ADMIN,
    }


def test_cookies_count_for_nothing(world: ApiWorld) -> None:
    world.client.cookies.set("session", "x")
    assert world.client.get("/api/v1/held").status_code == 401


# looking


def test_what_is_held_is_listed_with_what_is_known_of_it(world: ApiWorld) -> None:
    held = world.hold(BOB, EVE)
    (message,) = world.get("/held")["messages"]
    assert (message["id"], message["sender"], message["subject"]) == (held, "a@example.net", "Pay ät once")
    assert datetime.fromisoformat(message["held_at"]).timestamp() == pytest.approx(time.time(), abs=60)
    assert message["recipients"][0] == {
        "address": BOB,
        "kind": "spam",
        "reason": "bayes-spam",
        "score": 9.0,
        "fate": "held",
    }


def test_filters_leave_some_out(world: ApiWorld) -> None:
    first = world.hold(BOB)
    second = world.hold(EVE, verdict=WORM, sender="x@c.test", raw=b"Subject: invoice\r\n\r\n2")
    for query, meant in (
        ({"kind": "virus"}, second),
        ({"text": "invo"}, second),
        ({"recipient": "BOB@own.test"}, first),
        ({"sender": "*@c.test"}, second),
        ({"reason": "bayes-spam"}, first),
        ({"state": "released"}, None),
        ({"until": "2020-01-01T00:00:00Z"}, None),
        ({"since": "2020-01-01T00:00:00+01:00", "limit": "1"}, second),
    ):
        assert ids(world.get("/held", params=query)) == ([meant] if meant else []), query


def test_pages_follow_each_other_both_ways(world: ApiWorld) -> None:
    every = [world.hold(raw=b"%d" % number) for number in range(5)][::-1]
    first = world.get("/held", params={"limit": 2})
    second = world.get("/held", params={"limit": 2, "after": first["after"]})
    last = world.get("/held", params={"limit": 2, "after": second["after"]})
    assert [*ids(first), *ids(second), *ids(last)] == every
    assert (first["before"], last["after"]) == ("", "")
    assert ids(world.get("/held", params={"limit": 2, "before": second["before"]})) == every[:2]


SENSELESS = [
    *("limit=0", "limit=501", "limit=1.0", "limit=01", "limit=x", "limit=", "limit=%EF%BC%91", "limit=1&limit=2"),
    *(
        "after=G",
        f"after={'f' * 16}",
        "since=2020-01-01",
        "since=never",
        "since=0.5",
        "colour=red",
        f"text={'x' * 201}",
    ),
]


@pytest.mark.parametrize("path", ["/held", "/history"])
def test_what_makes_no_sense_is_told(world: ApiWorld, path: str) -> None:
    for query in SENSELESS:
        answer = world.ask("GET", f"{path}?{query}")
        assert answer.status_code == 400, query
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert len(answer.json()["detail"]) > 10


def test_one_message_is_shown_with_its_header(world: ApiWorld) -> None:
    held = world.hold_each({BOB: SPAM, EVE: replace(WORM, score=inf)})
    message = world.get(f"/held/{held}")
    assert (message["client"], message["size"]) == ("192.0.2.1", len(RAW))
    assert message["header"] == [["From", "a@example.net"], ["Subject", "Pay ät once"]]
    assert [(one["address"], one["kind"], one["score"]) for one in message["recipients"]] == [
        (BOB, "spam", 9.0),
        (EVE, "virus", None),
    ]


def test_why_is_told_in_sentences_and_for_programs(world: ApiWorld) -> None:
    held = world.hold_each({BOB: SPAM, EVE: replace(WORM, required=inf)})
    for path in (f"/held/{held}/why", f"/history/{held}/why"):
        spam, worm = world.get(path)["verdicts"]
        assert spam["told"][-1] == "It would have been delivered if bayes-spam had been under 5."
        assert spam["otherwise"] == [{"name": "bayes-spam", "under": 5.0}]
        assert spam["findings"][0]["meaning"] == "Its words are those of spam"
        assert (worm["required"], worm["sufficient"]) == (None, ["virus-found"])


def test_all_mail_is_listed_and_counted(world: ApiWorld) -> None:
    first, second = world.hold(raw=b"1"), world.hold(EVE, verdict=WORM, raw=b"2")
    page = world.get("/history", params={"limit": 1})
    assert ids(page) == [second]
    assert page["messages"][0]["recipients"] == [
        {"address": EVE, "action": "quarantine", "reason": "virus-found", "fate": "held"}
    ]
    assert ids(world.get("/history", params={"after": page["after"]})) == [first]
    assert ids(world.get("/history", params={"action": "accept"})) == []
    assert ids(world.get("/history", params={"fate": "held", "reason": "virus-*"})) == [second]
    hours = world.get("/history/hours")["hours"]
    assert sum(hour["messages"] for hour in hours) == 2
    assert world.get("/history/hours", params={"since": "2999-01-01T00:00:00Z"})["hours"] == []


def test_what_is_held_is_counted(world: ApiWorld) -> None:
    world.hold(BOB, EVE)
    world.hold(BOB, verdict=WORM, raw=b"2")
    told = world.get("/stats")
    assert told["messages"] == 2
    assert told["kind"] == [{"value": "spam", "recipients": 2}, {"value": "virus", "recipients": 1}]
    assert told["recipient"][0] == {"value": BOB, "recipients": 2}
    assert world.get("/stats", params={"kind": "virus"})["messages"] == 1


def test_octets_that_are_no_text_break_nothing(world: ApiWorld) -> None:
    held = world.hold("caf\udce9@own.test", sender="\udcff@b.test", raw=b"X-\xff: \xff\x00\r\n\r\n")
    assert world.get("/held")["messages"][0]["sender"] == "?@b.test"
    for path in (f"/held/{held}", f"/held/{held}/why", "/history", "/stats"):
        world.get(path)


# whose mail it is


def test_a_token_for_mailboxes_sees_nothing_else(world: ApiWorld) -> None:
    mine, shared, others = world.hold(BOB), world.hold(BOB, EVE, raw=b"2"), world.hold(EVE, raw=b"3")
    who = (Scope.ACT, BOB)
    assert ids(world.get("/held", *who)) == [shared, mine]
    assert ids(world.get("/history", *who)) == [shared, mine]
    assert ids(world.get("/held", *who, params={"recipient": EVE})) == []
    assert [one["address"] for one in world.get(f"/held/{shared}", *who)["recipients"]] == [BOB]
    assert world.get(f"/history/{shared}/why", *who)["verdicts"][0]["recipients"] == [BOB]
    assert world.get("/stats", *who)["recipient"] == [{"value": BOB, "recipients": 2}]
    assert sum(hour["messages"] for hour in world.get("/history/hours", *who)["hours"]) == 2
    for path in (f"/held/{others}", f"/held/{others}/why", f"/held/{others}/raw", f"/history/{others}/why"):
        stranger = world.ask("GET", path, *who)
        nothing = world.ask("GET", path.replace(others, NOBODY), *who)
        assert stranger.status_code == nothing.status_code == 404
        assert stranger.text.replace(others, NOBODY) == nothing.text


def test_what_the_matrix_does_not_let_somebody_see_is_not_there(world: ApiWorld) -> None:
    mine, worm = world.hold(BOB), world.hold(BOB, verdict=WORM, raw=b"2")
    both = world.hold_each({BOB: WORM, EVE: SPAM}, raw=b"3")
    who = (Scope.ACT, BOB)
    assert ids(world.get("/held", *who)) == [mine]
    assert ids(world.get("/held", *who, params={"kind": "virus"})) == []
    told = world.get("/stats", *who)
    assert (told["messages"], told["kind"]) == (1, [{"value": "spam", "recipients": 1}])
    assert world.get("/stats", *who, params={"kind": "virus"})["messages"] == 0
    for held in (worm, both):
        assert world.ask("GET", f"/held/{held}", *who).status_code == 404
        assert world.ask("POST", f"/held/{held}/delete", *who, json={}).status_code == 404


@pytest.mark.parametrize("hostile", ["..%2F..%2Fetc%2Fpasswd", "%00", "x" * 5000, "t411vhxrypjg9'--", "%ED%A0%80"])
def test_what_is_no_id_is_nothing(world: ApiWorld, hostile: str) -> None:
    for path in (f"/held/{hostile}", f"/held/{hostile}/why", f"/history/{hostile}/why"):
        assert world.ask("GET", path).status_code == 404


# deciding


def test_a_release_sends_it_and_says_what_became_of_it(world: ApiWorld) -> None:
    held = world.hold(BOB, EVE)
    told = world.post(f"/held/{held}/release", {"recipients": [EVE]})
    assert [(one["address"], one["fate"]) for one in told["recipients"]] == [(EVE, "released")]
    assert [(one.recipients, one.content) for one in world.exchange.messages] == [((EVE,), RAW)]
    again = world.ask("POST", f"/held/{held}/release", json={"recipients": [EVE]})
    assert again.status_code == 409
    assert "released" in again.json()["detail"]


def test_a_deletion_can_be_undone_and_stands_in_the_trail(world: ApiWorld) -> None:
    held = world.hold()
    told = world.post(f"/held/{held}/delete")
    assert (told["act"], told["id"], told["said"]) == ("delete", held, "Deleted.")
    assert datetime.fromisoformat(told["undo_until"]).timestamp() > time.time()
    assert ids(world.get("/held")) == []
    undone = world.ask("POST", f"/audit/{told['entry']}/undo", Scope.ACT)
    assert undone.json()["act"] == "undo"
    assert ids(world.get("/held")) == [held]
    trail = world.get("/audit", Scope.ADMIN, params={"id": held})
    assert [(line["act"], line["undone"]) for line in trail["entries"]] == [("undo", False), ("delete", True)]
    assert trail["entries"][1]["who"].endswith(" (token)")
    assert trail["before"] == 0


def test_the_trail_comes_page_by_page(world: ApiWorld) -> None:
    entries = [world.post(f"/held/{world.hold(raw=b'%d' % number)}/delete")["entry"] for number in range(3)][::-1]
    first = world.get("/audit", Scope.ADMIN, params={"limit": 2})
    rest = world.get("/audit", Scope.ADMIN, params={"limit": 2, "before": first["before"]})
    assert [line["entry"] for line in (*first["entries"], *rest["entries"])] == entries
    assert rest["before"] == 0


@pytest.mark.parametrize("entry", ["0", "-1", "x", "9" * 16, "9" * 400, "1.5", "%C2%B2"])
def test_what_is_no_line_of_the_trail_cannot_be_undone(world: ApiWorld, entry: str) -> None:
    assert world.ask("POST", f"/audit/{entry}/undo").status_code in (404, 409)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"recipients": "x"}', b'{"recipients": [1]}', b'{"colour": 1}', b"\xff"]
)
def test_a_body_that_makes_no_sense_is_told(world: ApiWorld, body: bytes) -> None:
    held = world.hold()
    answer = world.ask("POST", f"/held/{held}/delete", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert ids(world.get("/held")) == [held]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_a_page_elsewhere_is_no_request(world: ApiWorld, kind: str) -> None:
    held = world.hold()
    answer = world.ask("POST", f"/held/{held}/delete", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert ids(world.get("/held")) == [held]


def test_get_and_head_change_nothing(world: ApiWorld) -> None:
    held = world.hold()
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = world.ask(method, f"/held/{held}/delete")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST"
    assert ids(world.get("/held")) == [held]


def test_what_is_broken_is_logged_by_an_id_that_is_all_that_is_told(
    world: ApiWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(type(world.services.quarantine), "page", broken)
    answer = world.ask("GET", "/held")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    number = answer.json()["detail"].rstrip(".").rpartition(" ")[2]
    assert any(getattr(record, "fields", {}).get("error") == number for record in caplog.records)


def test_a_store_that_is_away_is_said_so(world: ApiWorld) -> None:
    world.services.quarantine.close()
    index = world.services.quarantine.directory / "index.db"
    index.unlink()
    index.mkdir()
    assert world.ask("GET", "/held").status_code == 503
    index.rmdir()


def test_too_much_is_not_read(world: ApiWorld) -> None:
    answer = world.ask("POST", f"/held/{NOBODY}/delete", content=b" " * 1_000_001)
    assert answer.status_code == 413


# the description


def test_the_description_is_served_to_everybody(world: ApiWorld) -> None:
    answer = world.client.get("/api/openapi.json")
    assert answer.status_code == 200
    told = answer.json()
    assert told["openapi"] == "3.1.0"
    assert set(told["paths"]) == {operation.path for operation in OPERATIONS}
    assert json.dumps(told).count("$ref") > 50


def test_the_states_are_those_of_the_quarantine() -> None:
    assert set(fields.State.__args__) == set(STATES)


def test_what_is_not_there_is_a_problem_too(world: ApiWorld) -> None:
    for path in ("/api/", "/api/v1", "/api/v2/held", "/api/v1/held/", "/api/v1/held/x/y/z"):
        answer = world.client.get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
