"""Mail that came through what takes Received off."""

import pytest

from gatekeeper.spamassassin.evals.header_lists import (
    check_for_msn_groups_headers,
    check_messageid_not_usable,
    gated_through_received_hdr_remover,
)
from tests.unit.spamassassin.evals.cases import headed

QMAIL = b"(qmail 123 invoked by alias); 3 Jun 2024 10:20:30 -0000\n"


def test_ezmlm_and_msn_and_nothing_at_all_take_the_way_away() -> None:
    list_fields = {"Mailing_List": b"contact a-help@example.org; run by ezmlm\n"}
    assert gated_through_received_hdr_remover(headed(Subject=b"x\n"))
    delivered = b"mailing list a@example.org\n"
    assert gated_through_received_hdr_remover(headed(**list_fields, Delivered_To=delivered, Received=QMAIL))
    assert not gated_through_received_hdr_remover(headed(**list_fields, Received=QMAIL))
    msn = b"from groups.msn.com (a.msn.com [192.0.2.1])\n"
    assert gated_through_received_hdr_remover(headed(Received=msn))
    assert not gated_through_received_hdr_remover(headed(Received=b"from a.test by b.test\n"))


@pytest.mark.parametrize(
    ("to", "identity", "sender", "hit"),
    [
        (b"<notifications@groups.msn.com>", b"<1@p01.groups.msn.com>", b"", True),
        (b"<notifications@groups.msn.com>", b"<1@example.org>", b"", False),
        (b"<cats@groups.msn.com>", b"<cats-1@groups.msn.com>", b"cats-bounce@groups.msn.com", True),
        (b"<cats@groups.msn.com>", b"<cats-1@groups.msn.com>", b"dogs-bounce@groups.msn.com", False),
        (b"<cats@example.org>", b"<cats-1@groups.msn.com>", b"cats-bounce@groups.msn.com", False),
    ],
)
def test_msns_groups_are_known_by_their_fields(to: bytes, identity: bytes, sender: bytes, hit: bool) -> None:
    pickup = b"from mail pickup service by p01.groups.msn.com with SMTP\n"
    case = headed(To=to, Received=pickup, Message_Id=identity, EnvelopeFrom__addr=sender)
    assert check_for_msn_groups_headers(case) is hit


def test_lists_and_gateways_write_ids_anew() -> None:
    way = b"from a.test by b.test\n"
    assert check_messageid_not_usable(headed(Received=way, List_Unsubscribe=b"<mailto:leave-1@example.org>\n"))
    assert check_messageid_not_usable(headed(Received=b"by x (iPlanet Messaging Server)\n"))
    assert check_messageid_not_usable(headed(Subject=b"x\n"))
    assert not check_messageid_not_usable(headed(Received=way))
