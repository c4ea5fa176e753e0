"""Lists of hosts that links may lead to."""

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.uri_hosts import (
    check_uri_host_in_blocklist,
    check_uri_host_in_welcomelist,
    check_uri_host_listed,
)
from tests.unit.spamassassin.evals.cases import SomeLink, SomeTexts, case


def linking(uri: bytes, host: bytes, **lines: str) -> Case:
    return case(SomeTexts(links={uri: SomeLink(hosts={host: host})}), "header", None, **lines)


LISTS = "(SHORT) one.test !good.one.test\n(SHORT) 192.0.2.1\n(OTHER) two.test"


def test_a_host_is_listed_with_all_below_it_but_for_exceptions() -> None:
    def listed(host: bytes, name: str = "SHORT") -> bool:
        return check_uri_host_listed(linking(b"http://x/", host, enlist_uri_host=LISTS), name)

    assert listed(b"one.test")
    assert listed(b"a.b.one.test")
    assert not listed(b"a.good.one.test")
    assert not listed(b"two.test")
    assert listed(b"two.test", "OTHER")
    assert listed(b"192.0.2.1")
    assert listed(b"[192.0.2.1]")
    assert not listed(b"", "SHORT")
    assert listed(b"a." * 100_000 + b"one.test")


def test_addresses_are_no_hosts() -> None:
    assert not check_uri_host_listed(linking(b"MailTo:a@one.test", b"one.test", enlist_uri_host=LISTS), "SHORT")


def test_the_two_lists_that_have_names_of_their_own() -> None:
    lines = {"enlist_uri_host": "(BLOCK) one.test\n(WELCOME) two.test"}
    assert check_uri_host_in_blocklist(linking(b"http://x/", b"one.test", **lines))
    assert not check_uri_host_in_welcomelist(linking(b"http://x/", b"one.test", **lines))
    assert check_uri_host_in_welcomelist(linking(b"http://x/", b"a.two.test", **lines))
