import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.protocols.dns_name import dns_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mail.Example.ORG", "mail.example.org"),
        ("mail.example.org.", "mail.example.org"),
        ("localhost", "localhost"),
        ("_dmarc.example.org", "_dmarc.example.org"),
        ("my_pc.example.org", "my_pc.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        (".".join(["a" * 61] * 4) + ".exam", ".".join(["a" * 61] * 4) + ".exam"),
    ],
)
def test_a_name_as_it_is_asked_about(text: str, name: str) -> None:
    assert dns_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..example",
        ".example",
        "example..",
        "a" * 64 + ".example",
        ".".join(["a" * 61] * 4) + ".exampl",
        "ü" * 64 + ".example",
        "-a.example",
        "a-.example",
        "a b.example",
        "a\\009b.example",
        "a\0.example",
        "192.0.2.1",
        "[192.0.2.1]",
        "2001:db8::1",
        "a/b.example",
        "\udcff.example",
        "ü..example",
        "x." * 50_000,
        "ü" * 100_000,
    ],
)
def test_what_is_no_name_is_nothing(text: str) -> None:
    assert dns_name(text) == ""


@given(st.text(max_size=300))
def test_it_takes_anything_and_what_it_gives_it_takes_again(text: str) -> None:
    name = dns_name(text)
    assert len(name) <= 253
    assert name == dns_name(name)
    assert all(len(label) <= 63 for label in name.split("."))
