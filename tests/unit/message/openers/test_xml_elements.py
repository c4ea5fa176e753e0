import pytest

from gatekeeper.message.openers import xml_elements
from gatekeeper.message.openers.contract import LimitError
from gatekeeper.message.openers.xml_elements import elements, utf8


def names(data: bytes) -> list[str]:
    return [element.name for element in elements(data, {"a", "b"})]


def test_chosen_elements_in_order_without_namespaces():
    found = elements(b"<r xmlns:n='u'><n:a n:k='1'>x<c>y</c>z<b/></n:a></r>", {"a", "b"})
    assert [(e.name, dict(e.attributes), e.text) for e in found] == [("a", {"k": "1"}, "xyz"), ("b", {}, "")]


def test_damage_keeps_what_stands_before_it():
    assert names(b"<r><a/><b></r>") == ["a", "b"]
    assert names(b"\0\1") == []


def test_a_doctype_ends_the_reading():
    assert names(b"<!DOCTYPE r [<!ENTITY x 'y'>]><r><a/></r>") == []


def test_text_is_bounded():
    (element,) = elements(b"<a>" + b"x" * 1000 + b"&lt;" * 100_000 + b"</a>", {"a"}, 100)
    assert element.length < 20_000


def test_elements_are_bounded(monkeypatch):
    monkeypatch.setattr(xml_elements, "_MOST", 100)
    assert names(b"<r>" + b"<a/>" * 100 + b"</r>") == ["a"] * 100
    with pytest.raises(LimitError, match=r"limit\.xml"):
        names(b"<r>" + b"<a/>" * 101 + b"</r>")


def test_deep_nesting_is_no_trouble():
    assert names(b"<a>" * 100_000) == ["a"] * 100_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_any_form(encoding):
    assert utf8("<a>é</a>".encode(encoding)) == "<a>é</a>".encode()


def test_what_is_not_unicode_is_latin_1():
    assert utf8("<a>é</a>".encode("latin-1")) == "<a>é</a>".encode()
