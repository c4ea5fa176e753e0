import pytest

from gatekeeper.tables.address import parents, split


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("Joe@Example.ORG", ("joe", "example.org")),
        ("joe@example.org.", ("joe", "example.org")),
        ('"joe smith"@x', ("joe smith", "x")),
        (r'"j\oe"@x', ("joe", "x")),
        (r'"a\\b"@x', (r"a\b", "x")),
        ('"a@b"@x', ("a@b", "x")),
        ("@a,@b:joe@x", ("joe", "x")),
        ("joe", ("joe", "")),
        ("@x", ("", "x")),
        ("", ("", "")),
        ("@a,@b", ("@a,", "b")),
    ],
)
def test_split(address: str, parts: tuple[str, str]) -> None:
    assert split(address) == parts


def test_parents() -> None:
    assert parents("a.b.c") == ["a.b.c", "b.c", "c"]
    assert parents("c") == ["c"]
    assert parents("") == []
    assert parents("a." * 128) == []
