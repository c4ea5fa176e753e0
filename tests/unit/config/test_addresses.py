import pytest

from gatekeeper.config.addresses import (
    ClamdSocket,
    LdapServer,
    MilterSocket,
    clamd_socket,
    host_port,
    is_loopback,
    ldap_server,
    milter_socket,
    spamd_socket,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:2525", ("127.0.0.1", 2525)),
        ("[::1]:25", ("::1", 25)),
        ("mail.example.org:25", ("mail.example.org", 25)),
        (":25", ("", 25)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),
        (" 127.0.0.1:25 ", ("127.0.0.1", 25)),
    ],
)
def test_host_and_port(text: str, expected: tuple[str, int]) -> None:
    assert host_port(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("127.0.0.1", "no port"),
        ("", "no port"),
        ("::1:25", "not stand in brackets"),
        ("[::1]", "not stand in brackets"),
        ("[mail]:25", "in brackets is no address"),
        ("127.0.0.1:smtp", "'smtp' is no port"),
        ("127.0.0.1:65536", "'65536' is no port"),
        ("127.0.0.1:-1", "'-1' is no port"),
        ("127.0.0.1:\u0662\u0665", "is no port"),
        ("a b:25", "is no host"),
        ("25@localhost:25", "is no host"),
    ],
)
def test_what_is_not(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        host_port(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unix:/run/gatekeeper/milter.sock", MilterSocket("unix", "/run/gatekeeper/milter.sock")),
        ("local:/run/m.sock", MilterSocket("unix", "/run/m.sock")),
        ("/run/m.sock", MilterSocket("unix", "/run/m.sock")),
        ("inet:8891@127.0.0.1", MilterSocket("inet", "127.0.0.1", 8891)),
        ("inet:8891", MilterSocket("inet", "", 8891)),
        ("inet6:8891@::1", MilterSocket("inet6", "::1", 8891)),
        ("inet6:8891@[::1]", MilterSocket("inet6", "::1", 8891)),
    ],
)
def test_milter_sockets_as_sendmail_writes_them(text: str, expected: MilterSocket) -> None:
    assert milter_socket(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inet:127.0.0.1:8891", "Postfix writes host:port"),
        ("run/m.sock", "no path from the root"),
        ("unix:", "no path from the root"),
        ("tcp:25@localhost", "'tcp' is no kind"),
        ("inet:x@localhost", "'x' is no port"),
    ],
)
def test_milter_sockets_that_are_none(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        milter_socket(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unix:/run/clamav/clamd.ctl", ClamdSocket("/run/clamav/clamd.ctl")),
        ("/run/clamd", ClamdSocket("/run/clamd")),
        ("tcp:127.0.0.1:3310", ClamdSocket("", "127.0.0.1", 3310)),
        (" tcp:[::1]:3310", ClamdSocket("", "::1", 3310)),
        ("tcp:av.example.org:3310", ClamdSocket("", "av.example.org", 3310)),
    ],
)
def test_sockets_of_clamd(text: str, expected: ClamdSocket) -> None:
    assert clamd_socket(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no path from the root"),
        ("unix:run/clamd", "no path from the root"),
        ("tcp:127.0.0.1", "has no port"),
        ("tcp::3310", "nowhere to connect to"),
        ("tcp:127.0.0.1:0", "nowhere to connect to"),
        ("127.0.0.1:3310", "'127.0.0.1' is no kind"),
    ],
)
def test_sockets_of_clamd_that_are_none(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        clamd_socket(text)


def test_a_socket_of_clamd_is_written_as_it_is_read() -> None:
    for text in ("unix:/run/clamd", "tcp:127.0.0.1:3310"):
        assert str(clamd_socket(text)) == text


def test_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "10.0.0.1", "mail.example.org")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ldaps://dc1.example.org", LdapServer("dc1.example.org", 636, True)),
        ("LDAP://dc1.example.org/", LdapServer("dc1.example.org", 389, False)),
        ("ldap://dc1.example.org:3268", LdapServer("dc1.example.org", 3268, False)),
        ("ldaps://[::1]", LdapServer("::1", 636, True)),
        ("ldap://[::1]:3389", LdapServer("::1", 3389, False)),
        ("ldap://10.0.0.6", LdapServer("10.0.0.6", 389, False)),
    ],
)
def test_directory_servers(text: str, expected: LdapServer) -> None:
    assert ldap_server(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "dc1.example.org",
        "dc1.example.org:389",
        "ldap://",
        "ldap://:389",
        "ldap://dc1:0",
        "ldap://dc1:ldap",
        "ldap://dc1/dc=example",
        "ldap://me:secret@dc1",
        "ldap://::1",
        "http://dc1",
        "ldapi:///run/slapd",
    ],
)
def test_what_is_no_directory_server(text: str) -> None:
    with pytest.raises(ValueError):
        ldap_server(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unix:/run/spamd.sock", MilterSocket("unix", "/run/spamd.sock")),
        ("/run/spamd.sock", MilterSocket("unix", "/run/spamd.sock")),
        ("127.0.0.1:783", MilterSocket("inet", "127.0.0.1", 783)),
        ("[::1]:783", MilterSocket("inet6", "::1", 783)),
        (":783", MilterSocket("inet", "", 783)),
    ],
)
def test_sockets_of_spamd(text: str, expected: MilterSocket) -> None:
    assert spamd_socket(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [("unix:spamd.sock", "no path"), ("127.0.0.1", "has no port"), ("inet:783@127.0.0.1", "is no host|no port")],
)
def test_sockets_of_spamd_that_are_none(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        spamd_socket(text)
