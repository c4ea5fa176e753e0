"""What a form may hold."""

import pytest

from gatekeeper.web.forms import Form, own_path


def test_fields_are_taken_and_mistakes_told_by_field() -> None:
    form = Form({"name": [" kim "], "long": ["x" * 11], "odd": ["a\x1b[31m"], "tick": ["1", "2"], "secret": [" s "]})
    assert form.text("name", "Name") == "kim"
    assert form.secret("secret", "Password") == " s "
    assert form.text("long", "Long", most=10) == ""
    assert form.text("odd", "Odd") == ""
    assert form.text("none", "None") == ""
    assert form.text("perhaps", "Perhaps", needed=False) == ""
    assert form.many("tick") == ["1", "2"]
    assert form.many("none") == []
    assert form.mistakes == {
        "long": "Long is longer than 10 characters.",
        "odd": "Odd holds what cannot be shown.",
        "none": "None is missing.",
    }


def test_one_of_several_is_one_of_them() -> None:
    form = Form({"act": ["release"], "other": ["x"]})
    assert form.chosen("act", "Act", ("release", "delete")) == "release"
    assert not form.mistakes
    assert form.chosen("other", "Act", ("release", "delete")) == ""
    assert form.chosen("none", "Act", ("release",)) == ""
    assert form.mistakes == {"other": "Act: choose one.", "none": "Act: choose one."}


@pytest.mark.parametrize("path", ["/", "/a?b=c#d", "/%2f%2fevil.example", "/a//b", "/@evil.example"])
def test_a_path_of_ours(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize("path", ["", "a", "//e", "/\\e", "https://e", "/\n/e", "/\t/e", "javascript:0", "/" * 3000])
def test_a_path_that_is_not(path: str) -> None:
    assert own_path(path) == "/"
