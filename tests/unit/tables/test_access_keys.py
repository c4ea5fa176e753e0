import pytest

from gatekeeper.tables.access_keys import address_keys, mailbox_keys, name_keys


def test_a_name_and_those_above_it() -> None:
    assert list(name_keys("a.b.test")) == [("a.b.test", True), ("b.test", False), ("test", False)]
    assert list(name_keys("1.2.3.4")) == [("1.2.3.4", True)]
    assert list(name_keys("")) == []


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("1.2.3.4", ["1.2.3.4", "1.2.3", "1.2", "1"]),
        ("2001:db8::1", ["2001:db8::1", "2001:db8:", "2001:db8", "2001"]),
    ],
)
def test_an_address_and_the_networks_around_it(address: str, keys: list[str]) -> None:
    assert list(address_keys(address)) == [(key, key == address) for key in keys]


def test_the_domain_comes_before_the_user() -> None:
    keys = ["joe+x@a.test", "joe@a.test", "a.test", "test", "joe+x@", "joe@"]
    assert [key for key, _ in mailbox_keys("joe+x@a.test", "+-")] == keys
    assert [key for key, whole in mailbox_keys("joe+x@a.test") if whole] == ["joe+x@a.test"]
    assert [key for key, _ in mailbox_keys("joe+x@a.test")] == ["joe+x@a.test", "a.test", "test", "joe+x@"]
    assert list(mailbox_keys("")) == [("<>", True)]
    assert list(mailbox_keys("postmaster")) == [("postmaster", True)]


@pytest.mark.parametrize("local", ["owner-x", "x-request", "mailer-daemon", "-x", "joe"])
def test_what_has_no_extension(local: str) -> None:
    assert [key for key, _ in mailbox_keys(f"{local}@t", "-")] == [f"{local}@t", "t", f"{local}@"]
