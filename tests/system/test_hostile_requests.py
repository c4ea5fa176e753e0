"""Requests that nobody makes by accident, to a running gateway: ids that lead elsewhere, words that are SQL, names with
line ends, cookies and tokens of yesterday, hosts and proxies made up. None changes anything, crosses to another's mail,
breaks a page or writes a line into the log that looks like ours.
"""

import json
import re
import stat
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from gatekeeper.quarantine.acts import Role
from tests.servers.exchange import Exchange
from tests.servers.gateway import Gateway
from tests.servers.room import wait_until
from tests.system.browser import PASSWORD
from tests.system.hostile import KIM, LEE, api_token, csrf, held, holding, letter, signed_in, state
from tests.system.test_pages_running import Browser

FILES = ["../index.db", "..%2f..%2fweb.key", "%2e%2e%2fweb.key", "..\\web.key", "web.key%00", "/etc/passwd",
         "%2fetc%2fpasswd",
         "....//web.key", "%2e%2e%5cx", "9" * 30, "*", "%", "a" * 5000, "é", "\u202e", "'", b"\0".hex()]  # fmt: skip
SQL = ["' OR 1=1 --", "\" OR \"\"=\"", "*", "a* OR b*", "NEAR(a b)", "subject:a", "{sender} : a", "^a", "-a", "(",
       ")\"", "\0",
       "a\" OR recipients : \"lee", "%' OR '1'='1", "\\", "a*b*c*d*" * 20, "*a" * 90, "\ud800",
       "x'); DROP TABLE holds; --",
       "AND", "NOT a", "😀", "a AND", "ﬁ", "--", ";", "1e999", "NaN", "9" * 200]  # fmt: skip
LINES = ["a\r\nX-Odd: 1", "a\nlevel=info event=forged", "a%0d%0aX-Odd:1", "a\u2028b", "a\x1b[2Jb", "a\x85b"]


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Gateway, Exchange]]:
    with holding() as made:
        made[0].configure(f"[web]\nurl = '{made[0].pages}'\nlinks = true\n")
        made[0].reload()
        held(made[0], letter("Mine"), KIM)
        held(made[0], letter("Theirs"), LEE)
        yield made
        levels = {json.loads(line)["level"] for line in made[0].log().splitlines()}
        assert levels <= {"info", "warning"}, "no page broke"


@pytest.fixture(scope="module")
def kim(world: tuple[Gateway, Exchange]) -> Browser:
    return signed_in(world[0], "kim", Role.USER, KIM)


