import pytest

from gatekeeper.tables import Virtusertable
from gatekeeper.values import Reply

TEXT = """\
joe@virt.test      joe.smith@own.test
info+*@virt.test   %1-%2@own.test
jim+x@virt.test    %1@own.test
gone@virt.test     error:nouser 550 User unknown
later@virt.test    error:4.2.1:450 later
@virt.test         %1%3@other.test
round@virt.test    back@turn.test
@turn.test         round@virt.test
"""
TABLE = Virtusertable.parse(TEXT, "virtusertable")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("joe@virt.test", "joe.smith@own.test"),
        ("JOE@Virt.Test.", "joe.smith@own.test"),
        ("joe+x@virt.test", "joe.smith@own.test"),
        ("info+a+b@virt.test", "info-a+b@own.test"),
        ("jim+x@virt.test", "jim+x@own.test"),
        ("Any+one@virt.test", "Any+one@other.test"),
        ("gone@virt.test", Reply(550, "5.0.0", ("User unknown",))),
        ("later@virt.test", Reply(450, "4.2.1", ("later",))),
        ("x@elsewhere.test", None),
        ("postmaster", None),
    ],
)
def test_who_an_address_stands_for(address: str, found: str | Reply | None) -> None:
    assert TABLE.problems == ()
    assert TABLE.look_up(address) == found


def test_a_circle_defers() -> None:
    found = TABLE.look_up("round@virt.test")
    assert isinstance(found, Reply)
    assert found.code == 451


def test_an_address_that_stands_for_itself_is_no_circle() -> None:
    assert Virtusertable.parse("a@x.test a@x.test\n", "v").look_up("a@x.test") is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("joe joe@own.test", "'joe' never matches here"),
        ("joe@a.test jim", "'jim' is a mailbox on this machine"),
        ("joe@a.test a@b.test, c@d.test", "'a@b.test, c@d.test' is more than one address"),
        ("joe@a.test error:", "the error has no text"),
    ],
)
def test_what_cannot_be_done_is_an_error(line: str, message: str) -> None:
    table = Virtusertable.parse(f"\n{line}\n", "v")
    assert [(p.line, p.severity) for p in table.problems] == [(2, "error")]
    assert table.problems[0].message.startswith(message)
    assert not table.values
