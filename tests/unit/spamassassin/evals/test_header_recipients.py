"""Lists of recipients that a machine went through."""

from gatekeeper.spamassassin.evals.header_recipients import (
    check_for_missing_to_header,
    similar_recipients,
    sorted_recipients,
)
from tests.unit.spamassassin.evals.cases import headed

SORTED = tuple(b"a%d@example%d.org" % (place, place) for place in range(7))


def test_seven_addresses_in_order_are_sorted() -> None:
    assert sorted_recipients(headed(ToCc__addr=SORTED))
    assert not sorted_recipients(headed(ToCc__addr=SORTED[:6]))
    assert not sorted_recipients(headed(ToCc__addr=SORTED[::-1]))


def test_few_recipients_are_counted_with_the_hidden_ones() -> None:
    assert sorted_recipients(headed(ToCc__addr=SORTED[:4], Bcc__addr=SORTED[4:]))
    assert not sorted_recipients(headed(ToCc__addr=SORTED[:5], Bcc__addr=SORTED[5:]))


def test_pairs_that_begin_alike_are_a_share_of_all_pairs() -> None:
    alike = tuple(b"joe%d@same.org" % place for place in range(5))
    assert similar_recipients(headed(ToCc__addr=alike), "1", "undef")
    assert not similar_recipients(headed(ToCc__addr=alike[:4]), "0.1", "undef")
    names = (b"ann@aa.org", b"bob@bb.org", b"cat@cc.org", b"dan@dd.org", b"eve@ee.org")
    assert similar_recipients(headed(ToCc__addr=names), "undef", "0.01")
    hosts = (b"ann@aa1.org", b"bob@aa2.org", b"cat@cc.org", b"dan@dd.org", b"eve@ee.org")
    assert similar_recipients(headed(ToCc__addr=hosts), "0.1", "0.11")


def test_what_is_nothing_to_perl_ends_the_list() -> None:
    assert not sorted_recipients(headed(ToCc__addr=(*SORTED[:6], b"0", SORTED[6])))
    assert sorted_recipients(headed(ToCc__addr=(*SORTED, b"0", b"a@example.org")))


def test_256_recipients_are_enough() -> None:
    many = tuple(b"%05d@example.org" % place for place in range(100_000))
    assert sorted_recipients(headed(ToCc__addr=many))


def test_a_message_to_nobody() -> None:
    assert check_for_missing_to_header(headed(Subject=b"x\n"))
    assert check_for_missing_to_header(headed(To=b""))
    assert not check_for_missing_to_header(headed(To=b"a@example.org\n"))
    assert not check_for_missing_to_header(headed(Apparently_To=b"a@example.org\n"))
