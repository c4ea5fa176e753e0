"""Nobody is taken for who they say they are: an authenticated domain vouches, and by it a sender is known again."""

import pytest

from gatekeeper.authentication.vouching import identity, network_of, vouched
from gatekeeper.values import Authenticated, Client

CLIENT = Client("192.0.2.77")


def results(*said: str) -> list[Authenticated]:
    """`dkim=pass firm.test` and its like."""
    found = []
    for each in said:
        method, _, rest = each.partition("=")
        result, _, domain = rest.partition(" ")
        found.append(Authenticated(method, result, domain))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    "said",
    [
        ["dmarc=pass firm.test"],
        ["dkim=pass firm.test"],
        ["spf=pass bounces.firm.test"],
        ["dkim=fail firm.test", "dkim=pass mail.firm.test"],
        ["dmarc=none firm.test", "dmarc=pass firm.test"],
        ["spf=fail firm.test", "dkim=pass firm.test"],
        ["dmarc=none firm.test", "dkim=pass firm.test"],
    ],
)
def test_an_aligned_domain_vouches_for_the_author(said: list[str]) -> None:
    assert vouched(results(*said), "www.firm.test")


@pytest.mark.parametrize(
    "said",
    [
        [],
        ["dkim=pass evil.test", "spf=pass evil.test"],
        ["dkim=fail firm.test", "spf=softfail firm.test"],
        ["spf=pass firm.test.evil.test"],
        ["dmarc=fail firm.test", "dkim=pass firm.test"],
        ["arc=pass firm.test", "iprev=pass firm.test"],
        ["dkim=pass "],
    ],
)
def test_nothing_else_does(said: list[str]) -> None:
    assert not vouched(results(*said), "firm.test")


def test_an_author_without_a_domain_has_nobody() -> None:
    assert not vouched(results("dkim=pass firm.test", "spf=pass "), "")


def test_two_domains_below_one_suffix_are_two() -> None:
    assert not vouched(results("dkim=pass a.co.uk"), "b.co.uk")
    assert not vouched(results("dkim=pass co.uk"), "b.co.uk")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (["spf=pass bounces.esp.test", "dkim=pass mail.firm.test"], "domain:firm.test"),
        (["dkim=pass esp.test", "dmarc=pass www.firm.test"], "domain:firm.test"),
        (["dkim=pass one.test", "dkim=pass two.test"], "domain:one.test"),
        (["spf=pass out.test", "dkim=fail firm.test", "dmarc=fail firm.test"], "domain:out.test"),
        (["spf=neutral out.test", "arc=pass firm.test"], "network:192.0.2.0/24"),
        ([], "network:192.0.2.0/24"),
    ],
)
def test_a_sender_is_known_again_by_the_best_there_is(said: list[str], key: str) -> None:
    assert identity(results(*said), CLIENT) == key


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::ffff:192.168.1.1", "fd00::1", "fe80::1%eth0"])
def test_a_private_address_is_nobodys_own(address: str) -> None:
    assert identity([], Client(address)) == ""
    assert identity(results("dkim=pass firm.test"), Client(address)) == "domain:firm.test"


@pytest.mark.parametrize("client", [None, Client(), Client("nonsense")])
def test_without_domain_and_address_nobody_is_known(client: Client | None) -> None:
    assert identity([], client) == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.255", "192.0.2.0/24"),
        ("::ffff:192.0.2.1", "192.0.2.0/24"),
        ("2001:db8:1:ffff::1", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_name_in_helo_does_not_vouch_for_an_author() -> None:
    helo = Authenticated("spf", "pass", "firm.test", (("smtp.helo", "mx.firm.test"),))
    assert not vouched([helo], "firm.test")
    assert identity([helo], CLIENT) == "domain:firm.test"
