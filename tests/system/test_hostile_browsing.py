"""What is for others is answered exactly as what does not exist: each page, each act and each call of the API, in
status, headers and body; and nothing that is counted, searched or filtered says that it is there.
"""

import re
from collections.abc import Iterator

import httpx2
import pytest

from gatekeeper.quarantine.acts import Role
from gatekeeper.values import new_id
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.system.hostile import KIM, LEE, api_token, csrf, held, holding, letter, signed_in, state
from tests.system.test_pages_running import Browser

ACTS = ("release", "request", "delete", "block", "spam", "ham", "forward", "attachment", "eml", "zip")
CALLS = ("release", "request", "delete", "block-sender", "teach", "forward", "release-attachment")
BODIES = {"teach": '{"label": "ham"}', "release-attachment": '{"part": "1"}', "block-sender": ""}
SECRET, THEIRS = "Ultramarine", "cyan@elsewhere.test"
NONSENSE, NOBODY = "Supercalifrag", "none@elsewhere.test"


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Gateway, Exchange]]:
    with holding("[quarantine]\nadministrators = ['root@example.org']\n") as made:
        held(made[0], letter("Shared", "both\n"), KIM, LEE)
        yield made


@pytest.fixture(scope="module")
def kim(world: tuple[Gateway, Exchange]) -> Browser:
    return signed_in(world[0], "kim", Role.USER, KIM)


@pytest.fixture(scope="module")
def program(world: tuple[Gateway, Exchange]) -> dict[str, str]:
    return api_token(world[0], "kim", "--scope", "act", "--mailbox", KIM)


@pytest.fixture(scope="module")
def others(world: tuple[Gateway, Exchange]) -> str:
    """The id of a message for Lee alone."""
    found = held(world[0], letter(SECRET), LEE, sender=THEIRS)
    world[0].journal(2)
    return found