@pytest.fixture(scope="module")
def root(world: tuple[Gateway, Exchange]) -> Browser:
    return signed_in(world[0], "root", Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def program(world: tuple[Gateway, Exchange], root: Browser) -> dict[str, str]:
    assert root.get("/digest/x").status_code == 404  # by whose first link the key of all is made
    return api_token(world[0], "bot", "--scope", "admin")


@pytest.mark.parametrize("name", FILES)
def test_no_name_leads_elsewhere(
    world: tuple[Gateway, Exchange], root: Browser, program: dict[str, str], name: str
) -> None:
    before, token = state(world[0]), csrf(root)
    for place in ("/held/{}", "/held/{}/page", "/history/{}", "/static/{}", "/digest/{}", "/sign-in/link/{}",
                  "/held/offered/{}", "/api/v1/held/{}", "/api/v1/held/{}/raw", "/api/v1/history/{}/why"):  # fmt: skip
        answer = root.get(place.format(name), headers=program)
        assert answer.status_code in (303, 400, 404, 405, 410), place
        assert b"SQLite format" not in answer.content
        assert b"root:" not in answer.content
    for place in ("/held/{}/eml", "/held/{}/zip", "/held/{}/delete", "/held/{}/attachment"):
        assert root.post(place.format(name), data={"csrf": token, "part": name}).status_code in (400, 404, 405)
    root.post("/held", data={"csrf": token, "act": "delete", "id": name})
    assert state(world[0]) == before


@pytest.mark.parametrize("words", SQL)
def test_words_are_words(world: tuple[Gateway, Exchange], kim: Browser, words: str) -> None:
    before, sent = state(world[0]), quote(words, errors="surrogatepass")
    for field in ("text", "sender", "reason", "recipient", "kind", "state", "from", "to", "after", "before"):
        found = kim.get(f"/held?{field}={sent}")
        assert found.status_code == 200, field
        assert "Theirs" not in found.text
    for field in ("text", "reason", "action", "fate", "from", "below", "above"):
        found = kim.get(f"/history?{field}={sent}")
        assert found.status_code == 200, field
        assert LEE not in found.text
    for name, value in (("text", words), ("sender", words), ("after", words)):
        fields = {"csrf": csrf(kim), "act": "delete", "all": "1", name: value.encode("utf-8", "replace").decode()}
        assert kim.post("/held", data=fields).status_code in (200, 303)
    assert state(world[0]) == before


@pytest.mark.parametrize("said", LINES)
def test_no_line_end_gets_into_a_header_or_the_log(world: tuple[Gateway, Exchange], kim: Browser, said: str) -> None:
    gateway, sink = world
    lines, stranger = len(gateway.log().splitlines()), Browser(base_url=gateway.pages)
    answers = [
        stranger.get(f"/held/{quote(said)}?next={quote(said)}"),
        stranger.get(f"/sign-in?next={quote('/' + said)}"),
        stranger.get(f"/api/v1/{quote(said)}"),
        stranger.submit("/sign-in", name=said, password="wrong"),
        stranger.submit("/sign-in", name="kim", password="wrong", next=f"/{said}"),
        stranger.submit("/sign-in/link", address=f"{said}@example.org"),
        stranger.submit("/sign-in/link", address=f"kim@example.org{said}"),
        kim.post("/theme", data={"csrf": csrf(kim), "back": f"/{said}", "theme": said}),
        kim.post("/audit/undo", data={"csrf": csrf(kim), "back": f"//{said}", "entry": said}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert "x-odd" not in answer.headers
        assert "\n" not in answer.headers.get("location", "")
        assert answer.headers.get("location", "/").startswith("/")
        assert not answer.headers.get("location", "/").startswith(("//", "/\\"))
    new = [json.loads(line) for line in gateway.log().splitlines()[lines:]]
    assert "forged" not in {line["event"] for line in new}
    assert not [mail for mail in sink.messages if b"X-Odd" in mail.content.split(b"\r\n\r\n")[0]]


def test_what_was_planted_or_kept_from_before_opens_nothing(world: tuple[Gateway, Exchange]) -> None:
    """The cookie of before signing in, of a session that was left, and of one whose password was changed."""
    gateway = world[0]
    gateway.add_user("ann", PASSWORD)
    browser = Browser(base_url=gateway.pages)
    browser.get("/sign-in")
    planted, form = dict(browser.cookies), csrf(browser, "/sign-in")
    assert browser.sign_in("ann") == 303
    inside, within = dict(browser.cookies), csrf(browser)
    assert planted != inside
    assert form != within
    assert Browser(base_url=gateway.pages, cookies=planted).get("/account").status_code == 303
    other = Browser(base_url=gateway.pages)
    assert other.sign_in("ann") == 303
    changed = {"old": PASSWORD, "new": "another horse battery", "again": "another horse battery"}
    assert other.post("/account/password", data={"csrf": csrf(other), **changed}).status_code == 303
    assert other.get("/account").status_code == 200
    assert Browser(base_url=gateway.pages, cookies=inside).get("/account").status_code == 303
    left = dict(other.cookies)
    assert other.post("/sign-out", data={"csrf": csrf(other)}).status_code == 303
    late = Browser(base_url=gateway.pages, cookies=left)
    assert late.get("/account").status_code == 303
    assert late.post("/held", data={"csrf": within, "act": "delete", "all": "1", "sure": "1"}).status_code == 403


def test_a_link_by_mail_is_good_once(world: tuple[Gateway, Exchange]) -> None:
    gateway, sink = world
    sink.messages.clear()
    asking = Browser(base_url=gateway.pages)
    asking.submit("/sign-in/link", address=LEE)
    wait_until(lambda: sink.messages, "the mail with the link")
    (link,) = re.findall(rb"/sign-in/link/[\w-]+", sink.messages[0].content)
    path = link.decode()
    browser = Browser(base_url=gateway.pages)
    assert browser.submit(path).status_code == 303
    assert LEE in browser.account()
    for again in (Browser(base_url=gateway.pages), browser):
        assert again.get(path).status_code == 410
        form = "/account" if again is browser else "/sign-in"
        assert again.post(path, data={"csrf": csrf(again, form)}).status_code == 410
    assert path.rpartition("/")[2] not in gateway.log()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"Host": "evil.test", "X-Forwarded-Host": "127.0.0.1"},
        {"Host": ""},
        {"X-Forwarded-Host": "evil.test"},
        {"Forwarded": "host=evil.test;for=10.0.0.1;proto=https"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"},
        {"X-Original-URL": "/audit", "X-Rewrite-URL": "/audit"},
        {"X-HTTP-Method-Override": "DELETE"},
    ],
)
def test_no_header_of_a_stranger_leads_anywhere(world: tuple[Gateway, Exchange], headers: dict[str, str]) -> None:
    gateway, sink = world
    sink.messages.clear()
    browser = Browser(base_url=gateway.pages)
    answer = browser.get("/held", headers=headers)
    led = (421, "") if "Host" in headers else (303, "/sign-in?next=%2Fheld")
    assert (answer.status_code, answer.headers.get("location", "")) == led
    assert "evil" not in answer.text
    assert "secure" not in str(answer.headers.get_list("set-cookie")).lower(), "it did not come by TLS"
    token = csrf(browser, "/sign-in")
    browser.post("/sign-in/link", data={"csrf": token, "address": KIM}, headers=headers)
    assert all(b"evil" not in mail.content for mail in sink.messages)


def test_what_is_kept_is_for_nobody_else_to_read(world: tuple[Gateway, Exchange], kim: Browser) -> None:
    gateway = world[0]
    hold_id = held(gateway, letter("Poppies"), KIM)
    for act in ("block", "spam"):
        assert kim.post(f"/held/{hold_id}/{act}", data={"csrf": csrf(kim)}).status_code == 303
    files = [path for path in (gateway.home / "state").rglob("*") if path.is_file() and path.parent.name != "metrics"]
    assert {"accounts.db", "web.key", "senders", "index.db", f"{hold_id}.eml"} <= {path.name for path in files}
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    log = gateway.log()
    assert PASSWORD not in log
    assert kim.cookies["gatekeeper"] not in log


def test_what_is_handed_out_is_a_file_and_no_page(world: tuple[Gateway, Exchange], kim: Browser) -> None:
    gateway = world[0]
    page = b"Content-Type: text/html\r\nSubject: x\";\r\n\r\n<script>document.title='run'</script>"
    hold_id = held(gateway, page, KIM, sender='"x;filename=a.html"@out.test')
    program = api_token(gateway, "handing", "--scope", "act", "--mailbox", KIM)
    answers = [kim.post(f"/held/{hold_id}/{way}", data={"csrf": csrf(kim)}) for way in ("eml", "zip")]
    answers.append(kim.get(f"/api/v1/held/{hold_id}/raw", headers=program))
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] in ("message/rfc822", "application/zip")
        assert re.fullmatch(r'attachment(; filename="[\w.-]+")?', answer.headers["content-disposition"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
