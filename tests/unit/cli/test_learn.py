import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatekeeper.app.learning import Learning
from gatekeeper.classifier.digest import digest_of
from gatekeeper.cli import main
from gatekeeper.cli.extraction import Lessons
from gatekeeper.cli.state import VARIABLE
from gatekeeper.message import parse
from gatekeeper.stores.passed import Passed
from tests.unit.stores.test_passed import message

from .lessons import HAM, SPAM, directory, mail, mails, mbox


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """With spam.mbox and ham.mbox, thirty messages each."""
    for label in (SPAM, HAM):
        mbox(tmp_path / f"{label}.mbox", mails(label, 30))
    return tmp_path


def run(place: Path, *arguments: object, stdin: bytes | None = None) -> Result:
    runner = CliRunner(env={VARIABLE: str(place / "state"), "GATEKEEPER_CONFIG": None})
    return runner.invoke(main, [str(argument) for argument in arguments], input=stdin)


def learn(place: Path, *arguments: object, stdin: bytes | None = None, status: int = 0) -> dict[str, object]:
    result = run(place, "learn", "--json", *arguments, stdin=stdin)
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


def both(place: Path) -> list[object]:
    return ["--spam", place / "spam.mbox", "--ham", place / "ham.mbox"]


def training(place: Path) -> Learning:
    return Learning(place / "state" / "classifier", create=False)


def test_two_mboxes_are_learnt_and_what_is_known_is_told(place: Path) -> None:
    said = learn(place, *both(place))
    assert (said["learnt"], said["spam"], said["ham"], said["unreadable"]) == (60, 30, 30, 0)
    assert said["words"] == sum(1 for _ in training(place).dump())
    assert said["enough"] is False
    assert "30 ham are too few" in str(said["why"])
    assert not said["behind"]
    assert training(place).model().known.learnt == (30, 30)


def test_people_get_a_table(place: Path) -> None:
    lines = run(place, "learn", *both(place)).stdout.splitlines()
    table = dict(line.split("  ", 1) for line in lines)
    assert (table["learnt"].strip(), table["spam known"].strip(), table["ham known"].strip()) == ("60", "30", "30")
    assert table["because"].strip().startswith("30 ham are too few")
    assert table["cut-offs"].strip().startswith("spam from 0.")
    assert ", ham up to 0." in table["cut-offs"]
    assert "ham blocked; gatekeeper evaluate thresholds" in table["before learning"]


def test_cut_offs_of_the_configuration_are_told_as_such(place: Path) -> None:
    own = place / "own.toml"
    own.write_text("[classifier]\nspam_cutoff = 0.97\n")
    args = ["--config", str(own), "learn", "--json", *map(str, both(place))]
    result = CliRunner(env={"GATEKEEPER_STATE": str(place / "state")}).invoke(main, args)
    said = json.loads(result.stdout)
    assert (said["cutoffs"]["spam"], said["why"], said["tried"]) == (0.97, "the configuration says so", "")


def test_with_too_little_all_is_unsure_and_that_is_said(place: Path) -> None:
    said = learn(place, "--spam", place / "spam.mbox")
    assert "until 10 spam and 10 ham are learnt" in str(said["why"])
    assert (said["cutoffs"], said["tried"]) == ({}, "")


def test_learning_twice_changes_nothing_unless_asked(place: Path) -> None:
    learn(place, *both(place))
    before = list(training(place).dump())
    said = learn(place, *both(place))
    assert (said["learnt"], said["known"]) == (0, 60)
    assert list(training(place).dump()) == before
    said = learn(place, *both(place), "--again")
    assert (said["learnt"], said["spam"]) == (60, 60)


def test_what_was_learnt_as_the_other_class_is_moved(place: Path) -> None:
    learn(place, *both(place))
    one = mbox(place / "one", [mail(3, HAM)])
    said = learn(place, "--spam", one)
    assert (said["learnt"], said["moved"], said["spam"], said["ham"], said["behind"]) == (1, 1, 31, 29, False)
    result = run(place, "relearn", "--json", "--ham", one)
    assert json.loads(result.stdout)["moved"] == 1
    assert training(place).model().known.learnt == (30, 30)


