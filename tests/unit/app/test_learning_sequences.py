"""Whatever is learnt, moved, forgotten and imported in whatever order: in the end it is as if done the direct way."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.app import chunk, learning, rebuilding
from gatekeeper.app.learning import Learning
from gatekeeper.classifier import linear
from gatekeeper.stores.training_rows import Row
from gatekeeper.values import Label
from tests.unit.app.learning_samples import HAM, SPAM, digest, everything, name, sample, truth

MESSAGES = 12
ROWS = [[Row(b"w%d" % n, n % 4, n // 4 % 3 + 1) for n in range(start, start + 12)] for start in (0, 8)]

number = st.integers(0, MESSAGES - 1)
taught = st.lists(st.tuples(number, st.sampled_from([SPAM, HAM])), max_size=12)
step = st.one_of(
    st.tuples(st.just("learn"), taught),
    st.tuples(st.just("learn"), taught),
    st.tuples(st.just("forget"), st.lists(number, max_size=3)),
    st.tuples(st.just("import"), st.sampled_from([0, 1])),
    st.tuples(st.just("unimport"), st.just(None)),
    st.tuples(st.just("rebuild"), st.just(None)),
    st.tuples(st.just("crash"), st.just(None)),
)
Told = list[tuple[str, object]]
"""What is known, in order: messages and imports."""


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """Everything that happens after thousands of messages happens after a few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuilding, "EVERY", 3)
        patch.setattr(rebuilding, "_BATCH", 4)
        patch.setattr(learning, "BLOCK", 5)
        patch.setattr(learning, "_BATCH", 2)
        patch.setattr(chunk, "MOST_MESSAGES", 6)
        patch.setattr(linear, "BITS", 12)
        yield


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, max_size=8))
def test_random_sequences_end_as_the_direct_way(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        roundabout, direct = Learning(Path(directory) / "a"), Learning(Path(directory) / "b")
        known = walk(roundabout, steps)
        for what, how in known:
            if what == "import":
                direct.import_words(ROWS[int(str(how).partition("-")[0])], 5, 4)
            else:
                direct.learn([replace(sample(int(what), Label(str(how))), id="")])
        assert unnamed(truth(roundabout)) == unnamed(truth(direct))
        roundabout.rebuild()
        assert unnamed(everything(roundabout)) == unnamed(everything(direct))
        roundabout.close()
        direct.close()


def walk(learner: Learning, steps: list[tuple[str, object]]) -> Told:
    """Do all of it; what is known then."""
    known: Told = []
    imports: list[str] = []
    for what, how in steps:
        if what == "learn":
            assert isinstance(how, list)
            learner.learn([sample(n, label) for n, label in how])
            for n, label in how:
                if (str(n), label) not in known:
                    known = [one for one in known if one[0] != str(n)] + [(str(n), label)]
        elif what == "forget":
            assert isinstance(how, list)
            learner.forget([digest(n) for n in how[::2]], [name(n) for n in how[1::2]])
            known = [one for one in known if one[0] not in map(str, how)]
        elif what == "import":
            imports.append(learner.import_words(ROWS[int(str(how))], 5, 4))
            known.append(("import", f"{how}-{imports[-1]}"))
        elif what == "unimport" and imports:
            gone = imports.pop(0)
            assert learner.forget(ids=[gone]).forgotten == 1
            known = [one for one in known if not str(one[1]).endswith(f"-{gone}")]
        elif what == "rebuild":
            learner.rebuild()
            assert not learner.behind
        elif what == "crash":
            for path in list(learner.directory.glob("model*"))[: len(known) % 3]:
                path.unlink()
    return known


def unnamed(found: tuple[object, ...]) -> object:
    """Without the ids of events, which are random."""
    words, messages, events, *rest = found if len(found) == 3 else (*found[0], *found[1:])  # type: ignore[misc]
    assert isinstance(events, list)
    return words, messages, [event[1:] for event in events], rest
