from gatekeeper.tables.procmail import Recipes
from gatekeeper.tables.procmail.abilities import forwards, unable


def read(text: str) -> Recipes:
    return Recipes.parse(text, "rc", lambda _: ":0\n! inner@company.example\n")


def test_every_address_is_told_with_its_place() -> None:
    text = "X=one@company.example\n:0\n! $X, two@company.example\n:0\n{\n:0c\n! three@company.example\n}\nINCLUDERC=a\n"
    assert [(str(place), address.partition("@")[0]) for place, address in forwards(read(text).statements)] == [
        ("rc line 2", "one"),
        ("rc line 2", "two"),
        ("rc line 6", "three"),
        ("./a line 1", "inner"),
    ]


def test_what_is_done_is_not_told() -> None:
    text = ":0\nhit\n:0c\n/dev/null\n:0c\n! a@company.example\n:0fw\n| spamc\n:0\n{ X=1 }\n"
    assert list(unable(read(text).statements)) == []


def test_blocks_and_included_files_are_looked_into() -> None:
    assert [p.line for p in unable(read(":0\n{\n:0\n{\n:0c\nhit\n}\n}\n").statements)] == [5]
