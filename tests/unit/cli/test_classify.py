import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.cli import main
from gatekeeper.cli.classify import Form, score_text
from gatekeeper.cli.state import VARIABLE
from gatekeeper.values import Band, Clue, Judged

from .lessons import HAM, SPAM, directory, mail, mails, mbox


def run(place: Path, *arguments: object, stdin: bytes | None = None) -> Result:
    runner = CliRunner(env={VARIABLE: str(place / "state"), "GATEKEEPER_CONFIG": None})
    return runner.invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty messages of each class are learnt."""
    place = tmp_path_factory.mktemp("taught")
    boxes = [mbox(place / f"{label}.mbox", mails(label, 40)) for label in (SPAM, HAM)]
    assert run(place, "learn", "--spam", boxes[0], "--ham", boxes[1]).exit_code == 0
    for label in (SPAM, HAM):
        (place / f"{label}.eml").write_bytes(mail(1000, label))
    (place / "unsure.eml").write_bytes(b"Subject: of neither\n\nzzz\n")
    return place


def classify(place: Path, *arguments: object, stdin: bytes | None = None) -> list[list[str]]:
    result = run(place, "classify", *arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return [line.rsplit(" ", 2) for line in result.stdout.splitlines()]


def test_a_line_says_file_class_and_score(taught: Path) -> None:
    spam, ham = classify(taught, taught / "spam.eml", taught / "ham.eml")
    assert spam[:2] == [str(taught / "spam.eml"), "spam"]
    assert ham[:2] == [str(taught / "ham.eml"), "ham"]
    assert float(spam[2]) > 0.9
    assert float(ham[2]) < 0.2


def test_messages_of_an_mbox_are_numbered(taught: Path) -> None:
    box = mbox(taught / "both", [mail(7, SPAM), mail(7, HAM)])
    assert [line[:2] for line in classify(taught, box)] == [[f"{box}:1", "spam"], [f"{box}:2", "ham"]]


def test_standard_input(taught: Path) -> None:
    assert [line[:2] for line in classify(taught, "-", stdin=mail(1, SPAM))] == [["-", "spam"]]


@pytest.mark.parametrize("jobs", [1, 3])
def test_answers_stand_in_the_order_of_the_messages(taught: Path, jobs: int) -> None:
    lines = classify(taught, "--jobs", jobs, taught / "spam.mbox", taught / "ham.mbox")
    assert [line[0].rpartition(":")[2] for line in lines] == [*map(str, range(1, 41))] * 2
    assert [line[1] for line in lines] == ["spam"] * 40 + ["ham"] * 40


def test_why_adds_the_words_with_their_counts(taught: Path) -> None:
    lines = run(taught, "classify", "--why", taught / "spam.eml").stdout.splitlines()
    assert lines[0].startswith(f"{taught / 'spam.eml'} spam ")
    assert lines[1].strip().startswith("words 0.9")
    words = {line.split()[0]: line.split()[1:] for line in lines[2:]}
    assert words["pills"][1::2] == ["spam", "ham"]
    assert int(words["pills"][0]) > 20
    assert words["pills"][2] == "0"
    assert 0.99 < float(words["pills"][4]) < 1


def test_why_says_what_words_of_our_own_mean() -> None:
    clues = (Clue("no:cc", 3, 0, 0.999), Clue("pills", 3, 0, 0.999))
    judged = Judged(0.9, Band.SPAM, 0.9, 1.0, (30, 30), "model", clues)
    lines = Form(why=True, as_json=False).write("a", judged).splitlines()
    assert lines[2].endswith("0.999000  there is no Cc field")
    assert lines[3].endswith("0.999000")


def test_json_is_one_object_a_line(taught: Path) -> None:
    said = json.loads(run(taught, "classify", "--json", taught / "ham.eml").stdout)
    assert (said["file"], said["class"]) == (str(taught / "ham.eml"), "ham")
    assert 0 < said["score"] < 0.2
    assert {"word", "spam", "ham", "probability"} == set(said["words"][0])
    assert said["linear"] < 0 <= said["spamicity"] < 0.5


def test_nothing_of_a_message_reaches_the_terminal_as_a_command(taught: Path) -> None:
    hostile = b"Subject: pills \x1b[2J\xff\n\n" + b"pills \x1b]0;x\x07 \xe2\x80\xae cheap casino\n" * 3
    path = directory(taught / "h", {"a\n\x1b[2J.eml": hostile})
    assert run(taught, "learn", "--spam", path).exit_code == 0
    result = run(taught, "classify", "--why", path)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "spam 0.9" in result.stdout.splitlines()[0]
    assert json.loads(run(taught, "classify", "--json", path).stdout)["class"] == "spam"


@pytest.mark.parametrize("command", [("classify",), ("learn", "--spam"), ("teach", "--spam", "--teacher", "a@b.test")])
def test_no_name_that_cannot_be_read_reaches_the_terminal_as_a_command(taught: Path, command: tuple[str, ...]) -> None:
    path = directory(taught / f"{command[0]}-odd", {"a\n\x1b[2J.eml": b"\0"})
    given = path if command[0] != "teach" else f"{path}/gone\n\x1b[2J.eml"
    result = CliRunner(env={VARIABLE: str(taught / "state")}).invoke(main, [*command, str(given)], color=True)
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "\\n\\x1b[2J.eml: " in result.stderr


def test_no_word_reaches_the_terminal_as_a_command() -> None:
    clue = Clue("subj:\x1b[2J\u202e\udcff", 3, 0, 0.999)
    judged = Judged(0.9, Band.SPAM, 0.9, 1.0, (30, 30), "model", (clue,))
    shown = Form(why=True, as_json=False).write("a\nb", judged)
    assert shown.isascii()
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert len(shown.splitlines()) == 3
    assert json.loads(Form(why=False, as_json=True).write("a", judged))["words"][0]["word"] == clue.word


def test_bogofilters_exit_codes(taught: Path) -> None:
    status = {
        name: run(taught, "classify", "--exit-code", taught / f"{name}.eml").exit_code
        for name in ("spam", "ham", "unsure", "absent")
    }
    assert status == {"spam": 0, "ham": 1, "unsure": 2, "absent": 3}
    several = run(taught, "classify", "--exit-code", taught / "ham.eml", taught / "spam.eml")
    assert several.exit_code == 0


def test_whatever_goes_wrong_is_no_ham_to_a_recipe(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ends with 1 then, which says ham."""

    def failing(*_: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr("gatekeeper.cli.classify.Mailboxes", failing)
    said = run(taught, "classify", "--exit-code", taught / "ham.eml")
    assert (said.exit_code, said.stderr) == (3, "gatekeeper: RuntimeError: odd\n")


def test_an_error_is_no_ham_to_a_recipe_that_looks_at_the_exit_code(taught: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[gateway]\nnonsense = 1\n")
    command = ("--config", broken, "classify", taught / "ham.eml")
    assert run(taught, *command).exit_code == 1
    assert run(taught, *command, "--exit-code").exit_code == 3


def test_what_cannot_be_read_is_named_and_the_others_are_judged(taught: Path) -> None:
    result = run(taught, "classify", taught / "absent", taught / "ham.eml")
    assert result.exit_code == 2
    assert f"{taught / 'absent'}: No such file" in result.stderr
    assert " ham " in result.stdout


def test_with_nothing_learnt_all_is_unsure_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1, SPAM))
    result = run(tmp_path, "classify", tmp_path / "a.eml")
    assert result.exit_code == 0
    assert result.stdout == f"{tmp_path / 'a.eml'} unsure 0.500000\n"
    assert "nothing is learnt yet" in result.stderr
    assert "gatekeeper learn" in result.stderr
    assert not (tmp_path / "state").exists()


