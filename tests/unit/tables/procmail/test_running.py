import pytest

from gatekeeper.tables.matcher import Budget
from gatekeeper.tables.procmail import Call, Deed, Outcome, Ran, Recipes, run
from gatekeeper.tables.procmail.letter import letter

MAIL = b"From a@b.example  Thu Jan  1 00:00:00 1970\nSubject: hello\n\nbody\n"


def outcome(text: str, message: bytes = MAIL, ran: Ran | None = None, **files: str) -> Outcome:
    def execute(call: Call, data: bytes):
        calls.append((call, data))
        return ran
        yield

    recipes = Recipes.parse(text, "rc", lambda path: files[path.rpartition("/")[2]])
    with pytest.raises(StopIteration) as end:
        next(run(recipes.statements, letter(message), {"HOST": "mx", "DEFAULT": "box"}, execute, Budget(5)))
    return end.value.value


calls: list[tuple[Call, bytes]] = []


def name(text: str, message: bytes = MAIL, ran: Ran | None = None, **files: str) -> str:
    return outcome(text, message, ran, **files).delivery.name


def test_another_file_is_a_part_of_this_one() -> None:
    assert name("INCLUDERC=a\n:0\n$X\n", a="X=inner\n") == "inner"
    assert name("INCLUDERC=a\n:0\nouter\n", a=":0\ninner\n") == "inner"
    assert name(":0\n* ^Nothing:\n{ INCLUDERC=a }\n:0\nouter\n", a=":0\ninner\n") == "outer"


def test_another_file_takes_the_place_of_this_one() -> None:
    assert name("SWITCHRC=a\n:0\nouter\n", a="X=1\n") == "box"
    assert name(":0\n{ SWITCHRC=a }\n:0\nouter\n", a=":0\ninner\n") == "inner"
    assert name("INCLUDERC=a\n:0\nouter\n", a="SWITCHRC\n:0\ninner\n") == "outer"


def test_where_it_stood_is_told() -> None:
    assert str(outcome("INCLUDERC=a\n", a="\n:0\ninner\n").delivery.place) == "./a line 2"
    assert outcome("").delivery.place is None


def test_a_line_that_becomes_too_long_fails() -> None:
    long = MAIL.replace(b"hello", b"x" * 3000)
    assert name(":0\n* ^Subject: \\/.*\n* $ $MATCH\nhit\n", long) == "box"
    assert name(':0\n* ^Subject: \\/.*\n"$MATCH"\n:0e\nfailed\n', long) == "failed"
    assert name("LINEBUF=4096\n:0\n* ^Subject: \\/.*\n* $ $MATCH\nhit\n", long) == "hit"


def test_a_program_that_could_not_be_run_changes_nothing() -> None:
    assert name(":0fw\n| spamc\n:0e\nfailed\n") == "failed"
    assert name(":0f\n| spamc\n:0\n* ^Subject: hello\nhit\n") == "hit"
    assert name(":0\n* ? spamc -c\nhit\n") == "box"
    assert name("X=`formail -xTo:`\n:0\nn$X\n") == "n"


def test_what_a_program_is_given() -> None:
    for flags, data in (("", MAIL), ("h", MAIL[: MAIL.index(b"body")]), ("b", b"body\n"), ("hb", MAIL)):
        calls.clear()
        name(f":0f{flags}\n| spamc -s 100 'a b' $X\n")
        ((call, given),) = calls
        assert (call.words, call.filtering, given) == (("spamc", "-s", "100", "a b"), True, data)


def test_what_it_gives_back_is_the_message() -> None:
    assert name(":0f\n| spamc\n:0\n* ^New:\n* B ?? ^other\nhit\n", ran=Ran(0, b"New: 1\n\nother\n")) == "hit"
    assert name(":0fh\n| spamc\n:0\n* ^New:\n* B ?? ^body\nhit\n", ran=Ran(0, b"New: 1\n\n")) == "hit"
    assert name(":0fb\n| spamc\n:0\n* ^Subject:\n* B ?? ^other\nhit\n", ran=Ran(0, b"other\n")) == "hit"
    assert name(":0fw\n| spamc\n:0\n* ^Subject:\nhit\n", ran=Ran(1, b"New: 1\n\n")) == "hit"


def test_copies_are_told_before_what_comes_last() -> None:
    found = outcome(":0c\n! a@b.example\n:0\n/dev/null\n")
    assert [(copy.deed, copy.name) for copy in found.copies] == [(Deed.FORWARDED, "a@b.example")]
    assert found.delivery.deed is Deed.DISCARDED


def test_work_grows_with_the_message_alone() -> None:
    long = MAIL + b"a" * 300_000 + b"\n"
    assert name(":0B\n* (a+)+x\nhit\n:0B\n* 1^0 (a|a)*q\nhit\n:0B\n* ((a*)*)*\\/x\nhit\n", long) == "box"
