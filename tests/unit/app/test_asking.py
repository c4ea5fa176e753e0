import msgspec
import pytest

from gatekeeper.app.asking import Word, said, said_of_lines
from gatekeeper.app.tables import read_tables
from gatekeeper.config.schema import Config

FILES = {
    "access": "From:pest.example REJECT\nConnect:192.0.2 ERROR:550 no\nTo:joe@own.example QUARANTINE:look\n",
    "mailertable": "own.example esmtp:[10.0.0.5]\n.own.example esmtp:[10.0.0.6]:2525\n",
    "transport": "sales@own.example smtp:[10.0.0.7]\nown.example smtp:[10.0.0.5]\n",
    "senders": "allow pest.example dkim for=joe@own.example\ndeny other.example\n",
    "header_checks": "/^Subject:.*(viagra)/ REJECT no $1\n/^X-/ WARN\n",
    "client_access": "own.example OK\n10 REJECT ours are not out there\n",
    "helo_access": "own.example REJECT that is we\n",
    "people": "joe\n",
    "virtusertable": "info@own.example joe@own.example\n@gone.example error:nouser 550 gone\n",
}


@pytest.fixture
def ask(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    tables = {name: f"{tmp_path}/{name}" for name in ("access", "senders", "client_access", "helo_access")}
    tables["access"] = f"hash:{tables['access']}"
    tables["header_checks"] = f"pcre:{tmp_path}/header_checks"

    def ask(subject: str, relay: str = "mailertable") -> list[tuple[str, str, str, str]]:
        values = {
            "gateway": {"own_networks": ["192.0.2.0/24"], "trusted_networks": ["192.0.2.7"]},
            "relay": {relay: f"hash:{tmp_path}/{relay}", "virtusertable": f"{tmp_path}/virtusertable"},
            "domains": {"own.example": {"verify": "list", "recipients": f"{tmp_path}/people"}},
            "tables": tables,
        }
        config = msgspec.convert(values, Config)
        read, problems = read_tables(config)
        assert not [problem for problem in problems if problem.severity == "error"]
        words = said_of_lines(subject.encode(), read) if "\n" in subject else said(subject, config, read)
        return [(word.about, word.table, word.says, word.place.replace(f"{tmp_path}/", "")) for word in words]

    return ask


def test_an_address_as_sender_and_for_its_next_hop(ask) -> None:
    assert ask("x@pest.example") == [
        ("sender", "access", "from:pest.example REJECT", "access:1"),
        ("sender", "senders", "allow, for joe@own.example", "senders:1"),
        ("next hop", "mailertable", "550 5.7.1 Relaying denied", ""),
    ]
    assert ("sender", "senders", "deny", "senders:2") in ask("x@sub.other.example")


def test_an_address_as_recipient(ask) -> None:
    assert ask("joe@own.example") == [
        ("recipient", "access", "to:joe@own.example QUARANTINE look", "access:3"),
        ("recipient", "recipients", "joe@own.example", "people"),
        ("next hop", "mailertable", "esmtp:[10.0.0.5]", "mailertable:1"),
    ]
    assert ("recipient", "recipients", "there is no such mailbox", "people") in ask("ann@own.example")
    assert ("recipient", "virtusertable", "joe@own.example", "virtusertable") in ask("info@own.example")
    assert any(
        "550" in says and "gone" in says for _, table, says, _ in ask("x@gone.example") if table == "virtusertable"
    )


def test_the_next_hop_by_postfixs_transport(ask) -> None:
    assert ("next hop", "transport", "esmtp:[10.0.0.7]", "transport:1") in ask("sales@own.example", "transport")
    assert ("next hop", "transport", "esmtp:[10.0.0.5]", "transport:2") in ask("ann@own.example", "transport")
    assert ask("ann@else.example", "transport") == [("next hop", "transport", "550 5.7.1 Relaying denied", "")]


def test_a_client_by_its_address(ask) -> None:
    assert ask("192.0.2.7") == [
        ("client", "access", "connect:192.0.2 550 5.0.0 no", "access:2"),
        ("client", "gateway.trusted_networks", "a hop of ours: it tells who brought the mail", ""),
        ("client", "gateway.own_networks", "ours: its mail goes out", ""),
    ]
    assert ask("10.9.8.7") == [("client", "client_access", "REJECT ours are not out there", "client_access:2")]


def test_a_name_as_a_client_as_a_helo_and_as_a_domain(ask) -> None:
    assert ask("mx.own.example") == [
        ("client", "client_access", "OK", "client_access:1"),
        ("helo", "helo_access", "REJECT that is we", "helo_access:1"),
        ("next hop", "mailertable", "esmtp:[10.0.0.6]:2525", "mailertable:2"),
    ]


def test_a_message_line_by_line(ask) -> None:
    assert ask("Subject: buy viagra\r\nX-A: b\r\nTo: x\r\n\r\nhi\r\n") == [
        ("header: Subject: buy viagra", "header checks", "REJECT no viagra", "header_checks:1"),
        ("header: X-A: b", "header checks", "WARN", "header_checks:2"),
    ]


def test_nothing_configured_says_nothing() -> None:
    config = Config()
    assert list(said("joe@own.example", config, read_tables(config)[0])) == []


def test_a_place_without_a_line_is_the_source() -> None:
    assert Word("client", "t", "says", "tables.client_access").place == "tables.client_access"
