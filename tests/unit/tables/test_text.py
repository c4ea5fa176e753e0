import pytest

from gatekeeper.tables.text import Reader, Row


def rows(text: str) -> tuple[list[Row], list[str]]:
    reader = Reader("map")
    return list(reader.rows(text)), [str(problem) for problem in reader.problems]


def test_a_key_ends_at_white_space_and_the_rest_is_the_value() -> None:
    found, problems = rows("a.org REJECT\nb.org\tERROR:550 two  words \t\nc.org \t x\n")
    assert found == [Row(1, "a.org", "REJECT"), Row(2, "b.org", "ERROR:550 two  words"), Row(3, "c.org", "x")]
    assert problems == []


def test_keys_are_folded_and_values_are_not() -> None:
    assert rows("Connect:MX.Example.ORG OK")[0] == [Row(1, "connect:mx.example.org", "OK")]


def test_comments_and_blank_lines_count_as_lines() -> None:
    assert rows("# one\n\n   \t\n  # indented\na b\n")[0] == [Row(5, "a", "b")]


@pytest.mark.parametrize("text", ["\ufeffa b", "a b\r\n", "a b", "\ufeff# c\r\na b\r\n\r\n"])
def test_windows_files_are_read(text: str) -> None:
    found, problems = rows(text)
    assert [(row.key, row.value) for row in found] == [("a", "b")]
    assert problems == []


def test_only_a_line_feed_ends_a_line() -> None:
    found, problems = rows("a b\u2028c d\n")
    assert found == []
    assert problems == ["map:1: error: the line holds the invisible character U+2028; delete it"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lonely", "no value for 'lonely'"),
        (" a.org REJECT", "begins with white space"),
        ("a.org RE\udce9JECT", "not valid UTF-8"),
        ("a.org\0 REJECT", "invisible character U+0000"),
        ("a.org\u00a0REJECT x", "invisible character U+00A0"),
        ("a\u200b.org REJECT", "invisible character U+200B"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_next_is_read(line: str, said: str) -> None:
    found, problems = rows(f"first x\n{line}\nnext y\n")
    assert [row.key for row in found] == ["first", "next"]
    assert len(problems) == 1
    assert problems[0].startswith("map:2: error: ")
    assert said in problems[0]


def test_of_two_equal_keys_the_first_holds() -> None:
    found, problems = rows("a one\nb x\nA two\n")
    assert [row.value for row in found] == ["one", "x"]
    assert problems == ["map:3: error: 'a' stands in line 1 already; keep one of the two; the first is used"]


def test_a_comment_behind_a_value_is_warned_of() -> None:
    found, problems = rows("a.org OK # our partner\n")
    assert found == [Row(1, "a.org", "OK # our partner")]
    assert problems == [
        "map:1: warning: the text from # on belongs to the value; give a comment a line of its own",
    ]


def test_umlauts_are_characters_like_others() -> None:
    assert rows("müller.example OK")[0] == [Row(1, "müller.example", "OK")]
