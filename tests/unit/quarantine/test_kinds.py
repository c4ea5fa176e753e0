from dataclasses import replace

import pytest

from gatekeeper.quarantine.kinds import Kind, kind_of
from gatekeeper.values import Action, Change, Finding, Verdict

LISTED = Finding("dnsbl-listed", 9.0)


def held(reason: str, *findings: Finding) -> Verdict:
    return Verdict(Action.QUARANTINE, reason, 9.0, 5.0, findings)


def settled(name: str, danger: bool = False) -> Verdict:
    return held(name, Finding(name, certain=Action.QUARANTINE, danger=danger))


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (held("dnsbl-listed", LISTED), Kind.SPAM),
        (settled("dnsbl-listed"), Kind.SPAM),
        (settled("gtube"), Kind.SPAM),
        (held("pyzor-reported"), Kind.BULK),
        (settled("campaign-reported"), Kind.BULK),
        (held("bulk-attendee-list"), Kind.BULK),
        (held("dmarc-fail", Finding("dmarc-fail", 9.0)), Kind.SPAM),
        (settled("dmarc-quarantine"), Kind.POLICY),
        (settled("sender-held"), Kind.POLICY),
        (held("procmail-filed"), Kind.POLICY),
        (held("check-failed"), Kind.POLICY),
        (settled("dns-timeout"), Kind.POLICY),
        (settled("lines-unchangeable", danger=True), Kind.POLICY),
        (settled("banned-attachment", danger=True), Kind.ATTACHMENT),
        (held("encrypted-archive"), Kind.ATTACHMENT),
        (held("document-macros"), Kind.ATTACHMENT),
        (settled("antivirus-down", danger=True), Kind.ATTACHMENT),
        (held("virus-found"), Kind.VIRUS),
        (settled("yara-match"), Kind.VIRUS),
    ],
)
def test_a_kind_follows_from_the_reason(verdict: Verdict, kind: Kind) -> None:
    assert kind_of(verdict) is kind


def test_the_worst_that_was_found_counts() -> None:
    """Who may release spam shall not get a worm by that, because it is in a list as well."""
    worm = Finding("virus-found", certain=Action.REJECT, danger=True)
    banned = Finding("banned-attachment", certain=Action.QUARANTINE, danger=True)
    assert kind_of(held("dnsbl-listed", LISTED, worm)) is Kind.VIRUS
    assert kind_of(held("banned-attachment", banned, worm)) is Kind.VIRUS
    assert kind_of(held("sender-held", banned)) is Kind.ATTACHMENT
    assert kind_of(held("dnsbl-listed", LISTED, replace(banned, certain=None))) is Kind.SPAM


def test_what_went_on_without_an_attachment_is_of_that_kind() -> None:
    changed = Verdict(Action.TAG, "dnsbl-listed", changes=(Change("2", "strip"),))
    assert kind_of(changed) is Kind.ATTACHMENT
