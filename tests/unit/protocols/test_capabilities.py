import pytest

from gatekeeper.protocols.capabilities import Capabilities

ALL = Capabilities(eightbit=True, smtputf8=True, dsn=True, size=0)


def test_of_no_server_nothing_is_known():
    assert Capabilities.intersection([]) == Capabilities()


def test_of_one_server_all_holds():
    assert Capabilities.intersection([ALL]) == ALL


@pytest.mark.parametrize("name", ["eightbit", "smtputf8", "dsn"])
def test_what_one_lacks_all_lack(name):
    lacking = Capabilities(**{word: word != name for word in ("eightbit", "smtputf8", "dsn")}, size=0)
    assert Capabilities.intersection(iter([ALL, lacking, ALL])) == lacking


@pytest.mark.parametrize(
    ("sizes", "least"),
    [
        ([0], 0),
        ([0, 0], 0),
        ([5, 0], 5),
        ([0, 5], 5),
        ([7, 5, 9], 5),
        ([None], None),
        ([5, None], None),
        ([None, 0], None),
        ([0, None, 5], None),
    ],
)
def test_size_is_the_least_and_zero_is_no_limit(sizes, least):
    assert Capabilities.intersection(Capabilities(size=size) for size in sizes).size == least
