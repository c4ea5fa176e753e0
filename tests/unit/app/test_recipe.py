import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.app.learning import Learning
from gatekeeper.app.recipe import Judge, Judged, words_in
from gatekeeper.app.recipe_learning import register
from gatekeeper.classifier.keys import keys_of
from gatekeeper.classifier.parameters import Parameters
from gatekeeper.config.schema import Classifier
from gatekeeper.stores.training_rows import Row
from gatekeeper.values import Label

SPAM = [f"Subject: cheap {word}\n\nbuy {word} Now both\n".encode() for word in ("one", "two", "three")]
HAM = [f"Subject: notes {word}\n\nthe {word} meeting both\n".encode() for word in ("four", "five", "six")]
SETTINGS = Classifier()


@pytest.fixture
def learnt(tmp_path: Path) -> Path:
    register(SPAM, tmp_path, SETTINGS, None, Label.SPAM)
    register(HAM, tmp_path, SETTINGS, None, Label.HAM)
    return tmp_path


def judge(raw: bytes, directory: Path) -> Judged:
    with closing(Judge(directory / "training.db", Parameters())) as judging:
        return judging(raw)


def counts(directory: Path) -> dict[bytes, tuple[int, int]]:
    learning = Learning(directory, SETTINGS)
    found = {row.word: (row.spam, row.ham) for row in learning.dump()}
    learning.close()
    return found


def test_it_judges_by_what_was_learnt(learnt: Path) -> None:
    judged = judge(b"Subject: cheap\n\nthe both nosuch\n", learnt)
    by_word = dict(zip(judged.words, judged.counts, strict=True))
    assert by_word[b"subj:cheap"] == (3, 0)
    assert by_word[b"both"] == (3, 3)
    assert by_word[b"nosuch"] == (0, 0)
    assert judged.messages == (3, 3)
    assert judge(SPAM[0], learnt).score.spamicity > 0.99
    assert judge(HAM[0], learnt).score.spamicity < 0.01


def test_its_words_have_the_keys_that_the_store_has(learnt: Path) -> None:
    """Judging makes them without numpy."""
    found = judge(SPAM[0], learnt)
    learning = Learning(learnt, SETTINGS)
    spam, ham = learning.model().counts.look_up(keys_of(found.words))
    learning.close()
    assert found.counts == list(zip(spam.tolist(), ham.tolist(), strict=True))


def test_words_may_be_folded() -> None:
    assert b"Now" in words_in(SPAM[0])
    assert b"now" in words_in(SPAM[0], fold=True)


def test_undoing_leaves_it_as_it_was(learnt: Path) -> None:
    before = counts(learnt)
    new = b"Subject: cheap words\n\nnever seen\n"
    assert register([new], learnt, SETTINGS, None, Label.SPAM).changed == 1
    assert counts(learnt) != before
    done = register([new], learnt, SETTINGS, Label.SPAM, None)
    assert (done.changed, done.unknown, done.messages) == (1, 0, 1)
    assert counts(learnt) == before


def test_only_what_was_learnt_so_is_undone(learnt: Path) -> None:
    before = counts(learnt)
    done = register([*SPAM, b"Subject: other\n\n"], learnt, SETTINGS, Label.HAM, None)
    assert (done.changed, done.unknown, done.messages) == (0, 4, 4)
    assert counts(learnt) == before


def test_moving(learnt: Path) -> None:
    done = register(SPAM[:1], learnt, SETTINGS, Label.SPAM, Label.HAM)
    assert (done.changed, done.unknown) == (1, 0)
    assert counts(learnt)[b"buy"] == (2, 1)
    done = register(SPAM[:1], learnt, SETTINGS, Label.SPAM, Label.HAM)
    assert (done.changed, done.unknown) == (0, 1)
    assert counts(learnt)[b"buy"] == (2, 1)


def test_who_taught_is_kept(learnt: Path) -> None:
    before = counts(learnt)
    register([b"Subject: sure\n\n"], learnt, SETTINGS, None, Label.SPAM, "bogofilter -u")
    learning = Learning(learnt, SETTINGS)
    assert learning.forget(teacher="bogofilter -u").forgotten == 1
    learning.close()
    assert counts(learnt) == before


def test_it_judges_without_numpy() -> None:
    code = "import sys, gatekeeper.app.recipe; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_where_a_list_was_imported_no_word_of_our_own_speaks_against_it(tmp_path: Path) -> None:
    """Such a list has none of them, so after one more spam all of them would say spam, of every message."""
    learning = Learning(tmp_path, SETTINGS)
    learning.import_words([Row(b"cheap", 900, 0), Row(b"meeting", 0, 900)], 1000, 1000)
    learning.close()
    before = judge(HAM[0], tmp_path).score.spamicity
    register([b"Subject: cheap one\n\ncheap, cheap\n"], tmp_path, SETTINGS, None, Label.SPAM)
    judged = judge(HAM[0], tmp_path)
    assert not any(word.startswith((b"no:", b"order:", b"top:")) for word in judged.words)
    assert judged.score.spamicity < 0.01
    assert abs(judged.score.spamicity - before) < 0.001
