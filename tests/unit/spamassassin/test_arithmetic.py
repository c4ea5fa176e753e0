"""The expressions of `meta` and `if`."""

import json
import shutil
import subprocess

import pytest

from gatekeeper.spamassassin.arithmetic import ArithmeticSyntaxError, is_name, parse, tokens

WORTH = {"A": 0, "B": 1, "C": 3, "__D": 2}
EXPRESSIONS = (
    "A && B",
    "B && C",
    "A || C",
    "A || B && C",
    "(A || B) && !C",
    "!A",
    "!!C",
    "! A && ! B",
    "(A + B + C + __D) > 2",
    "B + C * __D",
    "(3 * B - 2 * C) > 0",
    "C - B - B",
    "C / __D",
    "C >= 3 && __D <= 2",
    "C == 3",
    "C != 3",
    "B < C",
    "C ^ __D",
    "A ? B : C",
    "A ? B : C ? __D : 0",
    "B ? 0 : 5",
    "-B + C",
    "B && 0.5",
    "(A || (B && (C + 1) > 3)) || UNKNOWN",
    "1",
    "1-1",
)


def worth(text: str) -> float:
    return parse(text)(lambda name: WORTH.get(name, 0))


@pytest.mark.skipif(shutil.which("perl") is None, reason="needs perl")
def test_expressions_are_worth_what_perl_says() -> None:
    values = "; ".join(f"my $v_{name} = {value}" for name, value in {**WORTH, "UNKNOWN": 0}.items())
    code = [" ".join(f"$v_{t}" if is_name(t) else t for t in tokens(e)) for e in EXPRESSIONS]
    program = f"use JSON::PP; {values}; print JSON::PP->new->encode([{', '.join(f'0+(({c})||0)' for c in code)}])"
    said = subprocess.run(["perl", "-e", program], capture_output=True, text=True, check=True).stdout
    assert dict(zip(EXPRESSIONS, map(worth, EXPRESSIONS), strict=True)) == dict(
        zip(EXPRESSIONS, json.loads(said), strict=True)
    )


def test_counts_go_through() -> None:
    assert worth("B && C") == 3
    assert worth("A || C") == 3
    assert worth("C && A") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A &&", "missing at the end"),
        ("A B", "one too many"),
        ("A & B", "no operator"),
        ("(A || B", "')' is missing"),
        ("A ? B", "':' is missing"),
        ("", "missing at the end"),
        ("* A", "stands where a name"),
        ("A; system", "no operator"),
        ("(" * 100 + "A" + ")" * 100, "nested too deep"),
        ("!" * 100 + "A", "nested too deep"),
    ],
)
def test_what_is_no_expression_is_told(text: str, said: str) -> None:
    with pytest.raises(ArithmeticSyntaxError, match=said.replace(")", r"\)")):
        parse(text)


def test_dividing_by_nothing_is_worth_nothing() -> None:
    assert worth("B / A") == 0


def test_calls_have_their_argument() -> None:
    asked: list[str] = []
    parse("!plugin(A::B) && can (C::d)", frozenset(("plugin", "can")))(lambda name: asked.append(name) or 0)
    assert asked == ["plugin(A::B)", "can(C::d)"]


def test_thousands_of_operands_are_reckoned_from_left_to_right() -> None:
    assert parse("1" + " + 1" * 5000)(WORTH.__getitem__) == 5001
    assert parse("9 - 3 - 2 * 2 / 4")(WORTH.__getitem__) == 5
