import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gatekeeper.classifier.combine import Combined, Parameters, combine, probabilities
from tests.unit.classifier import bogofilter

WORDS = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima"]
MORE = [f"{one}{other}" for one in WORDS for other in WORDS]


def letter(words: list[str]) -> bytes:
    lines = "\n".join(" ".join(words[n : n + 9]) for n in range(0, len(words), 9))
    return (
        f"From: writer@{words[0] if words else 'nobody'}.example\nSubject: {' '.join(words[:3])}\n\n{lines}\n".encode()
    )


def letters(seed: int) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Spam, ham, and others that lie between."""
    dice = random.Random(seed)
    made = [
        [letter(dice.choices(words, k=dice.randrange(3, most))) for _ in range(15)]
        for words, most in ((MORE[:110], 90), (MORE[40:], 90), (MORE, 9))
    ]
    return made[0], made[1], [*made[2], letter([]), letter(["unseen"]), letter(MORE)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("trained")
    spam, ham, _ = letters(1)
    for option, raws in (("-s", spam), ("-n", ham)):
        for raw in raws:
            bogofilter.run("bogofilter", "-d", directory, option, given=raw)
    return directory


def judged(table: bogofilter.Table, directory: Path, parameters: Parameters) -> tuple[NDArray[np.float64], Combined]:
    """The same words with the same counts, judged by us."""
    counts = bogofilter.dumped(directory)
    spam, ham = (np.array([counts.get(row.word, (0, 0))[n] for row in table.rows], np.int64) for n in (0, 1))
    likely = probabilities(spam, ham, *counts.get(b".MSG_COUNT", (0, 0)), parameters)
    return likely, combine(likely, parameters)


def agree(directory: Path, raw: bytes, parameters: Parameters, *options: str) -> bogofilter.Table:
    table = bogofilter.table(directory, raw, *options)
    likely, combined = judged(table, directory, parameters)
    for row, mine, used in zip(table.rows, likely.tolist(), combined.used.tolist(), strict=True):
        assert row.used == used, row
        assert row.fw == f"{mine:.6f}", row
    assert table.k == combined.used.sum()
    assert (table.p, table.q) == (f"{combined.p:.6f}", f"{combined.q:.6f}")
    assert table.spamicity == f"{combined.spamicity:.6f}"
    return table


OPTIONS: list[tuple[tuple[str, ...], Parameters]] = [
    ((), Parameters()),
    (("-m0.1",), Parameters(min_dev=0.1)),
    (("-m0.02,1.5,0.4",), Parameters(min_dev=0.02, robs=1.5, robx=0.4)),
    (("-m,,0.9",), Parameters(robx=0.9)),
    (("--sp-esf=0.75", "--ns-esf=0.5"), Parameters(sp_esf=0.75, ns_esf=0.5)),
    (("--sp-esf=0.237", "--ns-esf=1.0", "-m0.05"), Parameters(min_dev=0.05, sp_esf=0.237)),
    (("--sp-esf=1.3", "--ns-esf=1.9"), Parameters(sp_esf=1.3, ns_esf=1.9)),
]


@bogofilter.needed
@pytest.mark.parametrize(("options", "parameters"), OPTIONS)
def test_it_says_what_bogofilter_says(trained: Path, options: tuple[str, ...], parameters: Parameters) -> None:
    said = {agree(trained, raw, parameters, *options).spamicity for raws in letters(1) for raw in raws}
    assert len(said) > 8, "no test of anything if all are alike"
    assert min(said) < "0.2"
    assert max(said) > "0.8"


@bogofilter.needed
def test_no_word_that_counts_leaves_robx(trained: Path) -> None:
    assert agree(trained, letter(["unseen"]), Parameters()).k == 0
    assert agree(trained, letter(["unseen"]), Parameters(robx=0.3), "-m,,0.3").spamicity == "0.300000"


def a_million(messages: tuple[int, int]) -> str:
    """A word list of large numbers, most of one class."""
    dice = random.Random(2)
    lines = [f"{word} {dice.randrange(2_000_000)} {int(dice.random() ** 9 * 2_000_000)}" for word in MORE[:100]]
    lines += [f"{word} {dice.randrange(9)} 0\nsubj:{word} 0 1" for word in WORDS]
    return "\n".join([f".MSG_COUNT {messages[0]} {messages[1]}", *lines, ""])


@bogofilter.needed
@pytest.mark.parametrize("messages", [(3_000_000, 7_000_000), (2_000_000_000, 1_999_999_999), (1, 2_000_000)])
@pytest.mark.parametrize(("options", "parameters"), [OPTIONS[0], OPTIONS[2]])
def test_counts_of_millions(
    tmp_path: Path, messages: tuple[int, int], options: tuple[str, ...], parameters: Parameters
) -> None:
    bogofilter.load(tmp_path, a_million(messages))
    for raw in letters(3)[2]:
        agree(tmp_path, raw, parameters, *options)


@bogofilter.needed
@pytest.mark.parametrize("messages", [(0, 5), (5, 0), (0, 0)])
@pytest.mark.parametrize(("options", "parameters"), [OPTIONS[0], OPTIONS[2]])
def test_no_message_of_one_class(
    tmp_path: Path, trained: Path, messages: tuple[int, int], options: tuple[str, ...], parameters: Parameters
) -> None:
    """bogofilter 1.2.5 divides by zero here: what is no number does not vote, but ends its -vvv now and then."""
    bogofilter.load(tmp_path, a_million(messages))
    for raw in letters(3)[2]:
        _, combined = judged(bogofilter.table(trained, raw), tmp_path, parameters)
        said = bogofilter.run("bogofilter", "-d", tmp_path, "-v", *options, given=raw, status=(0, 1, 2))
        assert f" spamicity={combined.spamicity:.6f}," in said.decode()


FISHER, ROBINSON, GRAHAM = Parameters(), Parameters(combiner="robinson"), Parameters(combiner="graham")
LIKELY = st.lists(st.floats(1e-6, 1 - 1e-6), max_size=300).map(np.array)


def score(likely: list[float], parameters: Parameters = FISHER) -> Combined:
    return combine(np.array(likely), parameters)


def test_the_logit_goes_on_where_the_spamicity_is_one() -> None:
    said = [score([0.99] * n) for n in (10, 20, 40)]
    assert said[1].spamicity == said[2].spamicity == 1.0
    assert 0 < said[0].logit < said[1].logit < said[2].logit < 300


def test_the_logit_is_the_log_odds_of_the_tails() -> None:
    said = score([0.9, 0.95, 0.1])
    assert said.logit == pytest.approx(np.log(said.q / said.p), rel=1e-12)


@pytest.mark.parametrize("parameters", [FISHER, Parameters(sp_esf=0.5, ns_esf=0.5), ROBINSON, GRAHAM])
@given(likely=LIKELY)
def test_spam_and_ham_are_mirrors(likely: NDArray[np.float64], parameters: Parameters) -> None:
    said, mirrored = combine(likely, parameters), combine(1.0 - likely, parameters)
    if said.used.any() and mirrored.used.tolist() == said.used.tolist():
        assert said.spamicity == pytest.approx(1.0 - mirrored.spamicity, abs=1e-9)
        assert said.logit == pytest.approx(-mirrored.logit, rel=1e-6, abs=1e-9)


@given(LIKELY, st.sampled_from([FISHER, Parameters(sp_esf=0.3, ns_esf=0.7), Parameters(min_dev=0.0), ROBINSON, GRAHAM]))
def test_it_stays_within_its_range(likely: NDArray[np.float64], parameters: Parameters) -> None:
    said = combine(likely, parameters)
    assert 0.0 <= said.spamicity <= 1.0
    assert -300.0 <= said.logit <= 300.0


def test_no_word_that_counts() -> None:
    for parameters in (Parameters(robx=0.3), Parameters(robx=0.3, combiner="robinson")):
        said = score([0.5, 0.6], parameters)
        assert (said.spamicity, said.logit, said.used.tolist()) == (0.3, 0.0, [False, False])
    assert score([]).spamicity == 0.52


def test_thousands_of_words() -> None:
    said = score([0.999] * 4000 + [0.001] * 3000)
    assert said.spamicity == pytest.approx(0.5, abs=1e-9)  # both hypotheses are hopeless
    assert said.logit == 300.0


def test_words_that_are_certain() -> None:
    """With robx 1 a word may make spam for sure; that speaks as loud as can be, and is not an error."""
    likely = probabilities(np.array([9, 0]), np.array([0, 9]), 10, 10, Parameters(robx=1.0))
    assert likely[0] == 1.0
    assert combine(likely[:1], Parameters(robx=1.0)).logit == 300.0
    mean = combine(likely[:1], Parameters(robx=1.0, combiner="robinson"))
    assert mean.spamicity == 1.0
    assert mean.logit > 30


def test_robinsons_mean_by_hand() -> None:
    said = score([0.9, 0.95, 0.02], ROBINSON)
    p = 1 - (0.1 * 0.05 * 0.98) ** (1 / 3)
    q = 1 - (0.9 * 0.95 * 0.02) ** (1 / 3)
    assert said.spamicity == pytest.approx((1 + (p - q) / (p + q)) / 2)
    assert (said.p, said.q) == pytest.approx((p, q))


def test_grahams_by_hand() -> None:
    """The numbers of his article: his code, with ham counted twice, and what it says of rare words."""
    spam, ham = np.array([100, 0, 10, 1, 4, 0]), np.array([0, 100, 10, 1, 0, 0])
    likely = probabilities(spam, ham, 200, 400, GRAHAM)
    assert likely.tolist() == pytest.approx([0.99, 0.01, 0.5, 0.4, 0.4, 0.4])
    said = combine(likely[:3], GRAHAM)
    assert said.spamicity == pytest.approx(0.99 * 0.01 * 0.5 / (0.99 * 0.01 * 0.5 + 0.01 * 0.99 * 0.5))


def test_graham_takes_the_fifteen_furthest_and_of_equals_the_first() -> None:
    said = score([0.6, *[0.99] * 500, 0.01], GRAHAM)
    assert np.flatnonzero(said.used).tolist() == list(range(1, 16))
    assert score([0.6, 0.3], GRAHAM).used.all()


@pytest.mark.parametrize(
    "wrong", [{"robs": 0.0}, {"robs": float("nan")}, {"robx": 1.1}, {"min_dev": -0.1}, {"sp_esf": 0.0}, {"ns_esf": -1}]
)
def test_parameters_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Parameters(**wrong)
