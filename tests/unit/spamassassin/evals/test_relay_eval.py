"""The relays that Received names."""

import pytest

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.relay_eval import (
    check_all_trusted,
    check_for_forged_received_ip_helo,
    check_for_forged_received_trail,
    check_for_from_domain_in_received_headers,
    check_for_no_rdns_dotcom_helo,
    check_for_numeric_helo,
    check_for_sender_no_reverse,
    check_no_relays,
    check_relays_unparseable,
    helo_ip_mismatch,
)
from tests.unit.spamassassin.evals.cases import SomeRelay, SomeRelays, SomeTexts, case, headed


def through(*untrusted: SomeRelay, trusted: tuple[SomeRelay, ...] = (), unparseable: int = 0) -> Case:
    return case(SomeTexts(relays=SomeRelays(trusted, untrusted, unparseable)))


OURS = SomeRelay(b"192.0.2.1", b"a.example.org", b"a.example.org", b"b.example.org")


def test_how_many_relays_there_are_and_of_what_kind() -> None:
    assert check_no_relays(through())
    assert not check_no_relays(through(unparseable=1))
    assert check_all_trusted(through(trusted=(OURS,)))
    assert not check_all_trusted(through(OURS, trusted=(OURS,)))
    assert not check_all_trusted(through(trusted=(OURS,), unparseable=1))
    assert check_relays_unparseable(through(unparseable=1))
    assert not check_relays_unparseable(through(OURS))


@pytest.mark.parametrize(
    ("helo", "address", "hit"),
    [
        (b"198.51.100.1", b"203.0.113.1", True),
        (b"198.51.100.1", b"198.51.100.2", False),
        (b"192.168.0.1", b"203.0.113.1", False),
        (b"198.51.100.1", b"10.0.0.1", False),
        (b"a.example.org", b"203.0.113.1", False),
    ],
)
def test_an_address_said_is_of_another_network(helo: bytes, address: bytes, hit: bool) -> None:
    assert helo_ip_mismatch(through(SomeRelay(address, b"", helo))) is hit


def test_an_address_said_for_a_name() -> None:
    assert check_for_numeric_helo(headed(X_Spam_Relays_Untrusted=b"[ ip=1 helo=198.51.100.1 by=x ]"))
    assert check_for_numeric_helo(headed(X_Spam_Relays_Untrusted=b"[ ip=1 helo=10.0.0.1 by=x ]"))
    assert not check_for_numeric_helo(headed(X_Spam_Relays_Untrusted=b"[ ip=1 helo=198.51.100.1.test by=x ]"))


def test_a_large_providers_name_said_by_a_host_without_one() -> None:
    forged = SomeRelay(b"203.0.113.1", b"", b"mx.hotmail.com", no_reverse_dns=True)
    assert check_for_no_rdns_dotcom_helo(through(forged))
    assert not check_for_no_rdns_dotcom_helo(through(forged, OURS))
    assert check_for_no_rdns_dotcom_helo(through(forged, SomeRelay(ip_private=True)))
    named = SomeRelay(b"203.0.113.1", b"mx.hotmail.com", b"mx.hotmail.com")
    assert not check_for_no_rdns_dotcom_helo(through(named))
    assert not check_for_no_rdns_dotcom_helo(through())


def trail(*pairs: tuple[bytes, bytes]) -> Case:
    """Relays by the name of who handed over and of who took."""
    return through(*(SomeRelay(b"203.0.113.1", rdns, rdns, by) for rdns, by in pairs))


def test_names_that_do_not_follow_from_one_relay_to_the_next() -> None:
    good = trail((b"a.one.com", b"b.two.com"), (b"x.three.com", b"y.one.com"))
    assert not check_for_forged_received_trail(good)
    once = trail((b"a.one.com", b"b.two.com"), (b"x.three.com", b"y.other.com"))
    assert not check_for_forged_received_trail(once)
    names = [(b"a.n%d.com" % place, b"b.m%d.com" % place) for place in range(3)]
    assert check_for_forged_received_trail(trail(*names))


def test_who_is_localhost_is_no_name_and_msn_may_be_hotmail() -> None:
    local = SomeRelay(b"127.0.0.1", b"localhost.localdomain", b"", b"b.two.com")
    other = SomeRelay(b"203.0.113.1", b"x.three.com", b"", b"y.other.com")
    assert not check_for_forged_received_trail(through(local, other, local, other))
    kin = trail(*[(b"a.hotmail.com", b"b.msn.com")] * 4)
    assert not check_for_forged_received_trail(kin)


def test_an_address_said_that_is_far_from_the_own() -> None:
    far = SomeRelay(b"203.0.113.1", b"", b"198.51.100.1", b"b.example.org")
    near = SomeRelay(b"198.51.9.1", b"", b"198.51.100.1", b"b.example.org")
    assert check_for_forged_received_ip_helo(through(far))
    assert not check_for_forged_received_ip_helo(through(near))
    assert not check_for_forged_received_ip_helo(through(OURS))


def test_the_first_relay_has_a_name_with_a_dot() -> None:
    assert check_for_sender_no_reverse(through(SomeRelay(), OURS))
    assert not check_for_sender_no_reverse(through(OURS, SomeRelay()))
    assert not check_for_sender_no_reverse(through())


def test_an_author_whose_domain_handed_over_within_itself() -> None:
    fields = {"From__addr": b"joe@example.org"}
    relays = b"[ ip=1 rdns=a.example.org helo=x by=b.example.org id= ]"
    within = headed(**fields, X_Spam_Relays_Untrusted=relays)
    assert check_for_from_domain_in_received_headers(within, "example.org", "true")
    assert not check_for_from_domain_in_received_headers(within, "example.org", "false")
    assert check_for_from_domain_in_received_headers(headed(**fields), "example.org", "false")
    assert not check_for_from_domain_in_received_headers(headed(**fields), "example.net", "false")
