"""Who was written to is known, to whom wrote and a little to their colleagues; a stranger cannot make itself known."""

from gatekeeper.stores.history import Letter, Named
from gatekeeper.values import Acquainted, Known

from .conftest import DAY, Past

ANN = "ann@firm.test"
KIM, LEE, FAR = "kim@example.org", "lee@example.org", "far@elsewhere.org"


def known(past: Past, *recipients: str, author: str = ANN, name: str = "", answers: tuple[str, ...] = ()) -> Acquainted:
    found = past.ask(Known(author, name, recipients or (KIM,), "", answers))
    assert isinstance(found, Acquainted)
    return found


def wrote(past: Past, *theirs: str, ours: str = KIM, message_id: str = "") -> None:
    past.note(Letter(ours, theirs or (ANN,), message_id, past.now))


def test_a_stranger_is_not_known(past: Past) -> None:
    assert known(past) == Acquainted()


def test_whom_one_wrote_to_is_known_to_one_and_through_one_to_colleagues(past: Past) -> None:
    wrote(past)
    past.now += 5
    wrote(past, ANN, "bob@other.test")
    assert known(past) == Acquainted(2, 2, past.now)
    assert known(past, LEE) == Acquainted(0, 2, past.now)
    assert known(past, FAR) == Acquainted()
    assert known(past, author="bob@firm.test") == Acquainted()


def test_several_recipients_are_as_acquainted_as_the_least(past: Past) -> None:
    wrote(past)
    assert known(past, KIM, LEE) == Acquainted(0, 1, past.now)
    assert known(past, KIM, FAR) == Acquainted()


def test_an_answer_to_a_letter_is_known_from_whoever_in_that_organisation(past: Past) -> None:
    wrote(past, "info@firm.test", message_id="5e1f")
    assert known(past, answers=("0000", "5e1f"), author="bob@mail.firm.test") == Acquainted(
        answered=True, answered_colleague=True
    )
    assert known(past, LEE, answers=("5e1f",), author="bob@firm.test") == Acquainted(answered_colleague=True)
    assert known(past, answers=("5e1f",), author="bob@evil.test") == Acquainted(), "it was not sent there"
    assert known(past, answers=("0000",), author="bob@firm.test") == Acquainted()


def test_letters_and_correspondents_are_forgotten_in_time(past: Past) -> None:
    wrote(past, message_id="5e1f")
    past.now += 91 * DAY
    assert past.history.prune() == 1
    assert known(past).written == 1
    past.now += 310 * DAY
    assert past.history.prune() == 1
    assert known(past) == Acquainted()


def named(past: Past, address: str, times: int = 1, *, inside: bool = False, name: str = "doe jane") -> None:
    past.note(*(Named(name, address, inside, past.now) for _ in range(times)))


def test_the_name_of_a_colleague_is_not_for_others(past: Past) -> None:
    named(past, "jane@example.org", inside=True)
    assert known(past, name="doe jane", author="x@evil.test").bearers == ("jane@example.org",)
    assert known(past, name="doe jane", author="jane@example.org").bearers == ()
    assert known(past, name="doe john", author="x@evil.test").bearers == ()
    assert known(past, author="x@evil.test").bearers == ()


def test_the_name_of_a_correspondent_is_when_they_have_written_often(past: Past) -> None:
    named(past, "jane@firm.test", 2)
    assert known(past, name="doe jane", author="x@evil.test").bearers == ()
    named(past, "jane@firm.test")
    assert known(past, name="doe jane", author="x@evil.test").bearers == ("jane@firm.test",)


def test_who_is_known_may_be_called_as_they_like(past: Past) -> None:
    named(past, "jane@example.org", inside=True)
    wrote(past, "x@other.test")
    assert known(past, name="doe jane", author="x@other.test").bearers == ()


def test_nobody_has_names_without_end_and_no_name_has_bearers_without_end(past: Past) -> None:
    for number in range(10):
        named(past, "jane@firm.test", 3, name=f"doe jane {number}")
    assert len(past.history.about("jane@firm.test").names) == 5
    for number in range(40):
        named(past, f"jane{number}@firm.test", 3)
    assert len(known(past, name="doe jane", author="x@evil.test").bearers) == 20


def test_bytes_that_were_no_text_are_remembered_as_what_can_be_written(past: Past) -> None:
    odd = "\udcff@firm.test"
    wrote(past, odd, ours="k\udcffm@example.org")
    assert known(past, "k\udcffm@example.org", author=odd).written == 1
