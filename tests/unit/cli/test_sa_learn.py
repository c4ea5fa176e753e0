from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.app.learning import Learning
from gatekeeper.cli.main import main
from gatekeeper.cli.sa_learn_folders import folders_of

SPAM = [
    f"From: a@spam.example\nMessage-ID: <{word}@spam.example>\nSubject: cheap {word}\n\nbuy {word} now\n".encode()
    for word in ("one", "two", "three")
]
HAM = [
    f"From: b@ham.example\nMessage-ID: <{word}@ham.example>\nSubject: notes {word}\n\nthe {word} meeting\n".encode()
    for word in ("four", "five")
]
BEFORE = b"From a@b.example Mon Jan  1 00:00:00 2024\n"


class Store:
    """A state directory and what is asked of it."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def __call__(self, *arguments: str | Path, given: bytes = b"") -> Result:
        return CliRunner().invoke(main, ["sa-learn", "--state", str(self.state), *map(str, arguments)], input=given)

    def words(self) -> bytes:
        return CliRunner().invoke(main, ["words", "dump", "--state", str(self.state)]).stdout_bytes


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state")


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    for name, raws in (("spam", SPAM), ("ham", HAM)):
        (tmp_path / name).mkdir()
        for number, raw in enumerate(raws):
            (tmp_path / name / f"{number}").write_bytes(raw)
    (tmp_path / "spam.mbox").write_bytes(b"".join(BEFORE + raw + b"\n" for raw in SPAM))
    return tmp_path


def told(done: Result) -> str:
    assert done.exit_code == 0, done.output
    return done.stdout


def learned(learnt: int, examined: int, verb: str = "Learned") -> str:
    return f"{verb} tokens from {learnt} message(s) ({examined} message(s) examined)\n"


def magic(store: Store) -> list[int]:
    return [int(line.split()[2]) for line in told(store("--dump", "magic")).splitlines()]


def test_it_learns_moves_and_forgets(store: Store, mail: Path) -> None:
    assert told(store("--spam", "--mbox", mail / "spam.mbox")) == learned(3, 3)
    assert told(store("--spam", mail / "spam")) == learned(0, 3)
    assert told(store("--ham", "--dir", mail / "ham")) == learned(2, 2)
    assert magic(store)[:2] == [3, 2]
    assert told(store("--ham", "--file", mail / "spam" / "0")) == learned(1, 1)
    assert magic(store)[:2] == [2, 3]
    assert told(store("--forget", mail / "spam" / "0")) == learned(1, 1, "Forgot")
    assert told(store("--forget", mail / "spam" / "0")) == learned(0, 1, "Forgot")
    assert magic(store)[:2] == [2, 2]


def test_standard_input(store: Store) -> None:
    assert told(store("--spam", given=SPAM[0])) == learned(1, 1)
    assert told(store("--forget", given=SPAM[0])) == learned(1, 1, "Forgot")


def test_a_file_of_folders(store: Store, mail: Path) -> None:
    (mail / "list").write_text(f"spam:mbox:{mail}/spam.mbox\n\nham:dir:{mail}/ham\n{mail}/spam/0\n")
    assert told(store("--ham", "-f", mail / "list")) == learned(6, 6)
    assert magic(store)[:2] == [2, 3]  # the last line has no class of its own, and its message is moved


def test_what_folders_say(tmp_path: Path) -> None:
    listed = tmp_path / "list"
    (tmp_path / "one:two").touch()
    listed.write_text(f"ham:/a\nspam:detect:/b\nmbx:/c\n/d\n{tmp_path}/*:two\n")
    found = folders_of("spam", ["/e"], str(listed))
    assert found.ham == ["/a"]
    assert found.spam == ["/b", "/c", "/d", f"{tmp_path}/one:two", "/e"]
    assert folders_of(None, [], str(listed)).spam == ["/b"]
    assert folders_of("forget", [], str(listed)).forget == ["/a", "/b", "/c", "/d", f"{tmp_path}/one:two"]
    assert folders_of("ham", [], None).ham == ["-"]


def test_what_cannot_be_read(store: Store, mail: Path) -> None:
    done = store("--spam", mail / "nosuch", mail / "spam")
    assert done.stdout == learned(3, 3)
    assert done.exit_code == 1
    assert "nosuch: No such file or directory" in done.stderr


def test_words_as_it_dumps_them(store: Store, mail: Path) -> None:
    told(store("--spam", mail / "spam"))
    told(store("--ham", mail / "ham"))
    lines = told(store("--dump", "data", "--regexp", "^subj:(cheap|notes)$")).splitlines()
    assert lines == [
        "0.997          3          0          0  subj:cheap",
        "0.005          0          2          0  subj:notes",
    ]
    everything = told(store("--dump"))
    assert everything.startswith("0.000          0          3          0  non-token data: nspam\n")
    assert lines[0] in everything
    assert store("--dump", "data", "--regexp", "(?=x)").exit_code == 2


def test_the_linear_model_follows(store: Store, mail: Path) -> None:
    """What moves or forgets makes it anew, as `gatekeeper forget` does."""
    told(store("--spam", mail / "spam"))
    for call in (("--ham", mail / "spam" / "0"), ("--forget", mail / "spam" / "1"), ("--clear",)):
        told(store(*call))
        learning = Learning(store.state / "classifier")
        assert not learning.behind
        learning.close()


def test_a_backup_brings_everything_back(store: Store, mail: Path, tmp_path: Path) -> None:
    told(store("--spam", mail / "spam"))
    told(store("--ham", mail / "ham"))
    before = store.words()
    copy = tmp_path / "copy"
    copy.write_bytes(store("--backup").stdout_bytes)
    told(store("--clear"))
    assert magic(store) == [0, 0, 0]
    other = Store(tmp_path / "other")
    for restored in (store, other):
        told(restored("--restore", copy))
        assert restored.words() == before
        assert told(restored("--forget", mail / "spam" / "0")) == learned(1, 1, "Forgot")
    assert list(store.state.rglob("copy*")) == []


@pytest.mark.parametrize(
    "wrong", [b"v\t3\tdb_version # this must be the first line!!!\n", b"", b"SQLite format 3\0" + b"x" * 999]
)
def test_what_is_no_backup_changes_nothing(store: Store, mail: Path, tmp_path: Path, wrong: bytes) -> None:
    told(store("--spam", mail / "spam"))
    before, copy = store.words(), tmp_path / "copy"
    copy.write_bytes(wrong)
    done = store("--restore", copy)
    assert done.exit_code == 1
    assert f"{copy}: " in done.stderr
    assert store.words() == before


def test_what_is_without_effect_is_said_where_it_may_be_missed(store: Store, mail: Path) -> None:
    done = store("-L", "--no-sync", "--progress", "--spam", mail / "spam")
    assert (done.exit_code, done.stderr) == (0, "")
    done = store("--spam", "--dbpath", "/x", "-u", "nobody", "--max-size", "0", mail / "spam")
    assert done.stdout == learned(0, 3)
    assert "--dbpath is without effect. Use --state." in done.stderr
    assert done.stderr.count("is without effect") == 3
    assert "Nothing expires" in store("--force-expire").stderr


def test_dots(store: Store, mail: Path) -> None:
    assert told(store("--showdots", "--spam", mail / "spam")) == "...\n" + learned(3, 3)


def test_nothing_asked_for(store: Store) -> None:
    done = store()
    assert done.exit_code == 64
    assert done.stderr.startswith("Please select either --spam, --ham,")


def test_nothing_learnt_yet(store: Store) -> None:
    done = store("--dump")
    assert done.exit_code == 1
    assert "nothing was learnt yet" in done.stderr
    assert store("--backup").exit_code == 1
