"""Which rules hit, and how often; what is left out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from gatekeeper.spamassassin import tally
from gatekeeper.spamassassin.calls import Call, CallError, apart
from gatekeeper.spamassassin.compiling import WITH_BAYES, Compiled, compiled
from gatekeeper.spamassassin.definitions import read
from gatekeeper.spamassassin.lines import SourceFile
from gatekeeper.spamassassin.rule_set import RuleSet
from gatekeeper.tables.matcher import Budget


@dataclass
class Letter:
    """What rules look at, as it is given."""

    fields: dict[str, bytes] = field(default_factory=dict)
    body: Sequence[bytes] = (b"Subject line\n",)
    rawbody: Sequence[bytes] = ()
    full: bytes = b""
    uris: Sequence[bytes] = ()
    parts: dict[str, Sequence[bytes | None]] = field(default_factory=dict)

    def header(self, name: str) -> bytes | None:
        return self.fields.get(name)

    def mimeheaders(self, name: str) -> Sequence[bytes | None]:
        return self.parts.get(name, ())


def rule_set(text: str, column: int = 0) -> RuleSet:
    found = read([SourceFile("x.cf", text)])
    assert not found.problems
    functions = {"times": lambda case, number: int(number), "never": lambda case: False}
    rules = compiled(found, functions, frozenset({"ask"}), column)
    return RuleSet(found, rules, column)


def hits(text: str, letter: Letter) -> Mapping[str, float]:
    return rule_set(text).hits(letter, lambda call: call.function(None, *call.arguments), Budget())


def skipped(text: str) -> Compiled:
    return rule_set(text).compiled


def test_each_kind_looks_at_its_own_text() -> None:
    text = "\n".join(
        f"{kind} {kind.upper()} /x{number}/" for number, kind in enumerate(("body", "rawbody", "full", "uri"))
    )
    everywhere = [b"x0 x1 x2 x3"]
    assert set(hits(text, Letter(body=[b"", *everywhere]))) == {"BODY"}
    assert set(hits(text, Letter(rawbody=everywhere))) == {"RAWBODY"}
    assert set(hits(text, Letter(full=everywhere[0]))) == {"FULL"}
    assert set(hits(text, Letter(uris=everywhere))) == {"URI"}


def test_a_rule_hits_once_unless_it_may_hit_more() -> None:
    text = "body A /a/\nbody B /a/\nbody C /a/\nbody D /aa/\n"
    text += "tflags B multiple\ntflags C multiple maxhits=4\ntflags D multiple"
    assert hits(text, Letter(body=[b"a", b"aaa", b"b", b"aa"])) == {"A": 1, "B": 6, "C": 4, "D": 2}


def test_patterns_that_backtrack_are_counted_too() -> None:
    text = "body A /a(?!b)/\ntflags A multiple"
    assert hits(text, Letter(body=[b"ab a ac", b"a"])) == {"A": 3}


def test_the_subject_is_left_out_where_that_is_said() -> None:
    text = "body A /a/\nbody B /a/\ntflags B nosubject"
    assert hits(text, Letter(body=[b"a", b"b"])) == {"A": 1}
    assert hits(text, Letter(body=[b"b", b"a"])) == {"A": 1, "B": 1}


HEADERS = """
header A Subject =~ /a/
header B Subject !~ /a/
header C Subject =~ /^none$/ [if-unset: none]
header D exists:Subject
header E Subject =~ /^$/
header F Subject =~ /a/
tflags F multiple
header G Subject !~ /none/ [if-unset: none]
"""


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"aa\n", {"A": 1, "D": 1, "F": 2, "G": 1}),
        (b"b\n", {"B": 1, "D": 1, "G": 1}),
        (b"\n", {"B": 1, "D": 1, "E": 1, "G": 1}),
        (None, {"B": 1, "C": 1, "E": 1}),
    ],
)
def test_fields(value: bytes | None, found: dict[str, int]) -> None:
    assert hits(HEADERS, Letter({} if value is None else {"Subject": value})) == found


PARTS = """
mimeheader A Content-Type =~ /html/
mimeheader B Content-Type =~ /t/
tflags B multiple
mimeheader C Content-Type =~ /html/
tflags C range=1
mimeheader D Content-Type =~ /plain.*html/s
tflags D concat
mimeheader E Content-Type =~ /none/ [if-unset: none]
mimeheader F Content-Type !~ /./
mimeheader G Content-Type =~ /html/
tflags G range=2-
mimeheader H Content-Type =~ /html/
tflags H range=-1
"""


def test_parts() -> None:
    letter = Letter(parts={"Content-Type": [b"text/plain\n", None, b"text/html\n"]})
    assert hits(PARTS, letter) == {"A": 1, "B": 2, "D": 1, "E": 1, "F": 1, "G": 1}


def test_what_one_rule_captures_another_looks_for() -> None:
    text = """
        header __TO To:addr =~ /(?<TO_ADDR>.*)/
        uri A m{^https?://.*#%{TO_ADDR}}i
        body B /%{NOBODY}/
        body C /dear %{TO_ADDR} and %{TO_ADDR}/
    """.replace("#", r"\#")
    letter = Letter({"To:addr": b"a.b@example.org\n"}, body=[b"", b"dear a.b@example.org and A.B@example.org"])
    letter.uris = [b"http://x.test/#A.B@EXAMPLE.ORG"]
    assert hits(text, letter) == {"__TO": 1, "A": 1}
    letter.uris = [b"http://x.test/#aXb@example.org"]
    letter.body = [b"dear a.b@example.org and a.b@example.org"]
    assert hits(text, letter) == {"__TO": 1, "C": 1}


def test_calls() -> None:
    text = "header A eval:times('3')\nbody B eval:never()\nmeta C A > 2\nmeta D B\nheader E eval:times('-1')"
    assert hits(text, Letter()) == {"A": 3, "C": 1, "E": 1}


def test_what_weighs_nothing_is_not_run() -> None:
    text = "body A /a/\nscore A 0\nmeta B !A\nbody __C /a/\nscore __C 0\nmeta D __C"
    assert hits(text, Letter(body=[b"a"])) == {"B": 1}


def test_tags_are_written_out() -> None:
    assert hits("replace_tag A [a4]\nbody X /c<A>t/\nreplace_rules X", Letter(body=[b"c4t"])) == {"X": 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("body A /(a/", "a ( is not closed"),
        ("body A eval:nothing()", "the function nothing is not here"),
        ("body A eval:times()", "times is called with 0 arguments: missing a required argument: 'number'"),
        ("body A eval:times('1', $x)", "'$x' is no argument"),
        ("meta A (B", "the expression is not understood: ')' is missing before 'the end'"),
        (r"header A Subject =~ /\p{Lu}/", r"'\\p{Lu}' cannot be run"),
    ],
)
def test_what_cannot_be_run_is_left_out_with_its_reason(line: str, reason: str) -> None:
    found = skipped(f"\n{line}\nbody OTHER /b/")
    assert [(one.name, one.source, one.line, one.reason) for one in found.skipped] == [("A", "x.cf", 2, reason)]
    assert found.active == 2


def test_those_that_ask_the_network_or_bayes_are_counted_apart() -> None:
    text = (
        "header A eval:check_rbl('x', 'y.')\nbody B eval:ask()\nbody C eval:other()\ntflags C net\naskdns D _X_.y A 1\n"
        "body E eval:never()\ntflags E learn\nbody F /f/\ntflags F net\nmeta G A || F"
    )
    found = skipped(text)
    assert (found.networked, found.learnt, found.skipped, found.active) == (["A", "B", "C", "D"], ["E"], [], 2)
    assert hits(text, Letter(body=[b"f"])) == {"F": 1, "G": 1}


def test_with_bayes_other_scores_count() -> None:
    text = "body A eval:times('1')\ntflags A learn\nscore A 0 0 3 4\nbody B /b/\nscore B 1 1 0 0"
    assert [call.name for call in rule_set(text, WITH_BAYES).compiled.calls] == ["A"]
    assert rule_set(text, WITH_BAYES).score("A") == 3
    assert not rule_set(text).compiled.calls
    assert rule_set(text).score("B") == 1


def test_a_budget_that_does_not_last_is_told() -> None:
    rules = rule_set("body A /(?:(?:a|aa)+)+(?<!a)$/\nbody B /b/")
    budget = Budget(0.01)
    assert rules.hits(Letter(body=[b"a" * 60, b"b"]), lambda call: 0, budget) == {"B": 1}
    assert budget.unfinished


def test_lines_for_which_there_is_no_time_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, budget = rule_set("body A /a/\nheader B Subject =~ /s/"), Budget()
    assert rules.hits(Letter(body=[b"a"]), lambda call: 0, budget) == {"A": 1}
    assert not budget.unfinished
    monkeypatch.setattr(tally, "SECONDS", 0.0)
    assert rules.hits(Letter(body=[b"a"]), lambda call: 0, budget) == {}
    assert budget.unfinished


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("f()", ("f", ())),
        ("f( )", ("f", ())),
        ("f('a')", ("f", ("a",))),
        ("f('a', \"b's\" ,0.5,  x-y.z:1 )", ("f", ("a", "b's", "0.5", "x-y.z:1"))),
        ("f('')", ("f", ("",))),
    ],
)
def test_calls_are_taken_apart(text: str, told: tuple[str, tuple[str, ...]]) -> None:
    assert apart(text) == told


@pytest.mark.parametrize("text", ["f", "f(a_b)", "f('a' 'b')", "f('a)"])
def test_what_is_no_call_is_told(text: str) -> None:
    with pytest.raises(CallError):
        apart(text)


def test_all_sets_of_patterns_are_there_to_be_compiled() -> None:
    text = "body A /a/\nheader B From =~ /b/\nmimeheader C X =~ /c/\nmeta D A\nbody E eval:never()"
    assert sum(map(len, rule_set(text).pattern_sets())) == 3


def test_a_call_names_what_it_looks_at() -> None:
    asked: list[Call] = []
    rule_set("rawbody A eval:never()").hits(Letter(), lambda call: asked.append(call) or 0, Budget())
    assert [(call.kind, call.name) for call in asked] == [("rawbody", "A")]


def test_functions_about_the_header_run_before_the_patterns_of_the_body() -> None:
    rules = rule_set("body A /joe/\nheader H eval:times(1)\nbody B eval:times(1)")
    letter = Letter(body=[b"Subject\n", b"joe\n"])
    asked: list[str] = []

    def ask(call: Call) -> float:
        asked.append(call.name)
        if call.name == "H":
            letter.body = [b"Subject\n"]
        return 1

    assert set(rules.hits(letter, ask, Budget())) == {"H", "B"}
    assert asked == ["H", "B"]
