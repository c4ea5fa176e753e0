"""Lists of addresses."""

import pytest

from gatekeeper.spamassassin.evals import wlbl_eval as lists
from gatekeeper.spamassassin.evals.contract import Case
from tests.unit.spamassassin.evals.cases import SomeRelay, SomeRelays, SomeTexts, case


def mail(fields: dict[str, bytes | tuple[bytes, ...]], *untrusted: SomeRelay, **named: list[str]) -> Case:
    return case(SomeTexts(fields, relays=SomeRelays((), untrusted)), "header", named)


def test_authors_and_senders_whatever_their_field() -> None:
    block = {"blocklist_from": ["*@Spam.test".lower()]}
    for name in ("From", "Envelope-Sender", "Resent-Sender", "X-Envelope-From", "EnvelopeFrom"):
        assert lists.check_from_in_blocklist(mail({f"{name}:addr": b"Joe@SPAM..test"}, **block)), name
    assert not lists.check_from_in_blocklist(mail({"From:addr": b"joe@example.org"}, **block))
    resent = {"From:addr": b"joe@spam.test", "Resent-From:first:addr": b"ann@example.org"}
    assert not lists.check_from_in_blocklist(mail(resent, **block))


def test_recipients_whatever_their_field() -> None:
    everybody = {
        name: ["joe@example.org"] for name in ("blocklist_to", "welcomelist_to", "more_spam_to", "all_spam_to")
    }
    for works in (
        lists.check_to_in_blocklist,
        lists.check_to_in_welcomelist,
        lists.check_to_in_more_spam,
        lists.check_to_in_all_spam,
    ):
        assert works(mail({"Cc:addr": b"Joe@example.org"}, **everybody))
        assert works(mail({"Received": b"from a by b for <joe@example.org>; Mon\n"}, **everybody))
        assert not works(mail({"To:addr": b"ann@example.org"}, **everybody))
        assert not works(mail({"To:addr": b"joe@example.org", "Resent-To:first:addr": b"a@b.test"}, **everybody))


def test_only_the_last_three_relays_tell_a_recipient() -> None:
    relays = (b"x\n", b"x\n", b"x\n", b"from a by b for <joe@example.org>; Mon\n")
    assert not lists.check_to_in_blocklist(mail({"Received": relays}, blocklist_to=["joe@example.org"]))


def test_lists_with_names() -> None:
    bank = {"BANKS": ["*@bank.test"]}
    assert lists.check_from_in_list(mail({"From:addr": b"a@bank.test"}, **bank), "BANKS")
    assert not lists.check_from_in_list(mail({"From:addr": b"a@bank.test"}, **bank), "OTHERS")
    assert lists.check_to_in_list(mail({"To:addr": b"a@bank.test"}, **bank), "BANKS")
    assert lists.check_replyto_in_list(mail({"Reply-To:addr": b"a@bank.test"}, **bank), "BANKS")
    assert not lists.check_replyto_in_list(mail({"From:addr": b"a@bank.test"}, **bank), "BANKS")


JOE = {"From:addr": b"joe@example.org"}


@pytest.mark.parametrize(
    ("voucher", "vouched"),
    [
        ("example.org", True),
        ("mx.example.org", True),
        ("ample.org", False),
        ("[203.0.113.1]", True),
        ("[203.0.113.2]", False),
        ("[203.0.113]", True),
        ("[203.0.11]", False),
        ("[203.0.113.0/24]", True),
        ("[203.0.113.0]/24", True),
        ("[198.51.100.0/24]", False),
        ("[2001:db8::/32]", False),
        ("[nonsense/99]", False),
    ],
)
def test_a_relay_vouches_by_name_address_or_network(voucher: str, vouched: bool) -> None:
    relay = SomeRelay(b"203.0.113.1", b"MX.example.org")
    case = mail(dict(JOE), relay, welcomelist_from_rcvd=[f"*@example.org {voucher}"])
    assert lists.check_from_in_welcomelist(case) is vouched
    assert lists.check_forged_in_welcomelist(case) is not vouched


def test_forged_only_where_no_list_welcomes_and_no_relay_is_exempt() -> None:
    relay = SomeRelay(b"203.0.113.1", b"mx.other.test")
    by_relay, by_default = ["*@example.org example.org"], ["*@example.org other.test"]
    forged = mail(dict(JOE), relay, welcomelist_from_rcvd=by_relay)
    assert lists.check_forged_in_welcomelist(forged)
    both = mail(dict(JOE), relay, welcomelist_from_rcvd=by_relay, def_welcomelist_from_rcvd=by_default)
    assert lists.check_from_in_default_welcomelist(both)
    assert not lists.check_forged_in_welcomelist(both)
    spared = mail(dict(JOE), relay, welcomelist_from_rcvd=by_relay, welcomelist_allows_relays=["joe@*"])
    assert not lists.check_forged_in_welcomelist(spared)
    default = mail(dict(JOE), relay, def_welcomelist_from_rcvd=by_relay)
    assert lists.check_forged_in_default_welcomelist(default)
    assert not lists.check_from_in_default_welcomelist(default)
    assert not lists.check_forged_in_welcomelist(mail(dict(JOE), welcomelist_from_rcvd=by_relay))


def test_a_plain_list_needs_no_relay() -> None:
    assert lists.check_from_in_welcomelist(mail(dict(JOE), welcomelist_from=["joe@*"]))
    assert not lists.check_from_in_welcomelist(mail(dict(JOE), welcomelist_from=["ann@*"]))


@pytest.mark.parametrize(
    ("sender", "rdns", "hit"),
    [
        (b"joe@lists.example.org", b"MX.example.org", True),
        (b"joe@example.org", b"mx.example.net", False),
        (b"joe@example.org", b"", False),
        (b"joe@localhost", b"localhost", False),
        (b"", b"mx.example.org", False),
    ],
)
def test_the_sender_and_the_relay_are_of_one_domain(sender: bytes, rdns: bytes, hit: bool) -> None:
    assert lists.check_mailfrom_matches_rcvd(mail({"EnvelopeFrom:addr": sender}, SomeRelay(rdns=rdns))) is hit