def test_relearn_needs_to_know_as_what(place: Path) -> None:
    result = run(place, "relearn", place / "spam.mbox")
    assert result.exit_code == 2
    assert "--spam or --ham" in result.output


def test_several_kinds_at_once_and_standard_input(place: Path) -> None:
    maildir = directory(place / "M", {f"cur/{n}": mail(100 + n, HAM) for n in range(5)})
    said = learn(place, *both(place), "--ham", maildir, "--spam", "-", stdin=mail(200, SPAM))
    assert (said["spam"], said["ham"]) == (31, 35)


def test_what_cannot_be_read_is_named_and_the_rest_is_learnt(place: Path) -> None:
    (place / "page.html").write_bytes(b"<html><body>no mail</body></html>\n")
    result = run(place, "learn", "--json", *both(place), "--ham", place / "page.html", "--spam", place / "absent")
    assert result.exit_code == 2
    said = json.loads(result.stdout)
    assert (said["learnt"], said["unreadable"]) == (60, 2)
    assert f"{place / 'page.html'}: it is neither a message nor an mbox" in result.stderr
    assert f"{place / 'absent'}: No such file" in result.stderr


def test_many_complaints_are_counted(place: Path) -> None:
    junk = directory(place / "junk", {f"{n}.bin": bytes(100) for n in range(30)})
    result = run(place, "learn", *both(place), "--ham", junk)
    assert result.stderr.count("neither a message") == 20
    assert "and 10 more that could not be read" in result.stderr


def test_with_nothing_to_learn_from_no_store_is_made(place: Path) -> None:
    (place / "empty").touch()
    result = run(place, "learn", "--spam", place / "empty")
    assert result.exit_code == 2
    assert f"{place / 'empty'}: it is empty" in result.stderr
    assert not (place / "state").exists()
    assert run(place, "learn").exit_code == 2


def test_a_large_message_is_learnt_among_others(place: Path) -> None:
    large = mail(500, HAM) + b"and more of the same, line by line\n" * 100_000
    said = learn(place, *both(place), "--ham", mbox(place / "large", [large]))
    assert said["ham"] == 31


def test_only_what_is_mistaken_until_nothing_is(place: Path) -> None:
    said = learn(place, *both(place), "--on-error", "--repeat")
    assert 20 <= int(str(said["learnt"])) < 60  # nothing is sure until ten of each are learnt
    assert said["right"] == 60
    assert 1 < int(str(said["rounds"])) <= 10
    result = run(place, "classify", place / "spam.mbox", place / "ham.mbox")
    assert {line.split()[1] for line in result.stdout.splitlines()[:30]} == {"spam"}
    assert {line.split()[1] for line in result.stdout.splitlines()[30:]} == {"ham"}


def test_to_repeat_without_on_error_is_a_mistake(place: Path) -> None:
    assert "--on-error" in run(place, "learn", *both(place), "--repeat").output


def test_all_cores_learn_what_one_learns(place: Path) -> None:
    learn(place, *both(place), "--jobs", 1)
    one = list(training(place).dump()), training(place).model().arrays()
    (place / "state").rename(place / "before")
    learn(place, *both(place), "--jobs", 3)
    more = list(training(place).dump()), training(place).model().arrays()
    assert one[0] == more[0]
    assert all((one[1][name] == more[1][name]).all() for name in one[1])


def test_spam_and_ham_are_mixed_evenly_each_in_its_own_order(place: Path) -> None:
    lessons = Lessons.of([mbox(place / "s", mails(SPAM, 4))], [str(place / "ham.mbox")], print)
    numbers = list(lessons.evenly())
    assert sorted(numbers) == list(range(34))
    assert [number for number in numbers if number < 4] == [0, 1, 2, 3]
    assert [number for number in numbers if number >= 4] == list(range(4, 34))
    places = [numbers.index(number) for number in range(4)]
    assert all(6 <= after - before <= 10 for before, after in pairwise(places))
    learn(place, "--spam", place / "s", "--ham", place / "ham.mbox")
    learnt = [event.digest for event in training(place).training.events()]
    assert learnt == [digest_of(parse(lessons.read(number))) for number in numbers]


def test_the_model_is_made_anew_when_asked(place: Path) -> None:
    learn(place, *both(place))
    card = place / "state" / "classifier" / "model.json"
    card.write_text("nonsense")
    said = learn(place, "--rebuild")
    assert (said["learnt"], said["spam"], said["behind"]) == (0, 30, False)
    assert training(place).model().known.learnt == (30, 30)


