"""Files of an evaluation, and what is said of messages in the course of one."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gatekeeper.app import extraction
from gatekeeper.app.evaluation.extracting import extracted
from gatekeeper.app.evaluation.lines import Entry, LineError, read_order, read_scores, score_lines, written
from gatekeeper.app.evaluation.run import Course
from gatekeeper.classifier.features import features_of
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.measure import one_minus_auc
from gatekeeper.classifier.ranking import Scored
from gatekeeper.message import parse
from gatekeeper.values import Label
from tests.unit.cli.evaluated import SPAM_WORDS
from tests.unit.cli.evaluated import order as write_order


@pytest.fixture
def order(tmp_path: Path) -> Callable[[int], list[Entry]]:
    """An ORDER of so many messages, every third of them spam."""

    def make(count: int) -> list[Entry]:
        return read_order(write_order(tmp_path, count))

    return make


def ignore(_done: int) -> None:
    pass


# ORDER


def test_an_order_is_read_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a b.eml", "c.eml", "d \xe9.eml"):
        Path(name).touch()
    file = Path("order")
    file.write_bytes(f"spam a b.eml\n\nham\t{tmp_path}/c.eml\r\nspam d \xe9.eml".encode())
    assert [(e.label, str(e.path), e.line) for e in read_order(file)] == [
        (Label.SPAM, "a b.eml", 1),
        (Label.HAM, f"{tmp_path}/c.eml", 3),
        (Label.SPAM, "d \xe9.eml", 4),
    ]


def test_a_name_that_is_no_utf_8_is_a_name(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.eml"
    Path(os.fsdecode(name)).write_bytes(b"\r\n")
    (tmp_path / "order").write_bytes(b"ham " + name + b"\n")
    assert read_order(tmp_path / "order")[0].path.read_bytes() == b"\r\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "order: error: it has no message in it; write lines like: spam PATH"),
        (b"\n \n", "order: error: it has no message in it"),
        (b"ham here\nspan here\n", "order:2: error: 'span' is neither spam nor ham; write: spam PATH, or: ham PATH"),
        (b"# a comment\n", "order:1: error: '#' is neither spam nor ham"),
        (b"Spam here\n", "order:1: error: 'Spam' is neither"),
        (b"ham\n", "order:1: error: no PATH follows ham; write: ham PATH"),
        (b"ham he\0re\n", "order:1: error: no PATH follows ham"),
        (b"ham here\nham gone\n", "order:2: error: gone does not exist; paths that do not begin with / are looked for"),
        (b"ham .\n", "order:1: error: . is not a file"),
        (b"\xff\xfe\0s\0p\n", "order:1: error: '\\udcff\\udcfe\\x00s\\x00p' is neither"),
    ],
)
def test_what_is_wrong_with_an_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here").touch()
    Path("order").write_bytes(content)
    with pytest.raises(LineError) as caught:
        read_order(Path("order"))
    assert str(caught.value).startswith(said)


# SCORES


def test_scores_come_back_to_the_last_bit(tmp_path: Path) -> None:
    score = np.array([0.1 + 0.2, 1 - 2**-53, 5e-324, 1.0, 0.0])
    scored = Scored(score, np.array([True, False, True, True, False]))
    file = tmp_path / "scores"
    file.write_text("".join(score_lines(scored)))
    assert file.read_text().splitlines()[:2] == ["spam 0.30000000000000004", "ham 0.9999999999999999"]
    back = read_scores(file)
    assert back.score.tobytes() == score.tobytes()
    assert back.is_spam.tolist() == scored.is_spam.tolist()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "scores: error: it has no score in it"),
        ("spam 0.5\nham high\n", "scores:2: error: 'high' is not a score"),
        ("spam nan\n", "scores:1: error: 'nan' is not a score"),
        ("spam\n", "scores:1: error: no SCORE follows spam"),
        ("eggs 0.5\n", "scores:1: error: 'eggs' is neither spam nor ham; write: spam SCORE"),
    ],
)
def test_what_is_wrong_with_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scores").write_text(content)
    with pytest.raises(LineError) as caught:
        read_scores(Path("scores"))
    assert str(caught.value).startswith(said)


def test_what_is_written_is_whole_or_not_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("before")

    def fail(fresh: Path) -> None:
        fresh.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(out, fail)
    assert out.read_text() == "before"
    assert written(out, lambda fresh: fresh.write_text("whole")) == 5
    assert out.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [out]


def test_what_is_no_file_is_written_to_as_it_is(tmp_path: Path) -> None:
    """/dev/stdout is a link to whatever that is."""
    link = tmp_path / "link"
    link.symlink_to("elsewhere")
    for out in (Path("/dev/null"), link):
        assert written(out, lambda path: path) == out
    written(link, lambda path: path.write_text("through"))
    assert link.is_symlink()
    assert (tmp_path / "elsewhere").read_text() == "through"


# features


def test_several_processes_find_the_same_in_the_same_order(order: Callable[[int], list[Entry]]) -> None:
    entries = order(150)
    for (entry, features), expected in zip(extracted(entries, False, 3), entries, strict=True):
        alone = features_of(parse(expected.path.read_bytes()))
        assert entry is expected
        assert features.words == alone.words
        assert features.grams.tobytes() == alone.grams.tobytes()


def test_folding_is_asked_for(order: Callable[[int], list[Entry]]) -> None:
    entries = order(1)
    entries[0].path.write_bytes(b"Subject: Mixed\r\n\r\nCase\r\n")
    assert b"Case" in next(extracted(entries, False))[1].words
    assert b"case" in next(extracted(entries, True))[1].words


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_message_that_is_gone_is_named_with_its_line(order: Callable[[int], list[Entry]], jobs: int) -> None:
    entries = order(40)
    entries[30].path.unlink()
    with pytest.raises(LineError, match=r"order\.txt:31: error: .*/30 of many\.eml: No such file"):
        list(extracted(entries, False, jobs))


def test_few_messages_need_no_process(order: Callable[[int], list[Entry]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "_Crew", None)
    assert len(list(extracted(order(50), False))) == 50


# courses


def test_a_stream_judges_before_it_learns(order: Callable[[int], list[Entry]]) -> None:
    entries = order(60)
    found = Course(Learner()).stream(entries, ignore)
    learner, scores = Learner(), []
    for entry in entries:
        features = features_of(parse(entry.path.read_bytes()))
        scores.append(learner.judge(features).score)
        learner.learn(features, entry.label)
    assert found.scored.score.tolist() == scores
    assert found.scored.is_spam.tolist() == [entry.label is Label.SPAM for entry in entries]
    assert found.scored.score[0] == 0.5
    assert one_minus_auc(Scored(found.scored.score[30:], found.scored.is_spam[30:])) == 0


def test_keeping_mistakes_changes_no_score(order: Callable[[int], list[Entry]]) -> None:
    entries = order(60)
    with_them, without = Course(Learner(), worst=5).stream(entries, ignore), Course(Learner()).stream(entries, ignore)
    assert with_them.scored.score.tolist() == without.scored.score.tolist()
    assert without.worst == {Label.SPAM: [], Label.HAM: []}


def test_a_split_does_not_learn_what_it_judges(order: Callable[[int], list[Entry]]) -> None:
    entries = order(60)
    found = Course(Learner()).split(entries[:45], entries[45:], ignore)
    learner = Learner()
    for entry in entries[:45]:
        learner.learn(features_of(parse(entry.path.read_bytes())), entry.label)
    scores = [learner.judge(features_of(parse(entry.path.read_bytes()))).score for entry in entries[45:]]
    assert found.scored.score.tolist() == scores
    assert learner.learnt == (15, 30)


def test_whose_opinion_counts(order: Callable[[int], list[Entry]]) -> None:
    entries = order(40)
    said = {who: Course(Learner(), who).stream(entries, ignore).scored.score for who in ("fused", "words", "linear")}
    assert len({scores.tobytes() for scores in said.values()}) == 3
    assert all(((scores >= 0) & (scores <= 1)).all() for scores in said.values())


def test_the_worst_are_kept_with_their_words(order: Callable[[int], list[Entry]]) -> None:
    """One spam calls itself ham, and the other way round; nothing that was judged in ignorance is a mistake."""
    entries = order(60)
    swapped = [
        Entry(e.label.other if n in (45, 46) else e.label, e.path, e.file, e.line) for n, e in enumerate(entries)
    ]
    worst = Course(Learner(), worst=3).stream(swapped, ignore).worst
    assert worst[Label.HAM][0].path == entries[45].path
    assert worst[Label.SPAM][0].path == entries[46].path
    assert [len(mistakes) for mistakes in worst.values()] == [3, 3]
    first = worst[Label.HAM][0]
    assert first.score == first.wrongness > 0.5
    assert {clue.word for clue in first.clues} & set(SPAM_WORDS)
    assert all(m.path != entries[0].path for mistakes in worst.values() for m in mistakes)
    assert [m.wrongness for m in worst[Label.HAM]] == sorted((m.wrongness for m in worst[Label.HAM]), reverse=True)


def test_progress_is_told_once_a_message(order: Callable[[int], list[Entry]]) -> None:
    told: list[int] = []
    entries = order(30)
    Course(Learner()).split(entries[:20], entries[20:], told.append)
    assert sum(told) == 30
