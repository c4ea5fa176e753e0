"""What rule files set that is no rule."""

import pytest

from gatekeeper.spamassassin.options import AddressList, Options


@pytest.mark.parametrize(
    ("glob", "address", "taken"),
    [
        ("*@example.org", "Anybody@Example.ORG", True),
        ("*@example.org", "anybody@example.org.test", False),
        ("a?c@example.org", "abc@example.org", True),
        ("a?c@example.org", "ac@example.org", False),
        ("a.c@example.org", "abc@example.org", False),
        ("a**c@example.org", "ac@example.org", True),
        ("(x)@example.org", "(x)@example.org", True),
    ],
)
def test_a_glob_takes_whole_addresses_whatever_their_case(glob: str, address: str, taken: bool) -> None:
    assert (address in AddressList({glob: ()})) is taken


def test_an_empty_list_takes_nobody() -> None:
    assert "a@example.org" not in AddressList()
    assert not Options().addresses("welcomelist_from")


def test_all_globs_that_take_an_address_are_told_with_their_domains() -> None:
    known = AddressList({"*@example.org": ("example.net",), "a@*": ("one.test", "two.test"), "b@*": ()})
    assert dict(known.matching("a@example.org")) == {"*@example.org": ("example.net",), "a@*": ("one.test", "two.test")}


def test_lines_are_read_as_what_they_are_wanted_for() -> None:
    options = Options({"freemail_domains": ("a.test b.test", "c.test"), "maximum": ("3", "4.5"), "on": ("no", "Yes")})
    assert options.words("freemail_domains") == ("a.test", "b.test", "c.test")
    assert options.number("maximum", 0) == 4.5
    assert options.flag("on", False)


@pytest.mark.parametrize("text", ["", "many", "maybe"])
def test_what_cannot_be_read_is_the_default(text: str) -> None:
    options = Options({"it": (text,)})
    assert options.number("it", 7) == 7
    assert options.flag("it", True)
    assert options.words("nothing") == ()