def test_a_damaged_store_is_named_with_a_remedy(place: Path) -> None:
    learn(place, *both(place))
    store = place / "state" / "classifier" / "training.db"
    for path in store.parent.glob("training.db*"):
        path.write_bytes(b"not a database at all, for sure" * 100)
    result = run(place, "learn", *both(place))
    assert result.exit_code == 1
    assert str(store) in result.stderr
    assert "backup" in result.stderr
    assert "Traceback" not in result.output


def test_a_message_that_passed_is_learnt_by_its_id(place: Path) -> None:
    passed = Passed(place / "state" / "classifier" / "passed.db")
    record = message("joe@example.org")
    passed.keep(record)
    passed.close()
    said = learn(place, *both(place), "--spam-id", record.envelope.id)
    assert (said["learnt"], said["spam"], said["ham"]) == (61, 31, 30)
    assert next(training(place).training.events()).id == record.envelope.id
    assert learn(place, "--ham-id", record.envelope.id)["moved"] == 1


def test_an_id_under_which_nothing_is_kept_is_told(place: Path) -> None:
    result = run(place, "learn", *both(place), "--spam-id", "t411vhxrypjg9")
    assert result.exit_code == 1
    assert "passed.db: no such file" in result.stderr
    passed = Passed(place / "state" / "classifier" / "passed.db")
    passed.keep(message("joe@example.org"))
    passed.close()
    result = run(place, "learn", *both(place), "--spam-id", "t411vhxrypjg9")
    assert result.exit_code == 1
    assert "t411vhxrypjg9: nothing is kept of this message" in result.stderr
    assert not (place / "state" / "classifier" / "training.db").exists()


# forget


def test_what_is_forgotten_is_as_if_it_had_never_been(place: Path) -> None:
    learn(place, *both(place))
    before = list(training(place).dump()), training(place).model().arrays()
    more = mbox(place / "more", [mail(n, SPAM) for n in range(100, 110)])
    learn(place, "--spam", more)
    result = run(place, "forget", "--json", more)
    said = json.loads(result.stdout)
    assert (said["forgotten"], said["unknown"], said["spam"], said["behind"]) == (10, 0, 30, False)
    assert list(training(place).dump()) == before[0]
    after = training(place).model().arrays()
    assert all((before[1][name] == after[name]).all() for name in after)


def test_forgetting_by_teacher_source_and_event(place: Path) -> None:
    learn(place, "--spam", place / "spam.mbox", "--teacher", "joe@example.org")
    learn(place, "--ham", place / "ham.mbox")
    said = json.loads(run(place, "forget", "--json", "--teacher", "joe@example.org").stdout)
    assert (said["forgotten"], said["spam"], said["ham"]) == (30, 0, 30)
    event = next(training(place).training.events()).id
    said = json.loads(run(place, "forget", "--json", "--event", event, "--event", "absent").stdout)
    assert (said["forgotten"], said["unknown"], said["ham"]) == (1, 1, 29)
    said = json.loads(run(place, "forget", "--json", "--source", "learn").stdout)
    assert (said["forgotten"], said["ham"]) == (29, 0)


def test_forgetting_may_leave_the_linear_model_to_the_gateway(place: Path) -> None:
    learn(place, *both(place))
    said = json.loads(run(place, "forget", "--json", "--later", mbox(place / "x", mails(SPAM, 3))).stdout)
    assert (said["forgotten"], said["behind"]) == (3, True)
    assert "behind" in run(place, "forget", "--later", mbox(place / "y", mails(HAM, 1))).stdout


def test_what_was_never_learnt_is_counted(place: Path) -> None:
    learn(place, *both(place))
    result = run(place, "forget", mbox(place / "x", [mail(900, SPAM)]))
    assert result.exit_code == 0
    assert "never learnt 1" in " ".join(result.stdout.split())


def test_forgetting_needs_a_store_and_something_to_forget(place: Path) -> None:
    assert run(place, "forget").exit_code == 2
    result = run(place, "forget", place / "spam.mbox")
    assert result.exit_code == 1
    assert "training.db: no such file" in result.stderr
