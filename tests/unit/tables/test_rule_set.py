from dataclasses import replace

import pytest

from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.rule_set import RuleSet, assemble
from gatekeeper.tables.rules import RuleFile

KNOWN = {"found-by-check"}


def file(text: str, source: str = "file") -> RuleFile:
    parsed = RuleFile.parse(text, source, {"trait"})
    assert not parsed.problems
    return parsed


def rule(name: str, rest: str) -> str:
    return f'[[rule]]\nname = "{name}"\ndescription = "What {name} is"\n{rest}\n'


def test_patterns_are_grouped_by_place_in_their_order() -> None:
    first = rule("a", "where = 'text'\npattern = 'x'") + rule("b", "where = 'subject'\npattern = 'y'")
    rules, problems = assemble([file(first), file(rule("c", "where = 'text'\npattern = 'x+'"))], {}, KNOWN)
    assert not problems
    assert rules.groups["text"].names == ("a", "c")
    assert rules.groups["text"].patterns.matching(b"xx", Budget()) == [0, 1]
    assert rules.groups["subject"].names == ("b",)
    assert rules.described == {"a": "What a is", "b": "What b is", "c": "What c is"}


def test_several_rules_may_ask_for_a_trait() -> None:
    rules, _ = assemble([file(rule("a", 'trait = "trait"') + rule("b", 'trait = "trait"'))], {}, KNOWN)
    assert rules.traits == {"trait": ("a", "b")}


def test_without_rules_there_is_nothing() -> None:
    assert not RuleSet()
    assert not assemble([file("")], {}, KNOWN)[0]
    assert assemble([file(rule("a", 'any = ["found-by-check"]'))], {}, KNOWN)[0]


def test_a_file_of_scores_goes_before_the_rule() -> None:
    text = rule("a", 'trait = "trait"\nscore = 2.0') + rule("b", 'trait = "trait"\nscore = 2.0')
    text += rule("c", 'trait = "trait"') + rule("d", 'trait = "trait"\nscored = false')
    rules, _ = assemble([file(text)], {"a": 0.5, "d": 9.0, "e": 9.0}, KNOWN)
    assert rules.scores == {"a": 0.5, "b": 2.0, "c": 1.0}


def test_an_expression_stands_behind_what_it_needs() -> None:
    text = rule("a", 'all = ["b", "c"]') + rule("b", 'any = ["c", "found-by-check"]') + rule("c", 'trait = "trait"')
    rules, problems = assemble([file(text)], {}, KNOWN)
    assert not problems
    assert [rule.name for rule in rules.expressions] == ["b", "a"]


@pytest.mark.parametrize(
    ("texts", "line", "message", "remedy"),
    [
        ([rule("a", 'trait = "trait"')] * 2, 1, "a stands in file0:1 already", "another name"),
        ([rule("found-by-check", 'trait = "trait"')], 1, "found-by-check is what a check finds", "another name"),
        ([rule("a", 'any = ["found-by-chekc"]')], 1, "called 'found-by-chekc'", "did you mean found-by-check?"),
        ([rule("a", 'any = ["a"]')], 1, "a needs itself: a → a", "take one"),
        ([rule("b", 'any = ["a"]'), "\n" + rule("a", 'none = ["b"]\nany = ["found-by-check"]')], 1, "itself", "one"),
    ],
)
def test_mistakes_that_show_when_files_are_seen_together(
    texts: list[str], line: int, message: str, remedy: str
) -> None:
    _, problems = assemble([file(text, f"file{n}") for n, text in enumerate(texts)], {}, KNOWN)
    assert len(problems) == 1
    assert message in problems[0].message
    assert remedy in problems[0].remedy
    assert problems[0].line in (line, 2)


def test_rules_that_are_sound_stay() -> None:
    text = rule("a", 'any = ["b"]') + rule("b", 'any = ["a"]') + rule("c", 'any = ["nobody"]')
    rules, problems = assemble([file(text + rule("d", 'trait = "trait"'))], {}, KNOWN)
    assert len(problems) == 2
    assert "d" in rules.described
    assert len(rules.described) == 2


def test_what_nothing_weighs_by_is_not_asked() -> None:
    traits = {"one", "two", "three"}
    text = (
        rule("a", 'trait = "one"\nscore = 0')
        + rule("b", 'trait = "two"\nscored = false')
        + rule("c", 'trait = "three"')
    )
    text += rule("inner", 'any = ["a", "b"]\nscored = false') + rule("outer", 'all = ["inner", "c"]')
    text += rule("idle", 'all = ["c", "b"]\nscore = 0')
    rules, problems = assemble([RuleFile.parse(text, "file", traits)], {"outer": 2.0}, KNOWN)
    assert not problems
    assert rules.weighing() == rules_without(rules, {"idle"})
    idle, _ = assemble([RuleFile.parse(text, "file", traits)], {"outer": 0.0, "c": 0.0}, KNOWN)
    assert (idle.weighing().traits, idle.weighing().expressions) == ({}, ())
    told = idle.told().weighing()
    assert (told.traits.keys(), {each.name for each in told.expressions}) == (traits, {"inner", "outer", "idle"})


def rules_without(rules: RuleSet, names: set[str]) -> RuleSet:
    return replace(rules, expressions=tuple(each for each in rules.expressions if each.name not in names))
