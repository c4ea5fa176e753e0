import pytest

from gatekeeper.checks.rules import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.tables import Tables
from gatekeeper.tables.rule_set import assemble
from gatekeeper.tables.rules import RuleFile
from gatekeeper.traits import TRAITS
from gatekeeper.values import Client, Envelope, Finding, Stage

PEER = Client("192.0.2.1")
RULES = """
[[rule]]
name = "gatekeeper-a"
description = "A"
where = "text"
pattern = 'grand prize'
score = 2.0

[[rule]]
name = "gatekeeper-b"
description = "B"
where = "subject"
pattern = '^won$'
scored = false

[[rule]]
name = "gatekeeper-c"
description = "C"
trait = "date-absent"

[[rule]]
name = "gatekeeper-d"
description = "D"
all = ["gatekeeper-a", "gatekeeper-b"]
none = ["link-ip"]
score = 3.0

[[rule]]
name = "gatekeeper-e"
description = "E"
any = ["gatekeeper-d", "link-ip"]

[[rule]]
name = "gatekeeper-f"
description = "F, which weighs nothing"
where = "text"
pattern = 'grand'
score = 0.0
"""
LETTER = b"Subject: You\r\n\r\nA grand\r\nprize.\r\n"
WON = LETTER.replace(b"You", b"Won")


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """These rules describe themselves."""
    for letter in "abcde":
        monkeypatch.setitem(DESCRIPTIONS, f"gatekeeper-{letter}", letter)


def tables(text: str = RULES) -> Tables:
    file = RuleFile.parse(text, "file", TRAITS)
    rules, problems = assemble([file], {}, {"link-ip"})
    assert not (*file.problems, *problems)
    return Tables(rules=rules)


def found(raw: bytes, *before: Finding) -> tuple[list[Finding], list[Finding]]:
    """What is found at the body stage, and what at the content stage."""
    checks = build(Settings(), tables())
    mail = Mail(Envelope("id", "test", PEER, PEER), message=parse(raw))
    early = list(checks[Stage.BODY](mail))
    late = checks[Stage.CONTENT](Mail(mail.envelope, message=mail.message, findings=(*before, *early)))
    return early, list(late)


def test_without_rules_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}


def test_without_expressions_there_is_one_stage() -> None:
    assert set(build(Settings(), tables(RULES.partition('[[rule]]\nname = "gatekeeper-d')[0]))) == {Stage.BODY}


def test_patterns_and_traits_are_found_with_their_weight_and_what_shows_them() -> None:
    early, late = found(LETTER)
    assert early == [Finding("gatekeeper-a", 2.0, "text"), Finding("gatekeeper-c", 1.0, "no Date")]
    assert late == []


def test_an_expression_knows_rules_that_are_no_findings() -> None:
    early, late = found(WON)
    assert [finding.name for finding in early] == ["gatekeeper-a", "gatekeeper-c"]
    assert late == [Finding("gatekeeper-d", 3.0), Finding("gatekeeper-e", 1.0)]


def test_an_expression_knows_what_checks_found() -> None:
    _, late = found(WON, Finding("link-ip"))
    assert [finding.name for finding in late] == ["gatekeeper-e"]


def test_before_the_message_is_there_nothing_is_found() -> None:
    checks = build(Settings(), tables())
    for stage in (Stage.BODY, Stage.CONTENT):
        assert checks[stage](Mail(Envelope("id", "test", PEER, PEER))) == []


def test_what_was_hit_is_not_kept_longer_than_the_message() -> None:
    checks = build(Settings(), tables())
    checks[Stage.BODY](Mail(Envelope("id", "test", PEER, PEER), message=parse(WON)))
    other = Mail(Envelope("id", "test", PEER, PEER), message=parse(b"Subject: hello\r\n\r\n"))
    assert checks[Stage.CONTENT](other) == []
