"""The same recipes and the same messages through the real procmail and through ours: the same fate, to the folder."""

import random
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.procmail import Call, Deed, Delivery, Outcome, Programs, Ran, Recipes, run
from gatekeeper.tables.procmail.letter import letter
from gatekeeper.tables.procmail.stand_ins import edited, name_of
from tests.programs import needs
from tests.system.procmail_cases import CONDITIONS, FILES, MESSAGES, MISTAKES

pytestmark = needs("procmail")

LISTED = Programs(
    ("/bin/true", "/bin/false", "/bin/cat", "/bin/grep", "/bin/echo", "/usr/bin/test", "/usr/bin/tr", "/bin/nothing")
)
BEFORE = "WORD=meeting\nODD=a.b*c\nSIZE=3000\nAREA=B\nWEIGHT=1\n"
DEFAULT = "DEFAULT=inbox/\n"

Fate = tuple[list[str], int]
"""Where the message came to, and what procmail ends with."""


def execute(call: Call, data: bytes) -> Iterator[object]:
    if name_of(call) in ("formail", "sed"):
        return edited(call, data)
    done = subprocess.run(call.words, input=data, stdout=subprocess.PIPE, check=False, timeout=10)
    return Ran(done.returncode, done.stdout)
    yield


def told(delivery: Delivery) -> list[str]:
    match delivery.deed:
        case Deed.FORWARDED:
            return [f"! {delivery.name}"]
        case Deed.FILED | Deed.KEPT:
            return [delivery.name.removesuffix("/")]
        case _:
            return []


def read(text: str) -> Recipes:
    return Recipes.parse(text, "rc", lambda _: "", LISTED)


def ours(text: str, message: bytes) -> Fate:
    recipes = read(DEFAULT + BEFORE + text)
    steps = run(recipes.statements, letter(message), {"HOST": socket.gethostname()}, execute, Budget(10))
    with pytest.raises(StopIteration) as end:
        next(steps)
    outcome: Outcome = end.value.value
    places = [place for delivery in (*outcome.copies, outcome.delivery) for place in told(delivery)]
    return sorted(places), outcome.code


def real(text: str, message: bytes, home: Path) -> Fate:
    (home / "box").mkdir()
    mailer = home / "sendmail"
    mailer.write_text(f'#!/bin/sh\nshift\necho "! $*" >>{home}/forwarded\ncat >/dev/null\n')
    mailer.chmod(0o755)
    places = f"SHELL=/bin/sh\nMAILDIR={home}/box\nSENDMAIL={mailer}\nLOGFILE={home}/log\n"
    (home / "rc").write_text(places + DEFAULT + BEFORE + text)
    (home / "rc").chmod(0o600)
    done = subprocess.run(["procmail", "-m", home / "rc"], input=message, check=False, timeout=20, cwd=home)
    filed = [str(path.parent.parent.relative_to(home / "box")) for path in (home / "box").glob("**/new/*")]
    forwarded = (home / "forwarded").read_text().splitlines() if (home / "forwarded").exists() else []
    return sorted([*filed, *forwarded]), done.returncode


@pytest.mark.parametrize(("flags", "conditions", "message"), CONDITIONS)
def test_a_condition_holds_for_both_or_for_none(flags: str, conditions: str, message: str, tmp_path: Path) -> None:
    text = f":0 {flags}\n* {conditions}\nhit/\n"
    assert ours(text, MESSAGES[message]) == real(text, MESSAGES[message], tmp_path)


@pytest.mark.parametrize(("text", "message"), FILES.values(), ids=FILES)
def test_a_file_leads_both_to_the_same(text: str, message: str, tmp_path: Path) -> None:
    assert ours(text, MESSAGES[message]) == real(text, MESSAGES[message], tmp_path)


@pytest.mark.parametrize(("text", "lines"), MISTAKES.values(), ids=MISTAKES)
def test_what_procmail_passes_over_is_an_error_with_its_line(text: str, lines: list[int], tmp_path: Path) -> None:
    found = read(DEFAULT + text).problems
    assert [problem.line for problem in found if problem.severity == "error"] == lines
    real(text, MESSAGES["plain"], tmp_path)  # it goes on, whatever it makes of that


LETTERS = ("a", "b", "c", "A", "B", ".", "^", "$", "[ab]", "[^a]", "[a-c]", "[^b-]", "[]a]", "\\<", "\\>", "\\.")
WEIGHTS = ("1^1", "5^.5", "-3^1", "2^0", "3^2", "10^-1")


def expression(rng: random.Random, depth: int = 0) -> str:
    """No group that may be empty is repeated: the real one goes round for ever in some of those."""
    parts = []
    for _ in range(rng.randint(1, 4)):
        if depth < 2 and rng.random() < 0.2:
            parts.append(f"({expression(rng, depth + 1)}{'|' * rng.randint(0, 1)}{expression(rng, depth + 1)})")
        else:
            parts.append(rng.choice(LETTERS) + (rng.choice("*+?") if rng.random() < 0.3 else ""))
    return "".join(parts)


def line(rng: random.Random, most: int) -> str:
    return "".join(rng.choice("abcAB. ") for _ in range(rng.randint(0, most)))


def recipe(rng: random.Random, nth: int) -> str:
    flags, area, sought = rng.choice(("", "D")), rng.choice(("", "B ?? ", "HB ?? ")), f"()({expression(rng)})"
    if rng.random() < 0.5:
        return f":0cw{flags}\n* {rng.choice(('', '! '))}{area}{sought}\n! found-{nth}@other.example\n"
    return f":0{flags}\n* {rng.choice(WEIGHTS)} {area}{sought}\n{{ }}\n:0cw\n! score-{nth}-$=@other.example\n"


@pytest.mark.parametrize("seed", range(12))
def test_any_expression_is_found_and_counted_as_often(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    folds = ("", " ab\n")
    fields = "".join(f"{rng.choice(('To', 'Xa'))}: {line(rng, 8)}\n{rng.choice(folds)}" for _ in range(3))
    body = "\n".join(line(rng, 12) for _ in range(4)) + rng.choice(("", "\n"))
    message = f"From x  Mon Jan  5 10:00:00 2026\n{fields}\n{body}".encode()
    text = "".join(recipe(rng, nth) for nth in range(20))
    assert ours(text, message) == real(text, message, tmp_path)


def test_none_of_the_good_files_is_called_wrong_but_for_what_is_not_done_here() -> None:
    said = {
        p.message for text, _ in FILES.values() for p in read(DEFAULT + BEFORE + text).problems if p.severity == "error"
    }
    assert {
        "'meeting' is no address with its domain",
        "no copies are kept in folders",
    } >= {message for message in said if "would be" not in message}
