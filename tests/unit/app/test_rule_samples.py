"""Samples beside rules: each is tried, and whatever is wrong with one is said."""

import base64
from pathlib import Path

import pytest

pytest.importorskip("yara_x", reason="gatekeeper[yara] is not installed")

from gatekeeper.app.rule_samples import try_samples
from tests.messages import attached

RULES = """\
private rule Helper { condition: filesize > 3 }
rule Found { strings: $a = "needle" condition: $a and Helper }
"""
SHIPPED = Path(__file__).parents[3] / "rules" / "yara"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "own.yar").write_text(RULES)
    return tmp_path


def sample(rules: Path, name: str, data: bytes, rule: str = "Found") -> None:
    (rules / "tests" / rule).mkdir(parents=True, exist_ok=True)
    (rules / "tests" / rule / name).write_bytes(data)


def said(rules: Path, **options: bool) -> list[str]:
    return [str(problem).removeprefix(f"{rules}/") for problem in try_samples(rules, **options).problems]


def test_what_is_shipped_is_tried_and_as_it_should_be():
    tested = try_samples(SHIPPED, strict=True)
    assert tested.problems == []
    assert tested.rules == 3
    assert tested.samples >= 2 * tested.rules


def test_samples_that_are_as_they_should_be(rules):
    sample(rules, "hit", b"a needle")
    sample(rules, "hit-2.b64", base64.encodebytes(b"a needle"))
    sample(rules, "hit-mail.eml", attached("a.bin", b"a needle"))
    sample(rules, "hit-both.eml.b64", base64.encodebytes(attached("a.bin", b"a needle")))
    sample(rules, "miss.txt", b"hay")
    sample(rules, "miss.b64.txt", base64.encodebytes(b"a needle"))
    assert try_samples(rules, strict=True) == (1, 6, [])


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("hit", b"hay", "tests/Found/hit: error: Found does not match; change the rule, or the sample"),
        ("miss", b"needle", "tests/Found/miss: error: Found matches; change the rule, or the sample"),
        ("miss.eml", attached("a", b"needle"), "tests/Found/miss.eml: error: Found matches; change the rule, or the"),
        ("hit.b64", b"a", "tests/Found/hit.b64: error: cannot be read: "),
        ("other", b"", "tests/Found/other: error: this is neither to be hit nor to be missed; "),
    ],
)
def test_a_sample_that_is_not_as_it_should_be(rules, name, data, expected):
    sample(rules, name, data)
    assert any(problem.startswith(expected) for problem in said(rules)), said(rules)


def test_samples_of_no_rule(rules):
    sample(rules, "hit", b"x", "Fuond")
    assert said(rules)[0] == "tests/Fuond/hit: error: there is no rule Fuond; name the directory as a rule"


def test_a_rule_without_samples_is_told_and_a_mistake_if_that_is_asked_for(rules):
    expected = f"{rules}: {{}}: Found has no hit and no miss; add tests/Found/hit and tests/Found/miss"
    assert said(rules) == [expected.format("warning")]
    assert said(rules, strict=True) == [expected.format("error")]
    sample(rules, "hit", b"needle")
    assert said(rules) == [f"{rules}: warning: Found has no miss; add tests/Found/miss"]


def test_rules_that_do_not_compile_are_not_tried(rules):
    (rules / "own.yar").write_text("rule Found {")
    sample(rules, "hit", b"hay")
    tested = try_samples(rules)
    assert (tested.rules, tested.samples) == (0, 0)
    assert all("own.yar:1" in str(problem) for problem in tested.problems)
