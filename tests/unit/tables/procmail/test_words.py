import pytest

from gatekeeper.tables.procmail.source import Source
from gatekeeper.tables.procmail.words import Break, Command, Mode, Pieces, Variable, WordsError, read_words


def pieces(text: str, mode: Mode = Mode.SPLIT, quoted: bool = False) -> Pieces:
    return read_words(Source(text), mode, quoted=quoted)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b", ("a", Break.BLANK, "b")),
        ("  a  \t b  ", ("a", Break.BLANK, "b", Break.BLANK)),
        ("'a b' \"c d\"", ("a b", Break.BLANK, "c d")),
        ('""', ("",)),
        ("a\\ b", ("a b",)),
        ("a\\\nb", ("ab",)),
        ("a#b #c\nd", ("a#b", Break.BLANK)),
        ("$A", (Variable("A"),)),
        ('"$A"', ("", Variable("A", whole=True), "")),
        ("'$A'", ("$A",)),
        ("\\$A", ("$A",)),
        ("$A.b", (Variable("A"), ".b")),
        ("${A}b", (Variable("A"), "b")),
        ("${A:-x}", (Variable("A", ":-", ("x",)),)),
        ("${A-$B}", (Variable("A", "-", (Variable("B"),)),)),
        ("${A:+${B}}", (Variable("A", ":+", (Variable("B"),)),)),
        ("$\\A", ("()", Variable("A", whole=True, literal=True))),
        ("$ a", ("$", Break.BLANK, "a")),
        ("a$", ("a$",)),
        ("$=$?", (Variable("=", whole=True), Variable("?", whole=True))),
        ("`a b`", (Command("a b"),)),
        ("`a \\`b\\` \\c`", (Command("a `b` \\c"),)),
        ("a}b", ("a}b",)),
    ],
)
def test_words(text: str, found: Pieces) -> None:
    assert pieces(text) == found


def test_a_value_ends_at_a_blank() -> None:
    source = Source("a$B c")
    assert read_words(source, Mode.VALUE) == ("a", Variable("B", whole=True))
    assert source.rest() == "c"


def test_behind_a_quote_blanks_are_kept() -> None:
    assert pieces("a  b $C", Mode.WHOLE, quoted=True) == ("a  b ", Variable("C", whole=True))


@pytest.mark.parametrize("text", ['"a', "'a", "${A", "${A:x}", "${}", "${1x}", "`a", '"$@"', "a\\"])
def test_what_lacks_something(text: str) -> None:
    with pytest.raises(WordsError) as error:
        pieces(text)
    assert error.value.remedy


def test_braces_without_end_are_an_error_and_no_more() -> None:
    with pytest.raises(WordsError, match="hundreds"):
        pieces("${A:-" * 3000)


def test_lines_are_counted() -> None:
    source = Source("a\n\nb")
    assert (source.rest(), source.line, source.rest(), source.line) == ("a", 2, "", 3)
