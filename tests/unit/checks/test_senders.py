import pytest

from gatekeeper.checks.senders import Settings, build
from gatekeeper.message import Mail, parse
from gatekeeper.tables import SenderList, Tables
from gatekeeper.values import Action, Authenticated, Client, Envelope, Finding, Stage

CLIENT = Client("192.0.2.9")


def found(
    text: str,
    *results: Authenticated,
    author: str = "news@shop.example",
    sender: str = "bounce@shop.example",
    recipients: tuple[str, ...] = ("anna@own.example",),
    outbound: bool = False,
) -> list[Finding]:
    check = build(Settings(), Tables(senders=SenderList.parse(text, "senders")))[Stage.ATTACHMENT]
    envelope = Envelope("id", "test", CLIENT, CLIENT, sender=sender, recipients=recipients, outbound=outbound)
    message = parse(f"From: {author}\r\n\r\nHello\r\n".encode())
    return check(Mail(envelope, "", message, tuple(Finding("authenticated", result=result) for result in results)))


def names(*args: object, **kwargs: object) -> list[str]:
    return [finding.name for finding in found(*args, **kwargs)]  # type: ignore[arg-type]


def passed(method: str, domain: str) -> Authenticated:
    return Authenticated(method, "pass", domain)  # type: ignore[arg-type]


def failed(method: str, domain: str) -> Authenticated:
    return Authenticated(method, "fail", domain)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "result", "allowed"),
    [
        ("allow news@shop.example dkim", passed("dkim", "shop.example"), True),
        ("allow news@shop.example dkim", passed("dkim", "mail.shop.example"), True),
        ("allow news@shop.example dkim", passed("dkim", "elsewhere.example"), False),
        ("allow news@shop.example dkim", failed("dkim", "shop.example"), False),
        ("allow news@shop.example dkim", passed("spf", "shop.example"), False),
        ("allow news@shop.example dkim=esp.test", passed("dkim", "esp.test"), True),
        ("allow news@shop.example dkim=esp.test", passed("dkim", "eu.esp.test"), True),
        ("allow news@shop.example dkim=esp.test", passed("dkim", "notesp.test"), False),
        ("allow news@shop.example dkim=esp.test", passed("dkim", "shop.example"), False),
        ("allow bounce@shop.example dkim", passed("dkim", "shop.example"), False),
        ("allow bounce@shop.example dkim=esp.test", passed("dkim", "esp.test"), False),
        ("allow shop.example spf", passed("spf", "shop.example"), True),
        ("allow news@shop.example spf", passed("spf", "shop.example"), False),
        ("allow shop.example spf", failed("spf", "shop.example"), False),
        ("allow shop.example spf", passed("spf", "helo.example"), False),
        ("allow shop.example dmarc", passed("dmarc", "shop.example"), True),
        ("allow shop.example dmarc", passed("dkim", "shop.example"), False),
        ("allow news@shop.example client=192.0.2.0/24", failed("dkim", "shop.example"), True),
        ("allow bounce@shop.example client=192.0.2.0/24", failed("dkim", "shop.example"), True),
        ("allow news@shop.example client=192.0.3.0/24", passed("dkim", "shop.example"), False),
        ("allow news@shop.example", failed("dkim", "shop.example"), True),
    ],
)
def test_an_entry_lets_in_whom_what_it_names_vouches_for(entry: str, result: Authenticated, allowed: bool) -> None:
    (finding,) = found(entry, result)
    if allowed:
        assert (finding.name, finding.certain) == ("sender-allowed", Action.ACCEPT)
    else:
        assert (finding.name, finding.certain, finding.score) == ("sender-unvouched", None, 0.0)
    assert "(line 1)" in finding.evidence


def test_the_sender_in_the_envelope_is_not_vouched_for_by_whom_from_names() -> None:
    assert names("allow pay.example spf", passed("spf", "shop.example"), author="x@pay.example") == ["sender-unvouched"]


def test_of_two_authors_none_is_let_in_but_either_is_kept_out() -> None:
    two = "news@shop.example, x@pest.example"
    assert names("allow shop.example dkim", passed("dkim", "shop.example"), author=two, sender="") == [
        "sender-unvouched"
    ]
    assert names("allow shop.example", author=two, sender="") == ["sender-unvouched"]
    assert names("allow shop.example client=192.0.2.0/24", author=two, sender="") == ["sender-unvouched"]
    assert names("deny pest.example", author=two) == ["sender-denied"]


def test_what_is_denied_is_refused_and_what_is_held_is_held() -> None:
    (denied,) = found("deny shop.example")
    assert (denied.certain, denied.reply.code if denied.reply else 0, denied.only_for) == (Action.REJECT, 550, ())
    (held,) = found("hold news@shop.example")
    assert (held.certain, held.reply) == (Action.QUARANTINE, None)


def test_deny_may_ask_for_a_voucher_too() -> None:
    assert names("deny shop.example dkim") == ["sender-unvouched"]
    assert names("deny shop.example dkim", passed("dkim", "shop.example")) == ["sender-denied"]


def test_each_recipient_has_their_own_entries() -> None:
    text = "deny shop.example\nallow shop.example dkim for=anna@own.example\nhold shop.example for=bob@own.example\n"
    everybody = ("anna@own.example", "bob@own.example", "carl@own.example", "Dora@own.example")
    result = {finding.name: finding.only_for for finding in found(
        text, passed("dkim", "shop.example"), recipients=everybody
    )}  # fmt: skip
    assert result == {
        "sender-allowed": ("anna@own.example",),
        "sender-held": ("bob@own.example",),
        "sender-denied": ("carl@own.example", "Dora@own.example"),
    }


def test_an_entry_that_does_not_hold_gives_way_to_the_next() -> None:
    text = "deny shop.example\nallow shop.example dkim for=own.example\n"
    assert names(text) == ["sender-denied", "sender-unvouched"]


@pytest.mark.parametrize(
    ("entry", "awaits"),
    [
        ("allow shop.example spf dkim dmarc", ("dkim", "dmarc", "spf")),
        ("allow news@shop.example spf dkim", ("dkim",)),
        ("allow bounce@shop.example spf dkim dkim=esp.test", ("spf",)),
        ("allow news@shop.example dkim=esp.test client=192.0.3.0/24", ("dkim=esp.test", "client")),
        ("deny shop.example dkim", ()),
    ],
)
def test_an_entry_that_does_not_let_in_says_who_might_still_vouch(entry: str, awaits: tuple[str, ...]) -> None:
    (finding,) = found(entry)
    assert (finding.name, finding.awaits) == ("sender-unvouched", awaits)


def test_nobody_can_vouch_for_one_of_two_authors() -> None:
    (finding,) = found("allow shop.example dkim", author="news@shop.example, x@pest.example", sender="")
    assert finding.awaits == ()


def test_our_own_mail_and_strangers_are_not_concerned() -> None:
    assert found("deny shop.example", outbound=True) == []
    assert found("deny other.example") == []


def test_without_entries_there_is_no_check() -> None:
    assert build(Settings(), Tables()) == {}
