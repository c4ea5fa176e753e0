"""Lines that let somebody in or keep them out are bound to what was proven, and say nothing that a sender slips in."""

import pytest

from gatekeeper.app.desk_senders import allowing, author, blocking, scopes
from gatekeeper.message import parse
from gatekeeper.quarantine.acts import NotDone, Reviewer, Role
from gatekeeper.quarantine.hold import Held
from gatekeeper.tables import SenderList
from gatekeeper.values import Action, Authenticated, Client, Envelope, Fate, Finding, Outcome, Verdict

NEWS = b"From: The Shop <News@Shop.test>\r\n\r\nhello\r\n"
DKIM, DMARC = Authenticated("dkim", "pass", "shop.test"), Authenticated("dmarc", "pass", "shop.test")
SPF, ESP = Authenticated("spf", "pass", "shop.test"), Authenticated("dkim", "pass", "esp.test")
FAILED = Authenticated("dkim", "fail", "shop.test")


def held(*results: Authenticated, sender: str = "bounce-7@shop.test", client: Client | None = None) -> Held:
    findings = tuple(Finding(f"{result.method}-{result.result}", result=result) for result in results)
    envelope = Envelope("t411vhxrypjg9", "smtp", Client(), client, sender=sender, recipients=("ann@own.test",))
    verdict = Verdict(Action.QUARANTINE, "spam-score", 9.0, 5.0, findings)
    return Held(envelope, {"ann@own.test": verdict}, {"ann@own.test": Outcome(Fate.HELD)}, 0.0, 1, "")


@pytest.mark.parametrize(
    ("results", "sender", "bound"),
    [
        ((DKIM,), "bounce-7@shop.test", "dkim"),
        ((DKIM, DMARC), "bounce-7@shop.test", "dkim dmarc"),
        ((DMARC, FAILED), "bounce-7@shop.test", "dmarc"),
        ((SPF,), "news@shop.test", "spf"),
        ((Authenticated("dkim", "pass", "mail.shop.test"),), "", "dkim"),
    ],
)
def test_who_is_let_in_is_bound_to_what_was_proven(results: tuple[Authenticated, ...], sender: str, bound: str) -> None:
    assert allowing(held(*results, sender=sender), parse(NEWS), ()) == (f"allow news@shop.test {bound}",)


@pytest.mark.parametrize("results", [(), (ESP,), (FAILED,), (SPF,), (Authenticated("iprev", "pass", "shop.test"),)])
def test_who_proved_nothing_is_not_let_in(results: tuple[Authenticated, ...]) -> None:
    with pytest.raises(NotDone, match="nothing proves who sent it"):
        allowing(held(*results), parse(NEWS), ())


@pytest.mark.parametrize(
    "header",
    [
        b"From: a@shop.test, b@shop.test",
        b"From: a@shop.test\r\nFrom: b@shop.test",
        b"Subject: none",
        b"From: nobody",
    ],
)
def test_of_several_authors_or_none_nobody_is_let_in(header: bytes) -> None:
    message = parse(header + b"\r\n\r\nhello\r\n")
    assert author(message) == ""
    with pytest.raises(NotDone):
        allowing(held(DKIM), message, ())


def test_a_line_is_for_each_recipient_by_itself() -> None:
    assert allowing(held(DKIM), parse(NEWS), ["Ann@Own.test", "bob@own.test"]) == (
        "allow news@shop.test dkim for=ann@own.test",
        "allow news@shop.test dkim for=bob@own.test",
    )


@pytest.mark.parametrize(
    "address",
    [
        b'"x dkim=evil.test"@shop.test',
        b'"a\r\n allow evil.test"@shop.test',
        b'"*"@shop.test',
        b"x\xc2\xa0y@shop.test",
        b"x\xffy@shop.test",
        b"for=everybody@shop.test",
        b"#@shop.test",
    ],
)
def test_an_odd_address_puts_nothing_else_into_the_list(address: bytes) -> None:
    """It is one sender of that domain, or none."""
    message = parse(b"From: <" + address + b">\r\n\r\nhello\r\n")
    try:
        (line,) = allowing(held(DKIM), message, ())
    except NotDone:
        return
    ((recipient, sender),) = SenderList.parse(line, "").entries
    assert (recipient, sender.rpartition("@")[2]) == ("", "shop.test")
    assert line == f"allow {sender} dkim"


def test_an_odd_recipient_puts_nothing_else_into_the_list() -> None:
    with pytest.raises(NotDone, match="no address that a list can hold"):
        allowing(held(DKIM), parse(NEWS), ["a,everybody@own.test"])


def test_who_is_blocked_is_so_as_far_as_they_are_who_they_say() -> None:
    assert blocking(held(DKIM, DMARC), parse(NEWS), ()) == ("deny news@shop.test dkim dmarc",)


def test_who_proved_nothing_is_blocked_from_where_they_came() -> None:
    """A name that was borrowed is not blocked for who owns it."""
    client = Client("192.0.2.1")
    assert blocking(held(client=client), parse(NEWS), ["ann@own.test"]) == (
        "deny news@shop.test client=192.0.2.1 for=ann@own.test",
    )
    without = parse(b"Subject: hello\r\n\r\nhello\r\n")
    assert blocking(held(client=client), without, ()) == ("deny bounce-7@shop.test client=192.0.2.1",)


def test_nobody_is_blocked_where_nothing_tells_who_it_was() -> None:
    with pytest.raises(NotDone, match="nobody to block"):
        blocking(held(), parse(NEWS), ())
    with pytest.raises(NotDone, match="nobody to block"):
        blocking(held(sender="", client=Client("192.0.2.1")), parse(b"\r\nhello\r\n"), ())


def test_a_user_speaks_for_themselves_and_the_others_for_everybody() -> None:
    assert scopes(Reviewer("ann", Role.USER), ["ann@own.test"]) == ["ann@own.test"]
    for role in (Role.HELPDESK, Role.ADMINISTRATOR):
        assert not scopes(Reviewer("help", role), ["ann@own.test"])
