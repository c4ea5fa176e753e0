"""SpamAssassin's rules as findings: by their names, with their scores, and where they hit."""

from typing import Any

import pytest

from gatekeeper.checks.spamassassin import Settings, build
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.message import Mail, parse
from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.spamassassin import tally
from gatekeeper.spamassassin.compiling import WITH_BAYES, WITHOUT_BAYES, compiled
from gatekeeper.spamassassin.definitions import read
from gatekeeper.spamassassin.evals.registry import EVALS
from gatekeeper.spamassassin.lines import SourceFile
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.tables import Networks, Tables
from gatekeeper.values import Action, Band, Client, Envelope, Finding, Judged, Stage, Words
from tests.answers import told

FROM_FILES = frozenset({"KIN", "ACT", "END", "EVIL", "BOTH", "USER_IN_BLOCKLIST", "BAYES_99", "UNTRUSTED"})
CLIENT = Client("203.0.113.9", "mx.sender.example")
ENVELOPE = Envelope("id", "test", CLIENT, CLIENT, sender="ann@sender.example", recipients=("kim@example.org",))
MESSAGE = b"""\
From: Ann <ann@sender.example>\r
To: kim@example.org\r
Subject: act now\r
Date: Mon, 2 Mar 2026 10:00:00 +0000\r
\r
You are the next of kin. See http://evil.example/claim\r
"""


def rule_set(text: str, column: int = WITHOUT_BAYES) -> RuleSet:
    found = read([SourceFile("x.cf", text)])
    assert not found.problems
    rules = compiled(found, EVALS, frozenset(), column)
    assert not rules.skipped
    return RuleSet(found, rules, column)


def findings(
    text: str, settings: Settings | None = None, world: Any = None, message: bytes = MESSAGE, **tables: Any
) -> dict[str, Finding]:
    settings = settings or Settings()
    rules = rule_set(text, WITH_BAYES if settings.bayes else WITHOUT_BAYES)
    check = build(settings, Tables(spamassassin=rules, **tables))[Stage.CONTENT]
    return {finding.name: finding for finding in told(check(Mail(ENVELOPE, message=parse(message))), world)}


def test_without_rules_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}


def test_a_rule_that_hits_is_a_finding_with_its_score() -> None:
    found = findings(
        "util_rb_tld example\n"
        "body KIN /next of kin/i\nscore KIN 2.5\nheader ACT Subject =~ /act/\nuri EVIL /evil/\nbody NOT /absent/"
    )
    assert {name: (one.score, one.evidence) for name, one in found.items()} == {
        "KIN": (2.5, "body: next of kin"),
        "ACT": (1.0, "Subject: act"),
        "EVIL": (1.0, "uri: evil"),
    }
    assert all(one.secret and one.certain is None for one in found.values())


def test_parts_of_others_are_no_findings() -> None:
    found = findings("body __A /kin/\nbody __B /next/\nmeta BOTH __A && __B\nscore BOTH 3")
    assert {name: (one.score, one.evidence) for name, one in found.items()} == {"BOTH": (3, "__A, __B")}


def test_whom_the_operator_lists() -> None:
    found = findings(
        "blocklist_from *@sender.example\nheader USER_IN_BLOCKLIST eval:check_from_in_blocklist()\n"
        "score USER_IN_BLOCKLIST 100\nheader USER_IN_WELCOMELIST eval:check_from_in_welcomelist()"
    )
    assert {name: one.score for name, one in found.items()} == {"USER_IN_BLOCKLIST": 100}


def test_bayes_is_asked_only_where_that_is_wanted() -> None:
    text = "body BAYES_99 eval:check_bayes('0.99', '1.00')\ntflags BAYES_99 learn\nscore BAYES_99 0 0 3.8 3.5"
    parsed = parse(MESSAGE)
    question = Words(digest_of(parsed).hex(), features_of(parsed))
    world = {question: Judged(0.997, Band.SPAM, 0.9, 4.0, (500, 400), "7", ())}
    assert findings(text) == {}
    assert findings(text, Settings(bayes=True), world)["BAYES_99"].score == 3.8
    assert findings(text, Settings(bayes=True), {}) == {}


@pytest.mark.parametrize(
    ("choice", "action"), [("hold", Action.QUARANTINE), ("defer", Action.DEFER), ("tag", Action.TAG)]
)
def test_a_message_that_takes_too_long_is_told(choice: Any, action: Action) -> None:
    slow = b"Subject: x\r\n\r\n" + b"a" * 60 + b"\r\n"
    found = findings(r"rawbody SLOW /(?:(?:a|aa)+)+(?<!a)$/", Settings(seconds=0.01, exhausted=choice), message=slow)
    assert found["spamassassin-unfinished"].certain is action
    assert "spamassassin-unfinished" in DESCRIPTIONS
    assert found["spamassassin-unfinished"].evidence == "longer than 0.01 s for patterns that backtrack"


def test_a_message_of_more_lines_than_there_is_time_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "SECONDS", -1.0)
    found = findings("body KIN /next of kin/i\nheader ACT Subject =~ /act/")
    assert set(found) == {"ACT", "spamassassin-unfinished"}
    assert found["spamassassin-unfinished"].evidence.endswith("for its lines")


def test_of_a_large_message_the_beginning_is_looked_at() -> None:
    large = MESSAGE + b"x" * 2000 + b"\r\nbehind it\r\n"
    found = findings("body KIN /next of kin/i\nbody END /behind/", Settings(size=1000), message=large)
    assert set(found) == {"KIN", "spamassassin-partly"}
    assert found["spamassassin-partly"].evidence == f"1000 of {len(large)} bytes"
    assert found["spamassassin-partly"].certain is None
    assert set(findings("body END /behind/", Settings(size=3000), message=large)) == {"END"}


def test_networks_that_the_gateway_trusts_are_trusted() -> None:
    text = "header __X X-Spam-Relays-Untrusted =~ /203\\.0\\.113\\.9/\nmeta UNTRUSTED __X"
    assert "UNTRUSTED" in findings(text)
    assert "UNTRUSTED" not in findings(text, trusted=Networks.parse(("203.0.113.0/24",)))


def test_before_there_is_a_message_nothing_is_said() -> None:
    check = build(Settings(), Tables(spamassassin=rule_set("body A /a/")))[Stage.CONTENT]
    assert told(check(Mail(ENVELOPE)), None) == []
