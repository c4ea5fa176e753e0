from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from gatekeeper.config.convert import convert, nearest, spelled


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    size: Annotated[int, Meta(ge=1)] = 5
    seconds: Annotated[float, Meta(gt=0)] = 1.5
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = ""
    on: bool = True
    mode: Literal["hop", "mta"] = "hop"
    names: list[str] = []
    score: float | None = None
    inner: Inner = Inner()
    each: dict[str, Inner] = {}
    odd: int = 1
    slug: Annotated[str, Meta(pattern="^[a-z]+$", description="small letters")] = "a"

    def __post_init__(self) -> None:
        if self.odd % 2 == 0:
            raise ValueError(f"{self.odd} is even")
        if self.name == "x" and self.mode == "mta":
            raise ValueError("x cannot be mta")


def said(values: dict[str, object]) -> list[str]:
    return [f"{spelled(c.path)}: {c.message}; {c.remedy}" for c in convert(values, Outer)[1]]


def test_a_sound_table() -> None:
    values = {"name": "n", "inner": {"seconds": 3}, "each": {"a": {"size": 2}}, "score": 4}
    converted, complaints = convert(values, Outer)
    assert complaints == []
    assert converted == Outer(name="n", inner=Inner(seconds=3.0), each={"a": Inner(size=2)}, score=4.0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"nam": "x"}, "nam: nam is unknown; did you mean name?"),
        ({"xyz": 1}, "xyz: xyz is unknown; known here: each, inner, mode, name, names, odd, on, score, slug"),
        ({"name": 3}, 'name: name is 3; write text in "quotes"'),
        ({"name": ["a"]}, 'name: name is a list; write text in "quotes"'),
        ({"slug": "A b"}, 'slug: slug is "A b"; write small letters'),
        ({"on": "yes"}, 'on: on is "yes"; write true or false'),
        ({"mode": "x"}, 'mode: mode is "x"; write one of "hop", "mta"'),
        ({"names": "a"}, 'names: names is "a"; write a list in [brackets], each element text in "quotes"'),
        ({"names": ["a", 2]}, 'names[1]: names[1] is 2; write text in "quotes"'),
        ({"score": "a"}, 'score: score is "a"; write a number'),
        ({"score": True}, "score: score is true; write a number"),
        ({"score": float("inf")}, "score: score is inf; write a finite number"),
        ({"inner": 3}, "inner: inner is a table, not a value; write [inner] and its keys below"),
        ({"inner": {"size": 0}}, "inner.size: inner.size is 0; write a whole number of at least 1"),
        ({"inner": {"size": 1.5}}, "inner.size: inner.size is 1.5; write a whole number of at least 1"),
        ({"inner": {"seconds": 0}}, "inner.seconds: inner.seconds is 0; write a number greater than 0"),
        ({"inner": {"share": 2}}, "inner.share: inner.share is 2; write a number of at least 0 and of at most 1"),
        ({"inner": {"seconds": float("nan")}}, "inner.seconds: inner.seconds is nan; write a finite number"),
        ({"each": {"a.b": {"siez": 1}}}, 'each."a.b".siez: each."a.b".siez is unknown; did you mean size?'),
        ({"each": {"a": 1}}, "each.a: each.a is a table, not a value; write [each.a] and its keys below"),
        ({"each": 1}, "each: each is 1; write a table"),
        ({"odd": 4}, "odd: 4 is even; "),
        ({"odd": 2**70}, f"odd: odd is too large a number; write at most {2**63 - 1}"),
    ],
)
def test_a_mistake_says_what_is_and_what_should_be(values: dict[str, object], expected: str) -> None:
    assert said(values) == [expected]


def test_what_only_holds_together_is_said_of_the_table() -> None:
    assert said({"name": "x", "mode": "mta"}) == [": x cannot be mta; "]


def test_all_mistakes_are_named_and_the_rest_is_converted() -> None:
    values: dict[str, object] = {
        "nam": 1,
        "name": "kept",
        "on": 3,
        "names": ["a", 1, "b", 2],
        "inner": {"size": 0, "seconds": 2},
        "each": {"good": {"size": 7}, "bad": {"size": "x"}},
    }
    converted, complaints = convert(values, Outer, ("top",))
    assert [complaint.path for complaint in complaints] == [
        ("top", "nam"),
        ("top", "on"),
        ("top", "names", 1),
        ("top", "names", 3),
        ("top", "inner", "size"),
        ("top", "each", "bad", "size"),
    ]
    assert converted == Outer(name="kept", inner=Inner(seconds=2.0), each={"good": Inner(size=7), "bad": Inner()})


def test_names() -> None:
    assert spelled(("a", "b c", 3, "d")) == 'a."b c"[3].d'
    assert spelled(("", "ä")) == '""."ä"'
    assert nearest("lisen", ["listen", "key"]) == "did you mean listen?"
