"""Mail in the name of large providers."""

import pytest

from gatekeeper.spamassassin.evals.header_forged import (
    check_for_fake_aol_relay_in_rcvd,
    check_for_forged_eudoramail_received_headers,
    check_for_forged_gmail_received_headers,
    check_for_forged_gw05_received_headers,
    check_for_forged_hotmail_received_headers,
    check_for_forged_juno_received_headers,
    check_for_forged_yahoo_received_headers,
    check_for_no_hotmail_received_headers,
)
from tests.unit.spamassassin.evals.cases import headed

WAY = b"from a.test by b.test\n"


@pytest.mark.parametrize(
    ("received", "hit"),
    [
        (b"from rly-ab01.mx.aol.com by b.test\n", True),
        (b"from rly-ab01.mx.aol.com (v1/AOL-5.0.0)\n", False),
        (b"from rly-ab01.mx.aol.com with ESMTP id RELAY1\n", False),
        (WAY, False),
    ],
)
def test_aols_relays_write_as_aol_does(received: bytes, hit: bool) -> None:
    assert check_for_fake_aol_relay_in_rcvd(headed(Received=received)) is hit


@pytest.mark.parametrize(
    ("fields", "forged", "absent"),
    [
        ({"Received": b"from x.hotmail.com by b.test\n"}, True, False),
        ({"Received": WAY, "From__addr": b"joe@hotmail.com"}, False, True),
        ({"Received": WAY, "From__addr": b"joe@nothotmail.com"}, False, False),
        ({"Received": WAY, "From__addr": b"joe@x.hotmail.com"}, False, True),
        ({"From__addr": b"joe@hotmail.com"}, False, False),
        ({"Received": b"from mail pickup service by hotmail.com with Microsoft SMTPSVC; x\n"}, False, False),
        (
            {
                "Received": b"from hotmail.com (a.hotmail.com [192.0.2.1])\n",
                "X_Originating_Ip": b"[192.0.2.1]\n",
            },
            False,
            False,
        ),
        ({"Received": b"from hotmail.com (a.hotmail.com [192.0.2.1])\n"}, True, False),
        (
            {
                "Received": b"from a.outbound.protection.outlook.com (b.outbound.protection.outlook.com [192.0.2.1])\n",
                "X_OriginatorOrg": b"hotmail.com\n",
                "From__addr": b"joe@hotmail.com",
            },
            False,
            False,
        ),
    ],
)
def test_hotmail_is_named_only_by_hotmail(fields: dict[str, bytes], forged: bool, absent: bool) -> None:
    assert check_for_forged_hotmail_received_headers(headed(**fields)) is forged
    assert check_for_no_hotmail_received_headers(headed(**fields)) is absent


@pytest.mark.parametrize(
    ("fields", "hit"),
    [
        ({"Received": WAY}, True),
        ({}, False),
        ({"Received": b"by web1.mail.yahoo.com via HTTP\n"}, False),
        ({"Received": WAY, "X_Spam_Relays_Trusted": b"[ ip=192.0.2.1 rdns=a.yahoo.com helo=x ]"}, False),
        ({"Received": WAY, "X_Spam_Relays_Untrusted": b"[ ip=192.0.2.1 rdns=a.yahoo.com helo=x ]"}, False),
        ({"Received": WAY, "X_Spam_Relays_Untrusted": b"[ ip=1 rdns=x ] [ ip=2 rdns=a.yahoo.com ]"}, True),
        (
            {
                "Received": WAY,
                "Resent_From": b"a\n",
                "Resent_To": b"b\n",
                "X_Received": b"by smtp1.yahoo.com with SMTP\n",
            },
            False,
        ),
    ],
)
def test_yahoos_mail_comes_yahoos_way(fields: dict[str, bytes], hit: bool) -> None:
    assert check_for_forged_yahoo_received_headers(headed(From__addr=b"joe@yahoo.com", **fields)) is hit


def test_bulk_mail_of_yahoo_has_its_own_way() -> None:
    received = b"from mailer1.bulk.scd.yahoo.com by b.test\n"
    assert not check_for_forged_yahoo_received_headers(headed(From__addr=b"a@reply.yahoo.com", Received=received))
    assert check_for_forged_yahoo_received_headers(headed(From__addr=b"a@yahoo.com", Received=received))
    assert not check_for_forged_yahoo_received_headers(headed(From__addr=b"a@example.org", Received=WAY))


@pytest.mark.parametrize(
    ("fields", "hit"),
    [
        ({"Received": WAY}, True),
        ({"Received": WAY, "X_Originating_IP": b"192.0.2.1\n"}, True),
        (
            {
                "Received": b"from x.juno.com (x [192.0.2.1]) by b.test\n",
                "X_Originating_IP": b"192.0.2.1\n",
                "X_Mailer": b"Juno 5\n",
            },
            False,
        ),
        (
            {"Received": b"from x.juno.com (x [192.0.2.1]) by b.test\n", "X_Originating_IP": b"192.0.2.1\n"},
            True,
        ),
        ({}, False),
    ],
)
def test_junos_mail_has_junos_marks(fields: dict[str, bytes], hit: bool) -> None:
    assert check_for_forged_juno_received_headers(headed(From__addr=b"joe@juno.com", **fields)) is hit
    assert not check_for_forged_juno_received_headers(headed(From__addr=b"joe@example.org", **fields))


def test_eudoramail_came_from_whowhere() -> None:
    good = {"Received": b"by x.whowhere.com; Mon\n", "X_Sender_Ip": b"192.0.2.1\n"}
    assert not check_for_forged_eudoramail_received_headers(headed(From__addr=b"a@eudoramail.com", **good))
    assert check_for_forged_eudoramail_received_headers(headed(From__addr=b"a@eudoramail.com", Received=WAY))
    assert not check_for_forged_eudoramail_received_headers(headed(From__addr=b"a@example.org", Received=WAY))


@pytest.mark.parametrize(
    ("fields", "hit"),
    [
        ({"Received": WAY}, True),
        ({"X_Received": b"by 10.1.2.3 with SMTP id abc\n"}, False),
        ({"X_Received": b"by 2002:a05:6402:1 with SMTP id abc\n"}, False),
        ({"Received": b"by smtp.googlemail.com with ESMTPSA id abc\n"}, False),
        ({"X_Gm_Message_State": b"x" * 60, "X_Google_Smtp_Source": b"x" * 60}, False),
        ({"X_Gm_Message_State": b"x" * 60, "X_Google_Smtp_Source": b"x" * 59}, True),
    ],
)
def test_gmail_leaves_its_marks(fields: dict[str, bytes], hit: bool) -> None:
    assert check_for_forged_gmail_received_headers(headed(From__addr=b"Joe@Gmail.com", **fields)) is hit
    assert not check_for_forged_gmail_received_headers(headed(From__addr=b"joe@example.org", **fields))


def test_a_first_relay_that_hands_over_to_a_host_without_a_dot() -> None:
    stamp = b" with ESMTP; Mon,  3 Jun 2024 10:20:30 -0000\n"
    assert check_for_forged_gw05_received_headers(headed(Received=WAY + b"from a.test by gw05" + stamp))
    assert not check_for_forged_gw05_received_headers(headed(Received=WAY + b"from a.test by gw05.test" + stamp))
    assert not check_for_forged_gw05_received_headers(headed(Received=WAY))
