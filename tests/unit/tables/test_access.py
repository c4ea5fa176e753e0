import pytest

from gatekeeper.tables import AccessMap, Rule
from gatekeeper.values import Reply


def read(text: str) -> AccessMap:
    return AccessMap.parse(text, "access")


def rule(found: object) -> Rule | None:
    return getattr(found, "rule", None)


CLIENTS = """\
Connect:spam.example         REJECT
Connect:good.spam.example    OK
Connect:192.0.2              REJECT
Connect:192.0.2.7            RELAY
Connect:[198.51.100]         ERROR:5.7.1:550 fix your reverse name
Connect:IPv6:2001:db8        REJECT
Connect:IPv6:2001:db8:0:1::9 OK
Connect:quiet.example        SKIP
203.0.113                    DISCARD
Connect:203.0.113.5          QUARANTINE:look at it
Connect:IPv6:fd00            OK
"""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Connect:relay.example RELAY", True),
        ("relay.example RELAY", True),
        ("Connect:relay.example OK", False),
        ("Connect:192.0.2 RELAY\nConnect:spam.example REJECT", False),
        ("To:own.example RELAY", False),
    ],
)
def test_whether_it_lets_clients_relay_by_their_name(text: str, named: bool) -> None:
    assert read(text).relays_by_name is named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Connect:spam.example REJECT", True),
        ("spam.example REJECT", True),
        ("Connect:example REJECT", True),
        ("Connect:[198.51.100] REJECT", True),
        ("Connect:192.0.2 REJECT", False),
        ("10 OK", False),
        ("Connect:IPv6:2001:db8 REJECT", False),
        ("From:spam.example REJECT", False),
        ("To:own.example RELAY", False),
        ("joe@spam.example REJECT", False),
        ("", False),
    ],
)
def test_whether_it_goes_by_names_of_clients(text: str, named: bool) -> None:
    assert read(text).names_clients is named


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("spam.example", "10.0.0.1", Rule.REJECT),
        ("a.b.SPAM.example.", "10.0.0.1", Rule.REJECT),
        ("x.good.spam.example", "10.0.0.1", Rule.OK),
        ("notspam.example", "10.0.0.1", None),
        ("any.example", "192.0.2.1", Rule.REJECT),
        ("any.example", "192.0.2.7", Rule.RELAY),
        ("any.example", "192.0.20.1", None),
        ("x.good.spam.example", "192.0.2.1", Rule.OK),
        ("a.quiet.example", "192.0.2.1", Rule.REJECT),
        ("", "198.51.100.3", Rule.ERROR),
        ("named.example", "198.51.100.3", None),
        ("", "2001:db8:7::1", Rule.REJECT),
        ("", "2001:db8:0:1::9", Rule.OK),
        ("", "2001:0DB8:0000:0001:0:0:0:9", Rule.OK),
        ("", "2001:db80::1", None),
        ("", "::ffff:192.0.2.1", Rule.REJECT),
        ("", "203.0.113.4", Rule.DISCARD),
        ("", "203.0.113.5", Rule.QUARANTINE),
        ("", "fd00:1:2:3:4:5:6:7", Rule.OK),
        ("", "", None),
        ("", "not an address", None),
        (None, "198.51.100.3", None),
        (None, "203.0.113.4", Rule.DISCARD),
        ("", "fe80::1%eth0", None),
    ],
)
def test_a_client_is_looked_up_by_name_then_by_address(name: str | None, address: str, expected: Rule | None) -> None:
    assert rule(read(CLIENTS).client(name, address)) is expected


SENDERS = """\
From:spam@any.example      REJECT
From:any.example           OK
From:joe@                  DISCARD
From:lists+*@p.example     ERROR:4.7.1:451 later
From:sub.any.example       SKIP
From:alias@p.example       ERROR:550 no
untagged.example           REJECT
From:known.untagged.example OK
To:own.example             REJECT
"""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("spam@any.example", Rule.REJECT),
        ("SPAM@ANY.EXAMPLE.", Rule.REJECT),
        ('"spam"@any.example', Rule.REJECT),
        ("sp\\am@any.example", Rule.REJECT),
        ("@relay.example,@b.example:spam@any.example", Rule.REJECT),
        ("spam+detail@any.example", Rule.REJECT),
        ("x@any.example", Rule.OK),
        ("x@deep.down.any.example", Rule.OK),
        ("x@sub.any.example", None),
        ("spam@sub.any.example", None),
        ("joe@any.example", Rule.DISCARD),
        ("joe+x@elsewhere.example", Rule.DISCARD),
        ("joey@elsewhere.example", None),
        ("lists+x@p.example", Rule.ERROR),
        ("lists@p.example", None),
        ("x@a.untagged.example", Rule.REJECT),
        ("x@known.untagged.example", Rule.OK),
        ("x@own.example", None),
        ("joe", Rule.DISCARD),
        ("", None),
        ("@", None),
    ],
)
def test_a_sender_is_looked_up_whole_then_by_user_then_by_domain(address: str, expected: Rule | None) -> None:
    assert rule(read(SENDERS).sender(address)) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("gone@own.example", Rule.REJECT),
        ("gone+x@own.example", Rule.REJECT),
        ("kept@own.example", Rule.RELAY),
        ("other@closed.own.example", Rule.ERROR),
        ("open@closed.own.example", Rule.OK),
        ("user@own.example", Rule.RELAY),
        ("user", Rule.REJECT),
    ],
)
def test_a_recipient_is_looked_up_whole_then_by_domain(address: str, expected: Rule) -> None:
    table = read(
        "To:gone@own.example REJECT\nTo:own.example RELAY\nTo:closed.own.example ERROR:5.1.1:550 closed\n"
        "To:open@closed.own.example OK\nTo:user@ REJECT\n"
    )
    assert rule(table.recipient(address)) is expected


