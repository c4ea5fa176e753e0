"""Settings that are sound alone, and with which somebody would wait for ever."""

from typing import Any

import msgspec
import pytest

from gatekeeper.config.convert import spelled
from gatekeeper.config.schema import Config
from gatekeeper.config.validate import validate
from gatekeeper.config.validate_reviewing import reviewing

PAGES = {"listen": ["127.0.0.1:8080"], "url": "http://127.0.0.1:8080"}
BEHIND = PAGES | {"url": "https://q.own.example", "proxy_networks": ["127.0.0.1"]}


def said(**tables: dict[str, Any]) -> list[str]:
    complaints = reviewing(msgspec.convert(tables, Config))
    return [f"{c.severity} {spelled(c.path)}: {c.message}; {c.remedy}" for c in complaints]


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"web": PAGES},
        {"web": {"listen": ["127.0.0.1:8080"], "links": False}},
        {"web": BEHIND, "digest": {"enabled": True}},
        {"web": BEHIND | {"listen": ["127.0.0.1:0", "127.0.0.1:0"]}},
        {"quarantine": {"administrators": ["postmaster@own.example"], "limit": 50_000_000_000}},
        {"quarantine": {"matrix": {"spam": {"user": []}, "policy": {"user": ["see"]}}}},
        {"web": BEHIND, "digest": {"enabled": True}, "quarantine": {"matrix": {"spam": {"user": []}}}},
    ],
)
def test_what_works(tables: dict[str, Any]) -> None:
    assert said(**tables) == []


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"quarantine": {"administrators": ["root"]}}, "error quarantine.administrators[0]: 'root' is no address"),
        ({"web": {"listen": ["[::1]:8080"]}}, "warning web.listen: nobody is sent a link to sign in by"),
        (
            {"web": {"url": "https://q.own.example"}, "digest": {"enabled": True}},
            "warning digest.enabled: the links of",
        ),
        ({"web": PAGES | {"url": "https://q.own.example"}}, "warning web.url: web.url says https, but there is no"),
        (
            {"web": PAGES, "metrics": {"listen": "127.0.0.1:8080"}},
            "error web.listen[0]: 127.0.0.1:8080 is listened on twice",
        ),
        (
            {"web": PAGES | {"listen": ["127.0.0.1:8080"] * 2}},
            "error web.listen[1]: 127.0.0.1:8080 is listened on twice",
        ),
        (
            {"quarantine": {"matrix": {"policy": {"helpdesk": ["release", "delete"]}}}},
            "warning quarantine.matrix.policy.helpdesk: quarantine.matrix.policy.helpdesk grants what cannot be done",
        ),
        (
            {
                "web": BEHIND,
                "digest": {"enabled": True, "kinds": ["bulk"]},
                "quarantine": {"matrix": {"bulk": {"user": []}}},
            },
            "warning digest.enabled: nobody gets a digest: users may see nothing of digest.kinds",
        ),
        ({"quarantine": {"limit": 1_000_000}}, "warning quarantine.limit: a message of smtp.limits.size, "),
    ],
)
def test_what_comes_to_nothing(tables: dict[str, Any], expected: str) -> None:
    (line,) = said(**tables)
    assert line.startswith(expected)
    assert not line.endswith("; ")  # each says what to do


def test_they_are_among_the_rules() -> None:
    config = msgspec.convert({"web": {"listen": ["127.0.0.1:8080"]}}, Config)
    assert ("web", "listen") in [complaint.path for complaint in validate(config)]


def test_an_address_that_is_none_is_told_of_once() -> None:
    assert said(web={"url": "https://["}) == []
