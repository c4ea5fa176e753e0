import pytest

from gatekeeper.tables.matcher import Budget, Matcher, PatternError
from gatekeeper.tables.rules import PLACES, Rule, RuleFile, expression_of, read_scores

SOUND = """
[[rule]]
name = "one"
description = "One"
where = "text"
pattern = 'a.b'

[[rule]]
name = "two"
description = "Two"
trait = "known"
score = 2.5

[[rule]]
name = "three"
description = "Three"
all = ["one", "two"]
"""


def parsed(text: str) -> RuleFile:
    return RuleFile.parse(text, "file", {"known", "other"})


def rule(*lines: str) -> str:
    return "\n".join(("[[rule]]", 'name = "one"', 'description = "One"', *lines))


def test_rules_are_read_with_their_lines() -> None:
    file = parsed(SOUND)
    assert not file.problems
    assert [(rule.name, rule.score) for rule in file.rules] == [("one", 1.0), ("two", 2.5), ("three", 1.0)]
    assert file.lines == (2, 8, 14)
    assert file.rules[2].parts == ("one", "two")


def test_what_a_rule_weighs_that_does_not_say_so() -> None:
    assert [rule.score for rule in RuleFile.parse(SOUND, "file", {"known"}, 0.0).rules] == [0.0, 2.5, 0.0]


def test_windows_saves_files_too() -> None:
    file = parsed("\ufeff" + SOUND.replace("\n", "\r\n"))
    assert not file.problems
    assert file.lines == (2, 8, 14)


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("[[rule]", 1, "not TOML", "bracket"),
        ("\nx = " + "9" * 5000, 2, "not TOML: Exceeds the limit", "shorter numbers"),
        ("x = \udcff", 1, "the line is not valid UTF-8", "save the file as UTF-8"),
        ("\n[rules]", 2, "'rules' is no rule", "[[rule]]"),
        ("rule = 1", 1, "'rule' is no rule", "[[rule]]"),
        ("rule = [1]", 1, "'rule' is no rule", "[[rule]]"),
        ('[[rule]]\ndescription = "x"\ntrait = "known"', 1, "has no name", "write name"),
        ('[[rule]]\nname = "One Two"', 2, "is", "write"),
        ('[[rule]]\nname = "one"\ntrait = "known"', 1, "one: the rule has no description", "reports show it"),
        (rule(), 1, "one: it is not clear what it looks for", "a pattern, or a trait"),
        (rule('trait = "known"', 'all = ["x"]'), 1, "it is not clear what it looks for", "a pattern, or a trait"),
        (rule('trait = "knwon"'), 4, "there is no trait 'knwon'", "did you mean known?"),
        (rule('trait = "known"', 'where = "text"'), 5, "where goes with a pattern", "take it out"),
        (rule("pattern = 'x'"), 4, "'' is no place to look", "write where, one of text,"),
        (rule("pattern = 'x'", 'where = "txet"'), 5, "'txet' is no place to look", "did you mean text?"),
        (rule("pattern = 'x'", 'where = "header:"'), 5, "'header:' is no place", "did you mean"),
        (rule("pattern = 'x'", 'where = "header:a b"'), 5, "'header:a b' is no place", "did you mean"),
        (rule('where = "text"', "pattern = '('"), 5, "", ""),
        (rule('where = "text"', "pattern = 'a(?!b)'"), 5, "look-around and back references", "two rules"),
        (rule('where = "text"', "pattern = '(a)\\1'"), 5, "look-around and back references", "two rules"),
        (rule('where = "text"', "pattern = 'a|b*'"), 5, "the pattern matches nothing at all", "no way"),
        (rule('where = "text"', "pattern = '[aé]'"), 5, "'é' stands in a class", "(?:a|b)"),
        (rule('none = ["x"]'), 4, "it would hit nearly all mail", "all or any"),
        (rule('any = ["x"]', "least = 2"), 5, "least is 2, any has 1 names", "fewer"),
        (rule('trait = "known"', "ham = true", "score = 1.0"), 6, "weighs against it", "0 or less"),
        (rule('trait = "known"', "colour = 1"), 5, "colour is unknown", ""),
        (rule('trait = "known"', "score = nan"), 5, "score is nan", "finite"),
        (rule('trait = "known"', 'scored = "yes"'), 5, "scored is", "write true or false"),
    ],
)
def test_each_mistake_has_its_place_and_its_remedy(text: str, line: int, message: str, remedy: str) -> None:
    file = parsed(text)
    problem = file.problems[0]
    assert (problem.source, problem.line, problem.severity) == ("file", line, "error")
    assert message in problem.message
    assert remedy in problem.remedy
    assert not file.rules


def test_a_mistake_costs_one_rule_and_not_the_file() -> None:
    file = parsed(SOUND.replace("'a.b'", "'('"))
    assert [rule.name for rule in file.rules] == ["two", "three"]
    assert len(file.problems) == 1


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        ("a.c", "ABC", True),
        ("a.c", "a\nc", False),
        ("^b$", "a\nb\nc", True),
        ("(?-i:ABC)", "abc", False),
        ("né+e", "néée", True),
        ("né+e", "n\u0328e", False),
        ("[^a]é", "bé", True),
        ("\\[é", "[é", True),
        ("[]x]é", "]é", True),
        ("выигр(?:ал|ыш)", "вы выиграл", True),
    ],
)
def test_a_pattern_is_matched_over_utf8_in_whatever_case(pattern: str, text: str, hit: bool) -> None:
    matcher = Matcher(expression_of(Rule(name="x", pattern=pattern)))
    assert matcher.linear
    assert (matcher.search(text.encode(), Budget()) is not None) is hit


def test_a_place_that_is_not_ascii_is_refused_in_a_class_only() -> None:
    with pytest.raises(PatternError, match="class"):
        expression_of(Rule(name="x", pattern="a[\\]é]"))


@pytest.mark.parametrize(
    ("expression", "found", "holds"),
    [
        ({"all": ["a", "b"]}, "ab", True),
        ({"all": ["a", "b"]}, "a", False),
        ({"any": ["a", "b"]}, "b", True),
        ({"any": ["a", "b"]}, "c", False),
        ({"any": ["a", "b", "c"], "least": 2}, "ac", True),
        ({"any": ["a", "b", "c"], "least": 2}, "a", False),
        ({"all": ["a"], "none": ["b"]}, "a", True),
        ({"all": ["a"], "none": ["b"]}, "ab", False),
        ({"all": ["a"], "any": ["b", "c"]}, "a", False),
    ],
)
def test_an_expression(expression: dict[str, object], found: str, holds: bool) -> None:
    assert Rule(name="x", **expression).holds(set(found)) is holds  # type: ignore[arg-type]


def test_places_say_what_they_are() -> None:
    assert all(PLACES.values())


def test_scores_are_read() -> None:
    assert read_scores('[scores]\none = 1.5\n"a-b" = -2', "file") == ({"one": 1.5, "a-b": -2.0}, [])


@pytest.mark.parametrize(
    ("text", "line"), [('[scores]\none = "x"', 2), ("[scores]\n\none = inf", 3), ("[score]", 1), ("[scores", 1)]
)
def test_scores_that_are_wrong(text: str, line: int) -> None:
    _, (problem,) = read_scores(text, "file")
    assert (problem.source, problem.line) == ("file", line)


def test_scores_of_thousands_of_digits_are_no_scores() -> None:
    scores, (problem,) = read_scores("[scores]\na = " + "9" * 5000, "scores.toml")
    assert (scores, problem.line) == ({}, 2)
