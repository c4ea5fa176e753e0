import pytest

from gatekeeper import __version__
from gatekeeper.message.edit import edited
from gatekeeper.pipeline.headers import OWN_NAMES, forged, forged_ones, printable, refusal, told, verdict_fields
from gatekeeper.values import Action, Authenticated, Client, Envelope, Finding, Label, Reply, Verdict

ENVELOPE = Envelope("abc123", "test", Client("192.0.2.1"), Client("192.0.2.1"))


def fields(verdict: Verdict) -> dict[bytes, bytes]:
    return dict(verdict_fields(verdict, ENVELOPE, "mx.example"))


def test_a_clean_message_says_no() -> None:
    got = fields(Verdict(Action.ACCEPT, "clean", 0.0, 5.0))
    assert got == {
        b"X-Gatekeeper-Id": b"abc123 by mx.example",
        b"X-Spam-Status": b"No, score=0.0 required=5.0 tests=none autolearn=no\r\n\tversion=gatekeeper-"
        + __version__.encode(),
    }


def test_spam_says_yes_with_flag_level_and_reason() -> None:
    found = (Finding("dnsbl-listed", 5.0), Finding("double-extension", 2.2), Finding("dnsbl-listed", 5.0))
    got = fields(Verdict(Action.TAG, "dnsbl-listed", 7.2, 5.0, found))
    assert got[b"X-Spam-Flag"] == b"YES"
    assert got[b"X-Spam-Level"] == b"*******"
    assert got[b"X-Gatekeeper-Reason"] == b"dnsbl-listed"
    assert (
        got[b"X-Spam-Status"]
        .replace(b"\r\n\t", b" ")
        .startswith(b"Yes, score=7.2 required=5.0 tests=DNSBL_LISTED, DOUBLE_EXTENSION autolearn=no")
    )


def test_long_values_are_folded_within_line_length() -> None:
    found = tuple(Finding(f"some-rather-long-finding-name-{n}") for n in range(30))
    status = fields(Verdict(Action.ACCEPT, "clean", 1.0, 5.0, found))[b"X-Spam-Status"]
    lines = (b"X-Spam-Status: " + status).split(b"\r\n")
    assert len(lines) > 10
    assert max(map(len, lines)) <= 78
    assert all(line.startswith(b"\t") for line in lines[1:])


def test_the_level_is_bounded() -> None:
    assert fields(Verdict(Action.TAG, "x", 10_000.0, 5.0))[b"X-Spam-Level"] == b"*" * 50


def test_every_name_we_write_is_removed_when_it_comes_from_outside() -> None:
    names = {name.lower() for name, _ in verdict_fields(Verdict(Action.TAG, "x", 9, 5), ENVELOPE, "mx.example")}
    assert names <= OWN_NAMES


def test_tagged_mail_says_why_and_what_would_have_left_it_without_a_mark() -> None:
    unsigned = Finding("dkim-none", result=Authenticated("dkim", "none"))
    found = (Finding("dnsbl-listed", 4.0), Finding("helo-own", 2.0), Finding("known", -0.5), unsigned)
    got = fields(Verdict(Action.TAG, "dnsbl-listed", 5.5, 5.0, found))[b"X-Gatekeeper-Why"]
    assert got == (b"dnsbl-listed 4.0, helo-own 2.0; would have passed if\r\n\tdnsbl-listed had been under 3.5")
    for action in (Action.ACCEPT, Action.QUARANTINE):
        assert b"X-Gatekeeper-Why" not in fields(Verdict(action, "dnsbl-listed", 9, 5.0, found))


def test_nothing_that_a_sender_wrote_stands_in_why() -> None:
    found = (Finding("dnsbl-listed", 9.0, "hostile\r\nBcc: x"),)
    assert b"hostile" not in fields(Verdict(Action.TAG, "dnsbl-listed", 9.0, 5.0, found))[b"X-Gatekeeper-Why"]


def test_a_refusal_for_its_score_names_what_it_took_but_nothing_secret() -> None:
    found = (Finding("bayes-spam", 6.0, "pills", secret=True), Finding("helo-own", 3.0), Finding("list", 7.0, "listed"))
    found += (Finding("link", 2.5), Finding("trifle", 0.1))

    def said(reached: float | None, reason: str = "list") -> str:
        return str(refusal(Verdict(Action.REJECT, reason, 18.6, 5.0, found, reached=reached), "abc123"))

    assert said(15.0) == "550 5.7.1 Message refused: listed [list] with helo-own (abc123)"
    assert said(18.5) == "550 5.7.1 Message refused: listed [list] with helo-own, link (abc123)"
    assert said(6.0) == "550 5.7.1 Message refused: listed [list] (abc123)"
    assert said(15.0, "bayes-spam") == "550 5.7.1 Message refused [bayes-spam] with list, helo-own (abc123)"
    assert said(None) == "550 5.7.1 Message refused: listed [list] (abc123)"


def test_a_refusal_stays_one_short_line_whatever_rules_are_called() -> None:
    found = tuple(Finding(f"{'ü' * 500}{number}\r\n", 5.0) for number in range(9))
    reply = str(refusal(Verdict(Action.REJECT, "r", 45.0, 5.0, found, reached=40.0), "abc123"))
    assert reply.isascii()
    assert reply.isprintable()
    assert len(reply) < 250