def test_a_tag_cannot_be_smuggled_in_by_an_address() -> None:
    table = read("To:vip@own.example OK\nConnect:192.0.2.1 OK\n")
    assert table.sender("To:vip@own.example") is None
    assert table.sender("Connect:192.0.2.1") is None
    assert table.client("to:vip@own.example", "") is None


def test_relaying() -> None:
    table = read("Connect:192.0.2 RELAY\nConnect:inside.example RELAY\nConnect:192.0.2.9 OK\nTo:own.example RELAY\n")
    assert table.relays_for("", "192.0.2.1")
    assert table.relays_for("mail.inside.example", "10.0.0.1")
    assert not table.relays_for("", "192.0.2.9")
    assert not table.relays_for("", "10.0.0.1")
    assert table.relays_to("own.example")
    assert table.relays_to("Sub.Own.Example.")
    assert not table.relays_to("other.example")
    assert not table.relays_to("")


def test_an_entry_says_what_and_where() -> None:
    found = read("# first\nFrom:x.example ERROR:5.7.1:550 Go away\n").sender("a@b.x.example")
    assert found is not None
    assert (found.key, found.line, found.reply) == ("from:x.example", 2, Reply(550, "5.7.1", ("Go away",)))
    quarantined = read("From:x.example QUARANTINE: new partner \n").sender("a@x.example")
    assert quarantined is not None
    assert quarantined.text == "new partner"


@pytest.mark.parametrize("word", ["REJECT", "reject", "Reject"])
def test_rules_are_read_in_any_case(word: str) -> None:
    assert rule(read(f"From:x.example {word}").sender("a@x.example")) is Rule.REJECT


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Form:x.example REJECT", "the tag 'form' is unknown"),
        ("From:x.example REJEKT", "'REJEKT' is no rule"),
        ("From:x.example DEFER", "'DEFER' is no rule"),
        ("From:x.example QUARANTINE", "'QUARANTINE' is no rule"),
        ("From:x.example OK # partner", "belongs to the value"),
        ("From:x.example ERROR:", "the error has no text"),
        ("From:x.example ERROR:250 ok", "250 is not an error"),
        ("From:x.example 550 go away", "deprecated"),
        ("From:@x.example REJECT", "write the domain alone, 'x.example'"),
        ("From:<> REJECT", "the null sender cannot have an entry"),
        ("From:x.example. REJECT", "write 'x.example'"),
        ("Connect:.x.example REJECT", "write 'x.example'"),
        ("Connect:*.x.example REJECT", "write 'x.example'"),
        ("Connect:192.0.2.0/24 REJECT", "knows no prefix lengths"),
        ("Connect:2001:db8:1 REJECT", "write IPv6:2001:db8:1"),
        ("Connect:IPv6:2001:db8::/32 REJECT", "'2001:db8::/32' is no IPv6 address"),
        ("Connect:IPv6:2001:xyz REJECT", "'2001:xyz' is no IPv6 address"),
        ("Connect:[IPv6:1:2:3:4:5:6:7:8:9] REJECT", "is no IPv6 address"),
    ],
)
def test_a_mistake_has_its_line_and_a_remedy(line: str, said: str) -> None:
    problems = read(f"From:fine.example OK\n{line}\n").problems
    assert problems
    assert all(problem.line == 2 and problem.remedy for problem in problems)
    assert any(said in f"{problem.message}; {problem.remedy}" for problem in problems)


def test_a_value_that_is_no_rule_refuses_as_sendmail_does() -> None:
    found = read("From:x.example REJEKT\n").sender("a@x.example")
    assert found is not None
    assert found.reply == Reply(553, "5.3.0", ("REJEKT",))


def test_two_spellings_of_one_address_are_duplicates() -> None:
    table = read("Connect:IPv6:2001:db8:0:0:0:0:0:1 OK\nConnect:IPv6:2001:0db8::1 REJECT\n")
    assert [(problem.line, problem.severity) for problem in table.problems] == [(2, "error")]
    assert rule(table.client("", "2001:db8::1")) is Rule.OK


@pytest.mark.parametrize(
    "line", ["Spam:x.example FRIEND", "TLS_Srv:x.example VERIFY", "ClientRate:10.0 5", "GreetPause:10.0 0"]
)
def test_tags_that_are_sendmails_own_are_passed_over(line: str) -> None:
    table = read(f"{line}\n")
    assert table.problems == ()
    assert not table.entries
