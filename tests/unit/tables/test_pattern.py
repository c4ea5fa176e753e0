import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.tables.pattern import Pattern, PatternError, glob


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\.exe$", "SETUP.EXE"),
        (r"^inv", "Invoice"),
        (r"^a.b$", "a\nb"),
        (r"^.$", "é"),
        (r"^ü\.txt$", "Ü.txt"),
        (r"\xe9", "É"),
        (r"\s{10,}", "a" + " " * 10 + ".exe"),
        (r"\{[a-hA-H0-9-]{25,}\}", "x.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}"),
        (r"\?", "a\ud800"),
    ],
)
def test_it_is_found_anywhere_and_case_never_counts(pattern, text):
    assert Pattern(pattern).search(text)


@pytest.mark.parametrize(("pattern", "text"), [(r"\.exe$", "a.exe.txt"), ("^a$", "a\n"), ("b", "a")])
def test_what_is_not_there_is_not_found(pattern, text):
    assert not Pattern(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "place", "remedy"),
    [
        ("a(?=b)", 2, "two rules"),
        ("a(?!b)", 2, "two rules"),
        ("(?<!a)b", 1, "two rules"),
        (r"(a)b\1c", 5, "spell the cases out"),
        ("ab++", 3, "leave the second + out"),
        ("x(?#note)", 2, "line of its own"),
        ("(?>a)", 1, "write (?:"),
        (r"a\Z", 2, "write \\z"),
        ("ab[c", 3, "wiki/Syntax"),
    ],
)
def test_what_re2_does_not_take_is_refused_with_its_place_and_a_remedy(pattern, place, remedy):
    with pytest.raises(PatternError, match=rf"at letter {place}$") as refused:
        Pattern(pattern)
    assert remedy in refused.value.remedy


@pytest.mark.parametrize("pattern", [r"\p{L}{1000}", "(a{1000}){1000}", "a" * 1001])
def test_what_would_take_much_memory_is_refused(pattern):
    with pytest.raises(PatternError):
        Pattern(pattern)


def test_a_pattern_that_kills_other_engines_is_linear():
    assert not Pattern("^(a+)+$").search("a" * 100_000 + "b")


@pytest.mark.parametrize(
    ("text", "found"), [("a.zip.zip", True), ("a.zip.ZIP", True), ("a.zip.exe", False), (".zip", False), ("", False)]
)
def test_the_one_back_reference_of_mailscanners_own_file_is_taken(text, found):
    assert Pattern(r"(\.[a-z0-9]{3})\1$").search(text) is found


@pytest.mark.parametrize(("text", "found"), [("xx", True), ("aabaab", True), ("ab", False)])
def test_a_group_of_any_length_may_stand_twice(text, found):
    assert Pattern(r"([a-z]+)\1$").search(text) is found


@pytest.mark.parametrize(
    ("pattern", "replacement", "name", "new"),
    [
        (r"\.pps$", ".ppt", "Über.PPS", "Über.ppt"),
        (r"^(.*)\.(exe)$", "$1-$2.txt", "a.exe", "a-exe.txt"),
        ("x", "$2y$", "axbx", "a$2y$bx"),
        ("(b)?c", "$1", "ac", "a"),
        ("z", "y", "abc", "abc"),
    ],
)
def test_the_first_match_is_replaced(pattern, replacement, name, new):
    assert Pattern(pattern).replaced(name, replacement) == new


@pytest.mark.parametrize(
    ("text", "name", "fits"),
    [
        ("invoice*.zip", "INVOICE-1.zip", True),
        ("invoice*.zip", "my invoice.zip", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("[a]", "[a]", True),
        ("audio/*", "audio/x-wav", True),
    ],
)
def test_a_glob_is_about_the_whole_text(text, name, fits):
    assert glob(text).search(name) is fits


@given(st.text())
def test_no_text_is_too_odd_to_be_searched(text):
    assert Pattern("").search(text)
    assert glob("*").search(text)
    assert isinstance(Pattern(".").replaced(text, "$1"), str)


def test_patterns_are_equal_by_their_text():
    assert Pattern("a") == Pattern("a") != Pattern("b")
    assert len({Pattern("a"), Pattern("a")}) == 1