def said(answer: httpx2.Response, hold_id: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All that it says, but for what is another one each time: the time, cookies, and the id that was asked for."""
    headers = [
        (n, v.replace(hold_id, "ID")) for n, v in answer.headers.multi_items() if n not in ("date", "set-cookie")
    ]
    names = sorted(value.split("=")[0] for value in answer.headers.get_list("set-cookie"))
    return answer.status_code, answer.text.replace(hold_id, "ID"), [*headers, *((name, "") for name in names)]


def test_pages_and_acts_tell_a_stranger_nothing(world: tuple[Gateway, Exchange], kim: Browser, others: str) -> None:
    gateway, sink = world
    never, token = new_id(), csrf(kim)
    assert len(never) == len(others)
    before = state(gateway)
    answers: dict[str, list[object]] = {others: [], never: []}
    for hold_id, found in answers.items():
        for path in ("/held/{}", "/held/{}/page", "/held/{}/eml", "/history/{}"):
            found += [said(kim.request(method, path.format(hold_id)), hold_id) for method in ("GET", "HEAD")]
        for act in ACTS:
            fields = {"csrf": token, "to": LEE, "part": "1"}
            found.append(said(kim.post(f"/held/{hold_id}/{act}", data=fields), hold_id))
        for act in ("release", "ham", "delete", "spam"):
            done = kim.post("/held", data={"csrf": token, "act": act, "id": hold_id})
            found += [said(done, hold_id), said(kim.get("/held"), hold_id)]
    for theirs, nothing in zip(*answers.values(), strict=True):
        assert theirs == nothing
    assert state(gateway) == before
    assert not sink.messages


def test_calls_tell_a_stranger_nothing(
    world: tuple[Gateway, Exchange], kim: Browser, program: dict[str, str], others: str
) -> None:
    never, before = new_id(), state(world[0])
    headers = program | {"Content-Type": "application/json"}
    answers: dict[str, list[object]] = {others: [], never: []}
    for hold_id, found in answers.items():
        for path in ("held/{}", "held/{}/why", "held/{}/raw", "history/{}/why"):
            found.append(said(kim.get(f"/api/v1/{path.format(hold_id)}", headers=program), hold_id))
        for call in CALLS:
            for body in (BODIES.get(call, "{}"), f'{{"recipients": ["{LEE}"]}}'):
                answer = kim.post(f"/api/v1/held/{hold_id}/{call}", headers=headers, content=body)
                assert answer.status_code in (400, 404), (call, answer.text)
                found.append(said(answer, hold_id))
    for theirs, nothing in zip(*answers.values(), strict=True):
        assert theirs == nothing
    assert state(world[0]) == before


def shown(browser: Browser, headers: dict[str, str], words: dict[str, str]) -> list[str]:
    """Everything that is listed, counted, searched and filtered, with these words."""
    asked = [
        "/held?text={subject}", "/held?sender={sender}", "/held?sender=*{domain}", "/held?recipient={lee}",
        "/held?text=lee", "/held?state=all", "/history?text={sender}", "/history?text=lee", "/history?reason={reason}",
        "/api/v1/held?text={subject}", "/api/v1/held?sender={sender}", "/api/v1/held?recipient={lee}",
        "/api/v1/held?limit=1", "/api/v1/history?limit=1", "/api/v1/history?text={sender}", "/api/v1/stats",
        "/api/v1/stats?text={subject}", "/api/v1/stats?sender={sender}", "/api/v1/stats?recipient={lee}",
        "/api/v1/history/hours", "/", "/?span=month",
    ]  # fmt: skip
    found = []
    for path in asked:
        answer = browser.get(path.format(**words), headers=headers if "/api/" in path else {})
        assert answer.status_code == 200, path
        text = re.sub(r"<time.*?</time>", "", answer.text)
        for name, value in words.items():
            text = text.replace(value, name).replace(value.replace("@", "%40"), name)
        found.append(f"{path}: {text}")
    return found


def test_nothing_that_is_listed_or_counted_says_that_it_is_there(
    world: tuple[Gateway, Exchange], kim: Browser, program: dict[str, str], others: str
) -> None:
    """A search for what is in it finds as much as a search for what is nowhere."""
    common = {"reason": "spam-score", "lee": LEE}
    theirs = shown(kim, program, {"subject": SECRET, "sender": THEIRS, "domain": THEIRS.split("@")[1], **common})
    nothing = shown(kim, program, {"subject": NONSENSE, "sender": NOBODY, "domain": NOBODY.split("@")[1], **common})
    assert theirs == nothing
    assert not [page for page in theirs if others in page or SECRET in page or THEIRS in page]


def test_the_others_of_a_message_for_several_are_named_nowhere(
    world: tuple[Gateway, Exchange], kim: Browser, program: dict[str, str]
) -> None:
    (shared,) = [one["id"] for one in world[0].quarantine() if one["subject"] == "Shared"]
    pages = ("/held/{}", "/history/{}", "/held", "/history", "/api/v1/held/{}", "/api/v1/held/{}/why", "/api/v1/held",
             "/api/v1/history", "/api/v1/history/{}/why", "/api/v1/held/{}/raw")  # fmt: skip
    for path in pages:
        answer = kim.get(path.format(shared), headers=program if "/api/" in path else {})
        assert answer.status_code == 200, path
        assert "lee" not in answer.text.lower().replace("sleep", ""), path


@pytest.mark.parametrize("path", ["/held?text=lee", "/history?text=lee", "/held?text=lee%40example.org"])
def test_a_message_is_not_found_by_its_other_recipients(kim: Browser, path: str) -> None:
    assert "Nothing matches" in kim.get(path).text


def test_what_others_did_is_not_undone_nor_told(
    world: tuple[Gateway, Exchange], kim: Browser, program: dict[str, str]
) -> None:
    gateway = world[0]
    lee = signed_in(gateway, "lee", Role.USER, LEE)
    mine = held(gateway, letter("Mine"), LEE)
    lee.post(f"/held/{mine}/delete", data={"csrf": csrf(lee)})
    shown = re.findall(r'name="entry" value="(\d+)"', lee.get("/held").text)
    assert len(shown) == 1
    (entry,), before = shown, state(gateway)
    headers = program | {"Content-Type": "application/json"}
    answers = [
        (
            said(kim.post("/audit/undo", data={"csrf": csrf(kim), "entry": number, "back": "/held"}), "-"),
            said(kim.get("/held"), "-"),
            said(kim.post(f"/api/v1/audit/{number}/undo", headers=headers), "-"),
            said(kim.get(f"/held/offered/{number}"), "-"),
            said(kim.get("/audit"), "-"),
            said(kim.get("/api/v1/audit", headers=program), "-"),
        )
        for number in (entry, "999999")
    ]
    assert answers[0] == answers[1]
    assert state(gateway) == before
    assert lee.post("/audit/undo", data={"csrf": csrf(lee), "entry": entry}).status_code == 303
    assert mine in lee.get("/held").text
