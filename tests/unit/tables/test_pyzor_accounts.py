import pytest

from gatekeeper.protocols.pyzor import ANONYMOUS, Account
from gatekeeper.tables import PyzorAccounts

TEXT = """# as Pyzor's own tools write it
Pyzor.Example.net : 24441 : joe : 0123,4567ABcd
2001:db8::1:24441:ann:,aa
"""


def test_an_account_is_for_one_host_and_port() -> None:
    accounts = PyzorAccounts.parse(TEXT, "accounts")
    assert accounts.problems == ()
    assert accounts.at("pyzor.example.NET", 24441) == Account("joe", "4567ABcd")
    assert accounts.at("2001:db8::1", 24441) == Account("ann", "aa")
    assert accounts.at("pyzor.example.net", 24442) == ANONYMOUS


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "host:24441:joe",
        "host:port:joe:1,2",
        "host:1:joe:12",
        "host:1:joe:1,xyz",
        "host:1::1,2",
        ":1:joe:1,2",
    ],
)
def test_a_bad_line_is_told_without_its_key(line: str) -> None:
    (problem,) = PyzorAccounts.parse(f"# first\n{line}\n", "accounts").problems
    assert (problem.source, problem.line, problem.severity) == ("accounts", 2, "error")
    assert "xyz" not in str(problem)


def test_keys_are_not_shown() -> None:
    assert "4567" not in repr(PyzorAccounts.parse(TEXT, "accounts"))