def test_a_damaged_model_is_named_with_a_remedy(tmp_path: Path) -> None:
    boxes = [mbox(tmp_path / f"{label}.mbox", mails(label, 15)) for label in (SPAM, HAM)]
    run(tmp_path, "learn", "--spam", boxes[0], "--ham", boxes[1])
    (model,) = (tmp_path / "state" / "classifier").glob("model-*.npz")
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    result = run(tmp_path, "classify", boxes[0])
    assert result.exit_code == 1
    assert str(model) in result.stderr
    assert "--rebuild" in result.stderr


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0.5, "0.500000"),
        (0.0, "0.000000"),
        (1.0, "1.000000"),
        (0.9731250617, "0.9731251"),
        (1.234567e-8, "0.0000000123457"),
        (1 - 1e-10, "0.999999999900000"),
    ],
)
def test_a_score_has_six_digits_that_tell_it_from_0_or_1(score: float, text: str) -> None:
    assert score_text(score) == text


def test_no_two_scores_read_the_same_that_differ_in_their_odds() -> None:
    scores = [1 / (1 + 2.718281828 ** (-odds / 10)) for odds in range(-300, 300)]
    texts = list(map(score_text, scores))
    assert len(set(texts)) == len(texts)
    assert sorted(texts, key=float) == texts


def test_where_nothing_is_learnt_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"Subject: x\n\ny\n")
    result = run(tmp_path, "classify", "--state", tmp_path / "other", tmp_path / "a")
    assert f"{tmp_path / 'other' / 'classifier'}: nothing is learnt yet" in result.stderr
