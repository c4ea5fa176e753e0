"""Without a teacher a message is learnt only if rules, words and linear model all say the same, and say it loudly."""

from dataclasses import replace

import pytest

from gatekeeper.message import Mail
from gatekeeper.pipeline.agreement import agreed
from gatekeeper.pipeline.examination import Examination, Inspection
from gatekeeper.pipeline.policy import Policy, Thresholds
from gatekeeper.pipeline.run import CHECK_FAILED
from gatekeeper.values import (
    Action,
    Band,
    Client,
    Envelope,
    Finding,
    Judged,
    Label,
    Stage,
    Verdict,
    Words,
)

SPAM = Judged(0.999, Band.SPAM, 0.9999, 5.0, (200, 200), "7")
HAM = Judged(0.001, Band.HAM, 0.0001, -5.0, (200, 200), "7")
LISTED, MISMATCH = Finding("dnsbl-listed", 10.0), Finding("link-mismatch", 2.0)
SAID_SPAM, SAID_HAM = Finding("bayes-spam", 6.0), Finding("bayes-ham", -2.0)
ALLOW_LIST = Finding("dnswl-listed", -5.0)


def test_all_agree() -> None:
    assert agreed([LISTED, MISMATCH, SAID_SPAM], SPAM, 8.0) is Label.SPAM
    assert agreed([SAID_HAM], HAM, 8.0) is Label.HAM
    assert agreed([ALLOW_LIST, SAID_HAM], HAM, 8.0) is Label.HAM


def test_what_the_words_say_does_not_count_twice() -> None:
    assert agreed([LISTED, SAID_SPAM], SPAM, 8.0) is None
    assert agreed([MISMATCH, SAID_HAM], HAM, 8.0) is None


def test_one_rule_against_it_is_not_outweighed_by_another_in_favour() -> None:
    assert agreed([MISMATCH, ALLOW_LIST, SAID_HAM], HAM, 8.0) is None


@pytest.mark.parametrize(
    "doubt",
    [{"spamicity": 0.98}, {"linear": 2.9}, {"band": Band.UNSURE}, {"learnt": (199, 5000)}, {"behind": True}],
    ids=str,
)
def test_any_doubt_about_spam_is_enough(doubt: dict[str, object]) -> None:
    assert agreed([LISTED, MISMATCH], replace(SPAM, **doubt), 8.0) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "doubt",
    [{"spamicity": 0.02}, {"linear": -2.9}, {"band": Band.UNSURE}, {"learnt": (5000, 199)}, {"behind": True}],
    ids=str,
)
def test_any_doubt_about_ham_is_enough(doubt: dict[str, object]) -> None:
    assert agreed([], replace(HAM, **doubt), 8.0) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("action", Action)
def test_what_settles_a_verdict_says_nothing_about_the_text(action: Action) -> None:
    settled = Finding("access", 0.0, certain=action)
    assert agreed([LISTED, MISMATCH, settled], SPAM, 8.0) is None
    assert agreed([settled], HAM, 8.0) is None


def test_a_broken_check_might_have_found_something() -> None:
    assert agreed([Finding(CHECK_FAILED)], HAM, 8.0) is None


def test_rules_and_words_that_contradict_each_other_teach_nothing() -> None:
    assert agreed([LISTED, MISMATCH], HAM, 8.0) is None
    assert agreed([], SPAM, 8.0) is None


def test_who_holds_mail_later_learns_later() -> None:
    assert agreed([LISTED, MISMATCH], SPAM, 8.1) is None


# in an examination


def verdict(judged: Judged, autolearn: bool, *findings: Finding) -> Verdict:
    """The verdict for a message about which `findings` are made, and of which the words say `judged`."""

    def check(mail: Mail):  # type: ignore[no-untyped-def]
        yield frozenset({Words("00")})
        return findings

    policy = Policy(Thresholds(), autolearn=autolearn)
    inspection = Inspection({Stage.CONTENT: {"it": check}}, policy)
    envelope = Envelope("id", "test", Client(), None, recipients=("kim@example.org",))
    steps = Examination(inspection, envelope).message(b"Subject: x\r\n\r\nx\r\n")
    assert next(steps) == {Words("00")}
    with pytest.raises(StopIteration) as end:
        steps.send({Words("00"): judged})
    (found,) = end.value.value.values()
    assert isinstance(found, Verdict)
    return found


def test_the_verdict_says_what_to_learn_if_that_is_wanted() -> None:
    assert verdict(SPAM, True, LISTED, MISMATCH, SAID_SPAM).learn is Label.SPAM
    assert verdict(SPAM, False, LISTED, MISMATCH, SAID_SPAM).learn is None
    assert verdict(HAM, True, SAID_HAM).learn is Label.HAM
    assert verdict(HAM, True, MISMATCH).learn is None
