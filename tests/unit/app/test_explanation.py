from gatekeeper.app.explanation import Excerpt, explained
from gatekeeper.message import parse
from gatekeeper.tables.rule_set import assemble
from gatekeeper.tables.rules import RuleFile
from gatekeeper.values import Action, Client, Envelope, Finding, Verdict

RULES = """
[[rule]]
name = "next-of-kin"
description = "Speaks of kin"
where = "text"
pattern = 'next of \\w+'
score = 1.5
[[rule]]
name = "part"
description = "Only a part"
where = "header:X-Odd"
pattern = '^é+$'
scored = false
[[rule]]
name = "both"
description = "Both of them"
all = ["next-of-kin"]
any = ["part", "other-part", "helo-own"]
none = ["clean-sign"]
[[rule]]
name = "other-part"
description = "Is not found"
where = "text"
pattern = 'nowhere'
[[rule]]
name = "clean-sign"
description = "Is not found either"
where = "subject"
pattern = 'nowhere'
"""
MESSAGE = parse("Subject: hi\r\nX-Odd: éé\r\n\r\nBe so kind, as his NEXT of kin, to answer.\r\n".encode())
CLIENT = Client("192.0.2.1")
ENVELOPE = Envelope("id", "test", CLIENT, CLIENT)
NEXT_OF_KIN, BOTH, HELO = Finding("next-of-kin", 1.5, "text"), Finding("both", 1.0), Finding("helo-own", -3.0, "mx")


def told(*findings: Finding):
    rules, problems = assemble([RuleFile.parse(RULES, "rules", ())], {}, {"helo-own"})
    assert problems == []
    verdict = Verdict(Action.ACCEPT, "clean", 0.0, 5.0, findings)
    return explained(verdict, MESSAGE, ENVELOPE, rules, {**rules.described, "helo-own": "Calls itself as we do"})


def test_what_weighs_most_stands_first_for_or_against() -> None:
    assert [one.finding.name for one in told(BOTH, NEXT_OF_KIN, HELO)] == ["helo-own", "next-of-kin", "both"]


def test_a_pattern_shows_where_it_was_found() -> None:
    (one,) = told(NEXT_OF_KIN)
    assert one.meaning == "Speaks of kin"
    assert one.excerpt == Excerpt("text", 19, "be so kind, as his ", "next of kin", ", to answer.")


def test_an_expression_shows_what_it_is_built_on_as_far_as_it_holds() -> None:
    assert told(NEXT_OF_KIN, BOTH, HELO)[2].because == ("next-of-kin", "part", "helo-own")
    assert told(BOTH)[0].because == ("next-of-kin", "part")


def test_what_no_rule_found_has_no_excerpt() -> None:
    (one,) = told(HELO)
    assert (one.excerpt, one.because, one.meaning) == (None, (), "Calls itself as we do")


def test_long_finds_are_cut() -> None:
    text = '[[rule]]\nname = "long"\ndescription = "d"\nwhere = "text"\npattern = "a+"\n'
    rules, _ = assemble([RuleFile.parse(text, "rules", ())], {}, ())
    message = parse(b"Subject: x\r\n\r\n" + b"b" * 100 + b"a" * 500 + b"c" * 100)
    (one,) = explained(Verdict(Action.TAG, "long", findings=(Finding("long"),)), message, ENVELOPE, rules, {})
    assert one.excerpt == Excerpt("text", 100, "b" * 30, "a" * 77 + "...", "c" * 30)
