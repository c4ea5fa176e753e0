import pytest

from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.why import Why, why
from gatekeeper.pipeline.why_text import fields, in_short, told
from gatekeeper.values import Action, Authenticated, Finding

POLICY = Policy(Thresholds(5, 8, 15))
USER = "u@own.example"
BAYES, LINKS, LIST = Finding("bayes-spam", 4.0), Finding("link-mismatch", 3.0), Finding("dnsbl-listed", 2.5)
KNOWN = Finding("known-correspondent", -1.0)
DENIED = Finding("access-denied", certain=Action.REJECT)
UNSIGNED = Finding("dkim-none", result=Authenticated("dkim", "none"))
NO_SPF = Finding("spf-fail", 1.5, result=Authenticated("spf", "fail", "shop.example"))
FORGED = Finding("dmarc-reject", certain=Action.REJECT, result=Authenticated("dmarc", "fail", "shop.example"))


def lines(*findings: Finding, done: Action | None = None) -> list[str]:
    return told(why(POLICY, USER, findings), done)


def test_what_suffices_what_speaks_for_it_and_what_would_have_let_it_pass() -> None:
    assert lines(LIST, BAYES, KNOWN, LINKS) == [
        "Held because of bayes-spam (4.0), link-mismatch (3.0) and dnsbl-listed (2.5) together; fewer are not enough.",
        "known-correspondent (-1.0) speaks for it, which is not enough.",
        "It would have been delivered if bayes-spam had been under 3.5.",
    ]


def test_one_that_settles_it_needs_no_score() -> None:
    assert lines(DENIED) == [
        "Refused because of access-denied, which alone is enough.",
        "It would have been delivered if access-denied had not been found.",
    ]


def test_tagged_mail_would_have_been_without_a_mark() -> None:
    assert lines(BAYES, LIST)[-1] == "It would have been left without a mark if bayes-spam had been under 2.5."


def test_who_might_have_vouched_is_named() -> None:
    waiting = Finding("sender-unvouched", awaits=("dkim", "dkim=mailer.example", "client"))
    assert lines(FORGED, UNSIGNED, NO_SPF)[-1] == (
        "It would have been delivered if dmarc-reject had not been found, or if the sender's DKIM or SPF had passed."
    )
    assert lines(DENIED, waiting)[-1] == (
        "It would have been delivered if access-denied had not been found, or if the sender's DKIM had passed, "
        "or if mailer.example had signed it, or if it had come from a client that the entry for its sender names."
    )


def test_who_might_have_vouched_and_what_besides_are_told_together() -> None:
    assert lines(Finding("a", 20.0), FORGED, UNSIGNED)[-1] == (
        "It would have been delivered if dmarc-reject had not been found and a had been under 8, "
        "or if the sender's DKIM had passed and a had been under 8."
    )


def test_what_was_done_may_differ_from_what_it_comes_to_today() -> None:
    assert lines(BAYES, done=Action.QUARANTINE) == [
        "It was held; by today's settings, and for this recipient alone, it would be delivered.",
        "Nothing that was found was enough to keep it back.",
    ]
    assert lines(DENIED, done=Action.QUARANTINE)[0] == (
        "It was held; by today's settings, and for this recipient alone, it would be refused."
    )
    assert lines(DENIED, done=Action.REJECT)[0].startswith("Refused because of")


def test_what_let_it_in_is_named() -> None:
    allow = Finding("sender-allowed", certain=Action.ACCEPT)
    assert lines(allow, DENIED) == ["Delivered because of sender-allowed; without, it would have been refused."]
    assert lines(allow) == ["Delivered because of sender-allowed, whatever else was found."]
    assert lines(BAYES, LIST, Finding("bayes-ham", -3.0)) == [
        "Delivered because of bayes-ham (-3.0); without, it would have been tagged."
    ]
    assert told(why(POLICY, "postmaster@own.example", [DENIED])) == [
        "Delivered because nothing is kept from this recipient; from others it would have been refused."
    ]


def test_what_passes_and_what_the_settings_alone_mark() -> None:
    assert lines(BAYES) == ["Nothing that was found was enough to keep it back."]
    assert told(why(Policy(Thresholds(-1, 8, 15)), USER, [])) == ["Tagged by the settings alone, whatever was found."]


@pytest.mark.parametrize("action", list(Action))
def test_there_are_words_for_every_action(action: Action) -> None:
    assert told(Why(action, (DENIED,)), Action.DISCARD if action is not Action.DISCARD else Action.TAG)


def test_in_short_it_is_one_line_of_ascii() -> None:
    assert in_short(why(POLICY, USER, [LIST, BAYES, KNOWN, LINKS])) == (
        "bayes-spam 4.0, link-mismatch 3.0, dnsbl-listed 2.5; would have passed if bayes-spam had been under 3.5"
    )
    assert in_short(why(POLICY, USER, [BAYES])) == ""
    many = [Finding(f"ü{number}", 1.0) for number in range(9)]
    assert in_short(why(POLICY, USER, many)) == (
        "?0 1.0, ?1 1.0, ?2 1.0, ?3 1.0, ?4 1.0, 3 more; "
        "would have passed if ?0 had not been found and ?1 had been under 1"
    )
    several = [Finding(f"gone-{number}", certain=Action.QUARANTINE) for number in range(8)]
    assert in_short(why(POLICY, USER, several)).endswith("gone-4 had not been found and 3 more had been otherwise")


def test_programs_get_the_same_by_the_names_of_findings() -> None:
    found = why(POLICY, USER, [Finding("a", 20.0), FORGED, UNSIGNED, KNOWN])
    assert fields(found) == {
        "sufficient": ["a"],
        "otherwise": [{"name": "dmarc-reject", "under": None}, {"name": "a", "under": 9.0}],
        "vouched": [{"by": ["dkim"], "otherwise": [{"name": "a", "under": 9.0}]}],
        "despite": ["known-correspondent"],
        "instead": None,
    }
