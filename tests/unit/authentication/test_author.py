import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.authentication import author
from gatekeeper.authentication.author import LONGEST, MOST, author_domains


@pytest.mark.parametrize(
    ("field", "domains"),
    [
        (b" Ann <ann@out.test>", ["out.test"]),
        (b"ann@out.test", ["out.test"]),
        (b" ann@out.test (Ann @ home)", ["out.test"]),
        (b'"ann@bank.test" <ann@out.test>', ["out.test"]),
        (b'"Ann <ceo@bank.test>" <ann@out.test>', ["out.test"]),
        (b"ann@bank.test <ann@out.test>", ["out.test"]),
        (b"Ann <ann@OUT.test.>", ["out.test"]),
        (b'"ann@bank.test"@out.test', ["out.test"]),
        (b'<"a\'b@x"@out.test>', ["out.test"]),
        (b"ann@out.test, bob@else.test", ["out.test", "else.test"]),
        (b"Ann <ann@out.test>, ann@out.test", ["out.test"]),
        (b"friends: ann@out.test, bob@else.test;", ["out.test", "else.test"]),
        (b"Ann\r\n\t<ann@out.test>", ["out.test"]),
        (b"ann @ out . test", ["out.test"]),
        (b"<ann@b\xc3\xbccher.test>", ["xn--bcher-kva.test"]),
        (b"(comment (nested) <x@y.test>) ann@out.test", ["out.test"]),
        (b'"ann@out.test"', ["out.test"]),  # no address, but some would show it as one
        (b"<ceo@bank.test> <ann@out.test>", ["bank.test", "out.test"]),
        (b"ceo@bank.test: ann@out.test;", ["bank.test", "out.test"]),
        (b"<@relay.test:ann@out.test>", ["out.test"]),
        (b"(never ends ann@out.test", []),
        (b"Ann", []),
        (b"", []),
        (b"<>", []),
        (b"ann@[192.0.2.1]", []),
        (b"ann@localhost", []),
        (b"undisclosed-recipients:;", []),
    ],
)
def test_the_domains_in_from(field, domains):
    assert list(author_domains([field])) == domains


def test_several_fields():
    assert author_domains([b"ann@out.test", b"bob@else.test"]) == ("out.test", "else.test")


def test_ten_thousand_addresses():
    field = b", ".join(b"a@d%d.test" % number for number in range(10_000))
    assert len(author_domains([field])) == MOST + 1


@pytest.mark.parametrize("fields", [[b"ann@out.test", b"x " * 4000], [b"ann@out.test," + b"x " * 4000]])
def test_that_there_is_more_than_is_read_is_told(fields):
    assert author_domains(fields) == ("out.test", "")


@pytest.mark.parametrize("odd", [b"ceo@bank.test\x01", b"<ceo@bank..test>", b"ceo@[bank.test]", b"ceo@bank\xff.test"])
def test_an_address_that_cannot_be_read_is_told_of_beside_others(odd):
    """Some reader may show it, and the other vouches for nothing of it."""
    assert author_domains([odd + b", ann@out.test"]) == ("out.test", "")
    assert author_domains([b"ann@out.test", odd]) == ("out.test", "")
    assert author_domains([odd]) == ()


def test_fields_without_end():
    assert author_domains([b"ann@out.test"] + [b""] * 8000) == ("out.test", "")
    assert author_domains([b""] * 8001) == ()


def test_what_is_not_read_costs_nothing(monkeypatch):
    read = []
    monkeypatch.setattr(author, "tokens", lambda field, separators: read.append(len(field)) or iter(()))
    author_domains([b"x" * 5000, b"x" * 900_000, b"x" * 900_000])
    assert read == [5000, LONGEST - 5000]


@given(st.binary(max_size=200))
def test_nothing_raises(field):
    author_domains([field])
