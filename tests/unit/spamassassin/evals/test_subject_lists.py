"""Subjects that are welcome or not."""

from gatekeeper.spamassassin.evals.subject_lists import check_subject_in_blocklist, check_subject_in_welcomelist
from tests.unit.spamassassin.evals.cases import SomeTexts, case


def test_globs_are_found_anywhere_whatever_their_case() -> None:
    lines = {"welcomelist_subject": "[Cats]\nb?ack *dogs", "blocklist_subject": "buy"}

    def welcome(subject: bytes) -> bool:
        return check_subject_in_welcomelist(case(SomeTexts({"Subject": subject}), "header", None, **lines))

    assert welcome(b"Re: [CATS] hello\n")
    assert welcome(b"my black and white dogs\n")
    assert not welcome(b"c\n")
    assert not welcome(b"")
    assert check_subject_in_blocklist(case(SomeTexts({"Subject": b"Buy\n"}), "header", None, **lines))
    assert not check_subject_in_blocklist(case(SomeTexts({"Subject": b"Buy\n"})))
