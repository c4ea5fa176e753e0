import pytest

from gatekeeper.tables.reply import error_reply
from gatekeeper.tables.text import Reader
from gatekeeper.values import Problem, Reply


def read(value: str, *, keywords: bool = False) -> tuple[Reply | None, list[Problem]]:
    reader = Reader("map")
    return error_reply(value, reader, keywords=keywords), reader.problems


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        ("5.1.1:550 User unknown", Reply(550, "5.1.1", ("User unknown",))),
        ("550 User unknown", Reply(550, "5.0.0", ("User unknown",))),
        ("451 later", Reply(451, "4.0.0", ("later",))),
        ("4.2.1:450 later", Reply(450, "4.2.1", ("later",))),
        ('5.7.1:"550 quoted text"', Reply(550, "5.7.1", ("quoted text",))),
        ('"550 quoted text"', Reply(550, "5.0.0", ("quoted text",))),
        ("550 5.7.9 status in the text", Reply(550, "5.7.9", ("status in the text",))),
        ("5.1.1:550 5.7.9 the one in the text wins", Reply(550, "5.7.9", ("the one in the text wins",))),
        ("D.S.N:550 a placeholder", Reply(550, "5.0.0", ("a placeholder",))),
        ("421 bye", Reply(421, "4.0.0", ("bye",))),
        ("550", Reply(550, "5.0.0", ("",))),
    ],
)
def test_what_sendmail_makes_of_it(value: str, reply: Reply) -> None:
    assert read(value) == (reply, [])


def test_a_keyword_is_taken_off_in_a_mailertable_only() -> None:
    assert read("nohost:550 5.1.2 gone", keywords=True)[0] == Reply(550, "5.1.2", ("gone",))
    assert read("nohost:550 gone")[0] == Reply(553, "5.3.0", ("nohost:550 gone",))


@pytest.mark.parametrize(
    "value", ["go away", "4.7.1:come back later", "5.7.1:no code", "55 x", "5500 x", "\u0665\u0665\u0660 x"]
)
def test_without_a_code_it_is_permanent_and_warned_of(value: str) -> None:
    reply, problems = read(value)
    assert reply is not None
    assert (reply.code, reply.status) == (553, "5.3.0")
    assert problems[0].severity == "warning"
    assert "no SMTP code" in problems[0].message


@pytest.mark.parametrize("value", ["250 all is well", "5.7.1:200 fine", "354 go on", "999 what"])
def test_a_code_that_is_no_error_is_one_of_the_operator(value: str) -> None:
    reply, problems = read(value)
    assert reply is not None
    assert reply.permanent
    assert reply.code == 553
    assert [problem.severity for problem in problems] == ["error"]


@pytest.mark.parametrize("value", ["", "  ", "5.1.1:", '""', '5.1.1:""'])
def test_an_error_without_text_is_none(value: str) -> None:
    reply, problems = read(value)
    assert reply is None
    assert [problem.severity for problem in problems] == ["error"]


def test_code_and_status_that_contradict_each_other_are_warned_of() -> None:
    reply, problems = read("5.7.1:450 which one?")
    assert reply == Reply(450, "5.7.1", ("which one?",))
    assert "450 and 5.7.1 contradict" in problems[0].message


@pytest.mark.parametrize("value", ["550 caf\u00e9", "550 a\x07b", "550 " + "x" * 5000])
def test_a_reply_is_short_printable_ascii(value: str) -> None:
    reply, _ = read(value)
    assert reply is not None
    assert all(" " <= character <= "~" for character in reply.text)
    assert len(f"{reply}\r\n") <= 512
