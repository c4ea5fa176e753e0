import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.config.locate import Path, lines_of

TEXT = '''\
# top
a = 1
b.c = """x
[nope]
q = 1""\\"""""
[smtp]  # [x]
listen = [ # c = 1
  "a]b", '#',

  "c", 3 ]
[domains."example.org".x]
k = { m = "}", n = [1, 2], o."p.q" = 1 }
lit = \'\'\'
z = 2\'\'\'
[[hop]]
v = 1
[[hop]]
v = 2
[hop.sub]
w = 3
"quoted key" = 4
escaped = ["a\\"] # ",
5]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("b", "c"), 3),
        (("smtp",), 6),
        (("smtp", "listen"), 7),
        (("smtp", "listen", 0), 8),
        (("smtp", "listen", 1), 8),
        (("smtp", "listen", 2), 10),
        (("domains", "example.org", "x"), 11),
        (("domains", "example.org", "x", "k", "n", 1), 12),
        (("domains", "example.org", "x", "k", "o", "p.q"), 12),
        (("domains", "example.org", "x", "lit"), 13),
        (("hop", 0, "v"), 16),
        (("hop", 1), 17),
        (("hop", 1, "v"), 18),
        (("hop", 1, "sub", "w"), 20),
        (("hop", 1, "sub", "quoted key"), 21),
        (("hop", 1, "sub", "escaped", 0), 22),
        (("hop", 1, "sub", "escaped", 1), 23),
    ],
)
def test_where_a_key_stands(path: Path, line: int) -> None:
    assert lines_of(TEXT)[path] == line


def test_text_in_strings_and_comments_is_no_key() -> None:
    names = {part for path in lines_of(TEXT) for part in path}
    assert names.isdisjoint({"nope", "q", "z", "x]"})


def test_windows_line_ends() -> None:
    assert lines_of("[a]\r\nb = 1\r\nc = [\r\n1]\r\n")[("a", "c", 0)] == 4


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Every key and element of a parsed text."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*path, key)
            yield from paths(below, (*path, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield (*path, number)
            yield from paths(below, (*path, number))


def test_no_key_is_missed_and_none_is_made_up() -> None:
    parsed = set(paths(tomllib.loads(TEXT)))
    found = set(lines_of(TEXT))
    assert {path for path in parsed if path not in found} <= {("domains",), ("domains", "example.org"), ("hop",)}
    assert found <= parsed


keys = st.sampled_from(["a", "b-c", '"d.e"', "'f g'", "h.i", '"j"."k l"'])
values = st.sampled_from(
    [
        "1",
        "true",
        '"x"',
        "'y # z'",
        "[1, 2]",
        "[\n'p',\n# c\n\"q]\"\n]",
        '"""m\nn = 1\n"""',
        '{r = 1, s = ["t"]}',
        "1.5e3",
    ]
)
lines = st.one_of(
    st.builds("{} = {}".format, keys, values),
    st.builds("[{}]".format, keys),
    st.builds("[[{}]]".format, keys),
    st.just("# comment = 1"),
    st.just(""),
)


@given(st.lists(lines, max_size=8).map("\n".join))
def test_it_finds_in_any_toml_what_tomllib_finds(text: str) -> None:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = lines_of(text)
    assert set(found) <= set(paths(parsed))
    last = text.count("\n") + 1
    for path in paths(parsed):
        if path not in found:  # a table that is only named on the way to another
            assert any(longer[: len(path)] == path for longer in found)
    assert all(1 <= line <= last for line in found.values())


@given(st.text(alphabet="[]{}=.,\"'\\#ab \n", max_size=60))
def test_what_is_not_toml_does_no_harm(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of(text).values())


def test_a_long_text_is_walked_once() -> None:
    text = "".join(f"k{number} = [1, 2, 'x']\n" for number in range(20_000))
    assert lines_of(text)[("k19999", 2)] == 20_000
