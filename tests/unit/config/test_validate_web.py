"""Who could reach the pages, and who would read along."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatekeeper.config.convert import spelled
from gatekeeper.config.schema import Config
from gatekeeper.config.validate import validate

URL = {"url": "https://q.own.example"}
NEAR = {"listen": ["127.0.0.1:8080"]}


def said(web: dict[str, Any], **tables: dict[str, Any]) -> list[str]:
    config = msgspec.convert({"web": web, **tables}, Config)
    return [f"{spelled(c.path)}: {c.message}" for c in validate(config) if c.severity == "error"]


@pytest.mark.parametrize(
    "web",
    [
        {},
        NEAR,
        {"listen": ["localhost:0", "[::1]:8080"]},
        {"listen": [":8080"], "proxy_networks": ["10.0.0.4", "2001:db8::/64"], **URL},
        NEAR | {"url": "http://localhost:8080/"},
        NEAR | {"url": "https://[2001:db8::1]:8443"},
    ],
)
def test_what_is_sound(web: dict[str, Any]) -> None:
    assert said(web) == []


def test_off_this_machine_with_a_certificate(tmp_path: Path) -> None:
    (tmp_path / "web.pem").touch()
    assert said({"listen": ["0.0.0.0:8443"], "certificate": str(tmp_path / "web.pem"), **URL}) == []


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", ":8080", "192.0.2.1:80", "[::]:80", "gate.own.example:80"])
def test_off_this_machine_without_tls(listen: str) -> None:
    (error,) = said({"listen": ["127.0.0.1:1", listen], **URL})
    expected = f"web.listen[1]: who reads along at {listen} reads passwords and mail: there is no TLS"
    assert error == expected


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        ({"listen": ["8080"]}, r"web\.listen\[0\]: web\.listen: '8080' has no port"),
        (NEAR | {"proxy_networks": ["proxy"]}, r"web\.proxy_networks\[0\]: web\.proxy_networks: 'proxy' does not"),
        (NEAR | {"proxy_networks": ["0.0.0.0/0"]}, r"web\.proxy_networks\[0\]: everybody is believed to be a proxy"),
        ({"listen": [":1"], "proxy_networks": ["10.0.0.4"]}, r"web\.listen\[0\]: nobody can come to :1 without a name"),
        ({"url": "q.own.example"}, r"web\.url: 'q\.own\.example' is not where a site can be"),
        ({"url": "https://q.own.example/path"}, r"web\.url: .* is not where a site can be"),
        ({"url": "https://q.own.example?x"}, r"web\.url: .* is not where a site can be"),
        ({"url": "https://u@q.own.example"}, r"web\.url: .* is not where a site can be"),
        ({"url": "https://[::1"}, r"web\.url: .* is not where a site can be"),
        ({"url": "https://q.own.example:99999"}, r"web\.url: .* is not where a site can be"),
        ({"url": "ftp://q.own.example"}, r"web\.url: .* is not where a site can be"),
        ({"url": "http://q.own.example"}, r"web\.url: who comes by web\.url comes without TLS"),
        ({"certificate": "web.pem"}, r"web\.certificate: web\.certificate is no path from the root"),
        ({"certificate": "/nowhere/web.pem"}, r"web\.certificate: /nowhere/web\.pem does not exist"),
        ({"key": "/dev/null"}, r"web\.key: there is a key, but no certificate"),
        ({"directory": True}, r"web\.directory: there is no directory to sign in with"),
        ({"user_filter": "(uid=*)"}, r"web\.user_filter: web\.user_filter does not say what the name is compared with"),
    ],
)
def test_a_mistake_is_said_where_it_is(web: dict[str, Any], expected: str) -> None:
    (error,) = said(web)
    assert re.match(expected, error)


@pytest.mark.parametrize(
    ("directory", "wrong"),
    [
        ({"servers": ["ldap://dc1.own.example"], "starttls": False}, True),
        ({"servers": ["ldaps://dc1.own.example"], "starttls": False}, False),
        ({"servers": ["ldap://dc1.own.example"]}, False),
        ({"servers": ["ldap://127.0.0.1"], "starttls": False}, False),
    ],
)
def test_passwords_go_to_a_directory_encrypted(directory: dict[str, Any], wrong: bool) -> None:
    clear = "web.directory: passwords would go to the directory in clear"
    assert (clear in said({"directory": True}, directory={"search_base": "dc=x", **directory})) is wrong
