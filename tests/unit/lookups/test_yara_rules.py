"""Rule files compile, or every mistake is named with its place."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("yara_x", reason="gatekeeper[yara] is not installed")

from gatekeeper.lookups.yara_rules import Matcher, compile_rules
from gatekeeper.values import Hit

GOOD = """\
rule Plain {
    strings: $a = "sample-a"
    condition: $a
}

rule Weighed : mail {
    meta: score = 2
    strings: $a = "sample-b"
    condition: $a
}
private rule Hidden { condition: true }
rule Stern { meta: action = "quarantine" strings: $a = "sample-c" condition: $a and Hidden }
"""


def compiled(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.yar").write_text(text)
    return compile_rules(tmp_path)


def said(tmp_path, **files) -> list[str]:
    """What is wrong, without the directory."""
    rules, problems = compiled(tmp_path, **files)
    assert (rules is None) == any(problem.severity == "error" for problem in problems)
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in problems]


def test_what_rules_match_and_what_their_metadata_say(tmp_path):
    rules, _ = compiled(tmp_path, good=GOOD)
    matcher = Matcher(rules.packed)
    assert list(matcher.hits(b"sample-a sample-b sample-c", 3)) == [
        Hit("Plain", 3),
        Hit("Weighed", 3, 2.0),
        Hit("Stern", 3, None, "quarantine"),
    ]
    assert list(matcher.hits(b"nothing")) == []
    assert rules.names == ("Plain", "Weighed", "Stern")


def test_a_rule_that_refuses_is_told_however_many_others_match(tmp_path):
    """Else who knows the rules matched a hundred small ones on purpose."""
    small = "".join(f'rule small{number} {{ strings: $a = "x" condition: $a }}\n' for number in range(150))
    sternest = 'rule sternest { meta: action = "reject" strings: $a = "x" condition: $a }'
    heavy = 'rule heavy { meta: score = 9 strings: $a = "x" condition: $a }'
    rules, _ = compiled(tmp_path, a=small + heavy + sternest)
    hits = Matcher(rules.packed).hits(b"x")
    assert len(hits) == 100
    assert [hit.rule for hit in hits[:2]] == ["sternest", "heavy"]


def test_files_do_not_know_each_other(tmp_path):
    rule = 'rule Same {{ strings: $a = "{}" condition: $a }}'
    rules, problems = compiled(tmp_path, a=rule.format("one"), b=rule.format("two"))
    assert problems == []
    matcher = Matcher(rules.packed)
    assert [hit.rule for hit in matcher.hits(b"one two")] == ["Same", "Same"]


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "README").write_text("no rule")
    (tmp_path / "tests").mkdir()
    (tmp_path / "c.yara").write_text("rule C { condition: false }")
    rules, _ = compile_rules(tmp_path)
    assert rules.names == ("C",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'rule A {\n  strings: $a = "x"\n  condition: $b\n}',
            "bad.yar:3: error: unknown pattern `$b`: this pattern is not declared in the `strings` section",
        ),
        ("rule A {", "bad.yar:1: error: syntax error"),
        ("no rules at all", "bad.yar:1: error: syntax error"),
        ('include "other.yar"', "bad.yar:1: error: include"),
        ('import "nosuch"\nrule A { condition: true }', "bad.yar:1: error: unknown module"),
        ('\nrule A { meta: score = "high" condition: true }', "bad.yar:2: error: 'high' of A is no score; write for"),
        ("\nrule A:x{ meta: score = true condition: true }", "bad.yar:2: error: True of A is no score"),
        (
            'rule A { meta: action = "delete" condition: true }',
            "bad.yar:1: error: 'delete' of A is no action; write one of reject, quarantine, discard",
        ),
        (
            "rule A { strings: $a = /(a+)+\\1/ condition: $a }",
            "bad.yar:1: error: invalid regular expression: backreferences are not supported",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, expected):
    problems = said(tmp_path, bad=text, good=GOOD)
    assert any(problem.startswith(expected) for problem in problems), problems


def test_a_file_that_is_there_is_not_included_either(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert any(
        "bad.yar:1: error: include" in problem for problem in said(tmp_path, bad='include "good.yar"', good=GOOD)
    )


def test_every_mistake_of_every_file_is_named(tmp_path):
    broken = "rule A { condition: nosuch }\nrule B { condition: nothing }"
    errors = [problem.partition(" error")[0] for problem in said(tmp_path, a=broken, b=broken) if "error" in problem]
    assert errors == ["a.yar:1:", "a.yar:2:", "b.yar:1:", "b.yar:2:"]


def test_what_is_odd_is_a_warning_and_the_rules_are_good(tmp_path):
    (warning,) = said(tmp_path, odd="rule A { condition: true }")
    assert warning.startswith("odd.yar:1: warning: invariant boolean expression")


def test_bytes_that_are_no_text_are_a_mistake_at_most(tmp_path):
    (tmp_path / "bin.yar").write_bytes(b'rule A { strings: $a = "\xff\xfe" condition: $a }')
    compile_rules(tmp_path)
    (tmp_path / "bin.yar").write_bytes(os.urandom(1000))
    rules, problems = compile_rules(tmp_path)
    assert rules is None
    assert problems


def test_a_directory_that_is_not_there_or_empty(tmp_path):
    for place in (tmp_path / "none", tmp_path):
        rules, (problem,) = compile_rules(place)
        assert rules is None
        assert (problem.source, problem.severity) == (str(place), "error")


def test_without_the_library_the_remedy_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("gatekeeper.lookups.yara_rules.find_spec", lambda _: None)
    rules, (problem,) = compiled(tmp_path, good=GOOD)
    assert rules is None
    assert "pip install 'gatekeeper[yara]'" in problem.remedy


UNDER_SYSTEMD = """
import ctypes, sys
from pathlib import Path
from gatekeeper.lookups.yara_rules import compile_rules
sys.exit(77) if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) else None  # PR_SET_MDWE: no memory that is written is run
print(*compile_rules(Path(sys.argv[1]))[1])
"""


def test_where_no_code_may_be_made_the_remedy_is_told(tmp_path):
    """The library makes machine code of rules, which `MemoryDenyWriteExecute` forbids."""
    (tmp_path / "good.yar").write_text(GOOD)
    done = subprocess.run([sys.executable, "-c", UNDER_SYSTEMD, tmp_path], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel cannot forbid it (Linux 6.3)")
    assert done.returncode == 0
    assert done.stdout.startswith(f"{tmp_path}: error: the rules cannot be compiled: ")
    assert done.stdout.endswith("; under systemd: MemoryDenyWriteExecute=no\n")


def test_a_directory_that_is_not_there_is_told_with_a_remedy(tmp_path):
    rules, (problem,) = compile_rules(tmp_path / "absent")
    assert rules is None
    assert str(problem) == (
        f"{tmp_path}/absent: error: cannot be read: No such file or directory; "
        "name a directory with files NAME.yar in it"
    )
