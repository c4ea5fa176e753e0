"""A text is known again after it was changed a little, and another one is not taken for it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from gatekeeper.digests import texts
from gatekeeper.digests.texts import SHORTEST, likeness, sketch_of
from gatekeeper.message.text import normal
from gatekeeper.values import Sketch
from tests.unit.digests.campaign_mails import text, wave

pytest.importorskip("rensa", reason="gatekeeper[near] is not installed")
pytest.importorskip("tlsh", reason="gatekeeper[near] is not installed")


def sketch(written: str) -> Sketch:
    made = sketch_of(normal(written).text)
    assert made is not None
    return made


def alike(one: str, other: str) -> float:
    return likeness(sketch(one).data, sketch(other).data)


def shared(one: str, other: str) -> int:
    return len(set(sketch(one).keys) & set(sketch(other).keys))


@pytest.mark.parametrize("seed", range(10))
def test_another_wave_is_alike_and_another_campaign_is_not(seed: int) -> None:
    assert alike(wave(seed, 0), wave(seed, 1)) > 0.5
    assert shared(wave(seed, 0), wave(seed, 1)) > 0
    assert alike(wave(seed, 0), text(seed + 100)) < 0.2


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.replace("customer", "Customer 4711 joe@example.org"),
        lambda said: said.replace("http://a1", "https://www.another-one"),
        lambda said: said.upper(),
        lambda said: "\r\n".join(said.split()),
        lambda said: said.replace("a", "\u0430"),
        lambda said: said.replace("d", "d\u200b"),
        lambda said: said + "\r\n12345 67890 x y z\r\n",
    ],
)
def test_what_is_made_for_each_recipient_changes_nothing(change: Callable[[str], str]) -> None:
    said = wave(1, 1)
    assert alike(said, change(said)) == 1.0


def test_how_much_alike_is_the_share_of_groups_of_three_words() -> None:
    one, other = text(1, 400).split(), text(2, 400).split()
    half = " ".join(one[:200] + other[200:])
    assert 0.28 < alike(" ".join(one), half) < 0.4  # a third: 200 of 600 groups


def test_a_short_text_has_no_sketch() -> None:
    words = text(1, SHORTEST + 1).split()
    assert sketch_of(" ".join(words)) is None
    assert sketch_of(" ".join([*words, "more"])) is not None
    assert sketch_of(" ".join(words) + " http://a.example 17 x me@example.org www.example.org") is None


@pytest.mark.parametrize("written", ["", "word " * 1000, "\0" * 100, "a@b " * 500])
def test_what_says_one_thing_only_has_none(written: str) -> None:
    assert sketch_of(written) is None


def test_of_a_long_text_the_beginning_counts() -> None:
    long = " ".join(text(seed) for seed in range(100))
    assert alike(long, long + text(4711, 200_000)) == 1.0


def test_a_long_word_takes_no_long_time() -> None:
    assert sketch_of("x" * 1_000_000) is None


def test_another_process_makes_the_same_sketch() -> None:
    code = "import sys; from gatekeeper.digests.texts import sketch_of; print(hash(sketch_of(sys.argv[1]).keys))"
    said = text(5)
    done = subprocess.run([sys.executable, "-c", code, said], capture_output=True, text=True, check=True)
    made = sketch_of(said)
    assert made is not None
    assert int(done.stdout) == hash(made.keys)


def test_keys_can_be_stored() -> None:
    assert all(-(2**63) <= key < 2**63 for seed in range(20) for key in sketch(text(seed)).keys)


def test_without_the_library_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "RMinHash", None)
    assert sketch_of(text(1)) is None
