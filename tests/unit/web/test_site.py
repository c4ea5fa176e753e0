"""What all pages have in common."""

import pytest
from starlette.routing import Route

from gatekeeper.quarantine.acts import Role
from gatekeeper.web.headers import ALWAYS
from tests.unit.web.browsing import NAME, Site, text, token

EVERYWHERE = ["/", "/sign-in", "/nowhere", "/theme", "/static/style.css", "/static/nothing", "/static/%2e%2e/site.py"]


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"])
def test_every_answer_says_how_careful_to_be(site: Site, method: str, path: str) -> None:
    answer = site.browser.request(method, path)
    for name, value in ALWAYS.items():
        if name == "Cache-Control" and path == "/static/style.css" and answer.status_code == 200:
            assert answer.headers[name] == "public, max-age=31536000, immutable"
        else:
            assert answer.headers[name] == value
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "server" not in answer.headers


def test_nothing_runs_or_loads_that_is_not_ours_and_nobody_frames_us(site: Site) -> None:
    told = site.get("/sign-in").headers
    policy = dict(rule.strip().partition(" ")[::2] for rule in told["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert (told["X-Frame-Options"], told["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert (told["Cache-Control"], told["Referrer-Policy"]) == ("no-store", "same-origin")


def test_also_one_to_a_request_that_no_page_meets(site: Site) -> None:
    for answer in (site.get("/", headers={"Host": "evil.example"}), site.other().post("/", content=b"x" * 2_000_000)):
        assert answer.status_code in (413, 421)
        assert answer.headers["Content-Security-Policy"] == ALWAYS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/static/nothing", "/static/../site.py", "/static/%2e%2e/site.py"])
def test_what_is_not_there(site: Site, path: str) -> None:
    site.sign_in("ann")
    answer = site.get(path)
    assert answer.status_code == 404
    assert "Nothing here" in text(answer)


def test_a_page_for_forms_alone(site: Site) -> None:
    answer = site.get("/sign-out")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_who_is_nobody_is_led_to_sign_in_and_back(site: Site) -> None:
    answer = site.get("/?day=1&x=%2F")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F%3Fday%3D1%26x%3D%252F")
    site.add("ann")
    form = site.get(answer.headers["location"])
    assert 'name="next" value="/?day=1&amp;x=%2F"' in form.text


def test_the_account_says_who_one_is(site: Site) -> None:
    site.sign_in("ann", Role.USER, "ann@own.example")
    assert "Name ann Role User" in text(site.get("/account"))
    assert "ann@own.example" in text(site.get("/account"))


PUBLIC = {
    *("/sign-in", "/sign-out", "/sign-in/link", "/sign-in/link/{token}", "/theme"),
    *("/digest/{token}",),  # whose token is the proof
}


def pages(site: Site) -> list[tuple[str, str]]:
    """Every method and path."""
    routes = [route for route in site.application.routes if isinstance(route, Route)]
    found = [
        (method, route.path.replace(":int", "").replace("{entry}", "1"))
        for route in routes
        for method in route.methods or ()
    ]
    assert len(found) > 20
    return found


def test_a_stranger_is_shown_nothing_but_the_way_in(site: Site) -> None:
    known = {"csrf": token(site.browser)}
    for method, path in pages(site):
        answer = site.browser.request(method, path, data=known if method == "POST" else None)
        if path not in PUBLIC:
            assert answer.status_code == 303, path
            assert answer.headers["location"].partition("?")[0] == "/sign-in", path


def test_a_session_that_ended_is_as_good_as_none(site: Site) -> None:
    site.sign_in("root", Role.ADMINISTRATOR)
    known = {"csrf": token(site.browser, "/account")}
    site.accounts.users.remove("root")
    for method, path in pages(site):
        answer = site.browser.request(method, path, data=known if method == "POST" else None)
        assert path in PUBLIC or answer.headers["location"].partition("?")[0] == "/sign-in", path


def test_nobody_posts_without_the_token_of_a_form(site: Site) -> None:
    site.sign_in("root", Role.ADMINISTRATOR, "root@own.example")
    site.get("/")
    before = list(site.contents())
    for method, path in pages(site):
        if method == "POST" and not path.startswith("/digest/"):
            assert site.browser.post(path, headers={"Origin": NAME}).status_code == 403, path
    assert list(site.contents()) == before


def test_a_name_is_shown_and_not_run(site: Site) -> None:
    site.sign_in("<script>alert(1)</script>")
    page = site.get("/account").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(("asked", "shown"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><script>', "")])
def test_colours_are_remembered(site: Site, asked: str, shown: str) -> None:
    answer = site.post("/theme", {"theme": asked, "back": "/sign-in"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (f'data-theme="{shown}"' in site.get("/sign-in").text) is bool(shown)


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example/", "", "/\tx", "/" + "x" * 3000]
)
def test_one_is_led_nowhere_else(site: Site, back: str) -> None:
    assert site.post("/theme", {"theme": "dark", "back": back}).headers["location"] == "/"
    site.add("ann")
    fields = {"name": "ann", "password": "correct horse battery", "next": back}
    assert site.post("/sign-in", fields).headers["location"] == "/"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("quarantine.own.example", 200),
        ("QUARANTINE.own.example:8443", 200),
        ("evil.example", 421),
        ("quarantine.own.example.evil.example", 421),
        ("quarantine.own.example@evil.example", 421),
        ("", 421),
        ("[::1", 421),
        ("127.0.0.1", 421),
    ],
)
def test_the_site_goes_by_its_own_names(site: Site, host: str, status: int) -> None:
    assert site.get("/sign-in", headers={"Host": host}).status_code == status


def test_a_site_of_this_machine_goes_by_its_names(tmp_path) -> None:
    site = Site(tmp_path, "http://localhost:8080", client="127.0.0.1", url="", listen=["127.0.0.1:8080"])
    for host, status in (("localhost:8080", 200), ("127.0.0.1", 200), ("[::1]:8080", 200), ("rebound.example", 421)):
        assert site.get("/sign-in", headers={"Host": host}).status_code == status
    site.close()


def test_more_than_a_form_is_refused_whether_it_says_so_or_not(site: Site) -> None:
    def pieces():
        for _ in range(40):
            yield b"name=" + b"x" * 50_000

    known = {"csrf": token(site.browser)}
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": NAME}
    assert site.browser.post("/sign-in", data={**known, "name": "x" * 1_000_001}).status_code == 413
    assert site.browser.post("/sign-in", content=pieces(), headers=form).status_code == 413
    for length in ("-1", "1e3", "9" * 30):
        assert site.browser.post("/sign-in", headers={**form, "Content-Length": length}).status_code == 413


def test_a_form_of_too_many_fields_is_refused(site: Site) -> None:
    answer = site.post("/theme", {"id": [str(n) for n in range(2_001)]})
    assert answer.status_code == 400
