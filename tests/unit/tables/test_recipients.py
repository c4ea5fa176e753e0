import pytest

from gatekeeper.tables import RecipientList

TEXT = """\
# who is here
joe@example.org
Jim@Example.ORG   x
sales
@all.example
o'brien@example.org
"""


@pytest.fixture
def people() -> RecipientList:
    return RecipientList.parse(TEXT, "recipients")


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("joe@example.org", "joe@example.org"),
        ("JOE@EXAMPLE.org", "joe@example.org"),
        ('"joe"@example.org', "joe@example.org"),
        ("jim@example.org", "jim@example.org"),
        ("sales@example.org", "sales@example.org"),
        ("sales@elsewhere.example", "sales@elsewhere.example"),
        ("anybody@all.example", "anybody@all.example"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("x@example.org", None),
        ("joe@all.example.org", None),
        ("joe@sub.example.org", None),
        ("joe+news@example.org", None),
        ("@example.org", None),
        ("@all.example", None),
        ("", None),
        ("x", None),
    ],
)
def test_who_owns_an_address(people: RecipientList, address: str, owner: str | None) -> None:
    assert people.owner(address) == owner
    assert (address in people) is (owner is not None)


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("joe+news@example.org", "joe@example.org"),
        ("joe+a+b@example.org", "joe@example.org"),
        ("joe+@example.org", "joe@example.org"),
        ("sales+x@example.org", "sales@example.org"),
        ("lists+own@example.org", "lists+own@example.org"),
        ("+joe@example.org", None),
        ("nobody+joe@example.org", None),
    ],
)
def test_with_a_delimiter_details_belong_to_the_mailbox(address: str, owner: str | None) -> None:
    assert RecipientList.parse(TEXT + "lists+own@example.org\n", "r", delimiter="+").owner(address) == owner


def test_what_is_not_a_string_is_nobody(people: RecipientList) -> None:
    assert None not in people


@pytest.mark.parametrize("line", ["@", "a@b@c", "joe@", "joe@example.org\u00a0", " indented@example.org"])
def test_a_bad_line_is_named(line: str) -> None:
    people = RecipientList.parse(f"fine\n{line}\n", "r")
    assert [(problem.line, problem.severity) for problem in people.problems] == [(2, "error")]
    assert people.keys == {"fine"}