def test_refusal_names_reason_and_id() -> None:
    found = (Finding("dnsbl-listed", evidence="192.0.2.1 listed at bl.example\r\n250 ok"),)
    reply = refusal(Verdict(Action.REJECT, "dnsbl-listed", findings=found), "abc123")
    assert str(reply) == "550 5.7.1 Message refused: 192.0.2.1 listed at bl.example??250 ok [dnsbl-listed] (abc123)"
    assert (
        str(refusal(Verdict(Action.DEFER, "check-failed"), "abc123"))
        == "451 4.7.1 Try again later [check-failed] (abc123)"
    )


def test_what_is_secret_is_not_told_to_the_sender() -> None:
    found = (Finding("bayes-spam", 6.0, "0.998: pills (812 spam, 1 ham)", secret=True),)
    reply = refusal(Verdict(Action.REJECT, "bayes-spam", findings=found), "abc123")
    assert str(reply) == "550 5.7.1 Message refused [bayes-spam] (abc123)"


@pytest.mark.parametrize(("learn", "word"), [(None, "no"), (Label.SPAM, "spam"), (Label.HAM, "ham")])
def test_the_status_says_what_is_learnt_without_a_teacher(learn: Label | None, word: str) -> None:
    assert f"autolearn={word}".encode() in fields(Verdict(Action.TAG, "x", 9, 5, learn=learn))[b"X-Spam-Status"].split()


def test_a_tables_own_reply_is_kept() -> None:
    verdict = Verdict(Action.REJECT, "access-denied", reply=Reply(553, "5.3.0", ("Go away",)))
    assert str(refusal(verdict, "abc123")) == "553 5.3.0 Go away [access-denied] (abc123)"


def test_printable_is_ascii_and_cut() -> None:
    assert printable("a\u202eb\x00c" + "x" * 300, 10) == "a?b?cxxxxx"


def test_a_tables_reply_counts_only_if_it_says_the_same() -> None:
    no, busy = Reply(554, "5.7.9", ("no",)), Reply(450, "4.2.1", ("busy",))
    said = {
        (a, r): refusal(Verdict(a, "why", reply=r), "id").code
        for a in (Action.REJECT, Action.DEFER)
        for r in (no, busy)
    }
    assert said == {
        (Action.REJECT, no): 554,
        (Action.DEFER, no): 451,
        (Action.REJECT, busy): 550,
        (Action.DEFER, busy): 450,
    }


AUTHENTIC = Authenticated("spf", "pass", "out.test", (("smtp.mailfrom", "ann@out.test"),))


def test_what_was_authenticated_stands_on_top_under_our_name() -> None:
    found = (Finding("spf-pass", result=AUTHENTIC), Finding("dkim-none", result=Authenticated("dkim", "none")))
    name, value = verdict_fields(Verdict(Action.ACCEPT, "clean", findings=found), ENVELOPE, "mx.example")[0]
    assert name == b"Authentication-Results"
    assert value == b"mx.example;\r\n\tspf=pass smtp.mailfrom=ann@out.test;\r\n\tdkim=none"


FORGED = [
    (b" mx.example; dkim=pass header.d=bank.test", True),
    (b"(x) MX.Example 1; none", True),
    (b'"mx.example"; none', True),
    (b" mx.other.example; dkim=pass", False),
    (b" mx.example.other; dkim=pass", False),
    (b" spf=pass smtp.mailfrom=mx.example", False),
]


@pytest.mark.parametrize(("value", "ours"), FORGED)
def test_a_result_is_forged_if_it_bears_our_name(value: bytes, ours: bool) -> None:
    raw = b"Authentication-Results:" + value + b"\r\nX-Spam-Flag: NO\r\nContent-Type: x\r\n\r\n"
    edit = edited(raw, OWN_NAMES | {b"content-type"}, forged=forged("mx.example"))
    names = [field.name for field in forged_ones(edit, "mx.example")]
    assert names == ([b"Authentication-Results"] if ours else []) + [b"X-Spam-Flag"]


def test_results_without_end_are_not_looked_at_and_do_not_stay() -> None:
    theirs = b"Authentication-Results: mx.other.example; none\r\n" * 1000
    edit = edited(theirs + b"\r\n", OWN_NAMES, forged=forged("mx.example"))
    assert b"".join(edit.segments).count(b"mx.other.example") == 200
    again = edited(theirs + b"\r\n", OWN_NAMES, forged=forged("mx.example"))
    assert again.removed == edit.removed


def test_of_forged_fields_without_end_a_few_are_told() -> None:
    raw = b"X-Spam-Flag:  a\r\n\tb\x1b\xff\r\n" * 1000 + b"\r\n"
    notes = told(edited(raw, OWN_NAMES).removed)
    assert notes == ["removed forged X-Spam-Flag: a b??"] * 20 + ["removed 980 more"]
    assert told(edited(raw.replace(b" a", b"a" * 1000), OWN_NAMES).removed)[0].count("aa") == 99
    assert told([]) == []
