import pytest

from gatekeeper.tables.procmail import Recipes


def problems(text: str, **files: str) -> list[tuple[str, int, str]]:
    found = Recipes.parse(text, "rc", lambda path: files.get(path.rpartition("/")[2], ""))
    return [(p.source, p.line, p.severity) for p in found.problems]


def said(text: str) -> str:
    return " | ".join(problem.message for problem in Recipes.parse(text, "rc", lambda _: "").problems)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        (":0 K\nhit\n", 1, "'K' is no flag"),
        (":0 : a b\nhit\n", 1, "more than one lock file"),
        (":0\n* a\n\n:0\nhit\n", 1, "no action"),
        (":0", 1, "no action"),
        ("}\n", 1, "closes nothing"),
        ("\n:0\n{\n", 3, "not closed"),
        ("12 = 3\n", 1, "neither a recipe nor an assignment"),
        ("A='x\n", 1, "quote is not closed"),
        (":0\n* (x\nhit\n", 2, "( is not closed"),
        (":0\n* $ ${x\nhit\n", 2, "is no variable"),
        (":0\n| dosomething\n", 2, "cannot be a delivery"),
        (":0f\n| dosomething\n", 2, "cannot be a filter"),
        (":0\n* ? dosomething\nhit\n", 2, "cannot be a condition"),
        ("A=`dosomething`\n", 1, "cannot be a capture"),
        ("A=${B:-`dosomething`}\n", 1, "cannot be a capture"),
        (":0fw\n| spamassassin | tee x\n", 2, "needs a shell"),
        (":0fw\n| $PROGRAM\n", 2, "depends on the message"),
        (":0fw\n| bogofilter -u\n", 2, "gives no message back"),
        (":0fw\n| formail -r\n", 2, "not known here"),
        (":0fw\n| formail -x To:\n", 2, "which is no filter"),
        (":0fw\n| sed -e s/a/b/\n", 2, "sed does nothing here"),
        (":0 Wh: msgid.lock\n| formail -D 8192 msgid.cache\n", 2, "cannot be a delivery"),
        (":0\n! joe\n", 2, "no address with its domain"),
        (":0\n!\n", 2, "no address with its domain"),
        (':0\n! joe@company.example, "a b"@company.example kim\n', 2, "no address with its domain"),
        (":0\n! $MATCH\n", 2, "depends on the message"),
        (":0\n{\nX=joe@company.example\n}\n:0\n! $X\n", 6, "depends on the message"),
        (":0c\nhit\n", 1, "no copies"),
        (":0c\n{ }\n", 1, "through a block and past it"),
        (":0\nA=1\n", 2, "would be a folder"),
        ("INCLUDERC=$MATCH\n", 1, "not known before mail comes"),
        (":0\n{\n X=a\n}\nINCLUDERC=$X\n", 5, "not known before mail comes"),
    ],
)
def test_mistakes(text: str, line: int, part: str) -> None:
    assert ("rc", line, "error") in problems(text)
    assert part in said(text)


@pytest.mark.parametrize("text", ["TRAP=x\n", "DELIVERED=yes\n", ':0fw\n| formail -A "X: 1"\n'])
def test_warnings(text: str) -> None:
    assert problems(text) == [("rc", 1, "warning")]


def test_what_goes_on_behind_a_mistake_is_read() -> None:
    assert [line for _, line, _ in problems("what?\n:0 Z\nhit\nA=${B*}\n:0\n* [\nhit\n")] == [1, 2, 4, 6]


def test_included_files_are_read_with_their_own_lines() -> None:
    assert problems("A=one\nINCLUDERC=$A.rc\n", **{"one.rc": "\n}\n"}) == [("./one.rc", 2, "error")]
    assert problems("MAILDIR=/etc/x\nINCLUDERC=one.rc\n", **{"one.rc": "}\n"}) == [("/etc/x/one.rc", 1, "error")]
    assert problems("SWITCHRC=one.rc\n", **{"one.rc": ""}) == []
    assert problems("INCLUDERC=/dev/null\nINCLUDERC=\nSWITCHRC\n") == []


def test_files_that_include_each_other() -> None:
    found = Recipes.parse("INCLUDERC=a\n", "rc", lambda _: "INCLUDERC=a\n").problems
    assert ["include each other" in problem.message for problem in found] == [True]


def test_octets_and_line_ends_of_any_kind() -> None:
    text = b"\xef\xbb\xbfA=\xff\xe9\r\n:0\r\n* ^Subject: \xff\r\nhit\r\n".decode("utf-8", "surrogateescape")
    assert problems(text) == []
    assert len(Recipes.parse(text, "rc", lambda _: "").statements) == 2
