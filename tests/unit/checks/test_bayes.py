"""Spam and ham of the words have their scores; what is unsure, unknown or unanswered is left alone."""

import pytest

from gatekeeper.checks.bayes import HAM, SPAM, Settings, build
from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import Features, features_of
from gatekeeper.message import Mail, Message, parse
from gatekeeper.pipeline.policy import Thresholds
from gatekeeper.tables import Tables
from gatekeeper.values import (
    Absent,
    Action,
    Answer,
    Band,
    Client,
    Clue,
    Envelope,
    Exceeded,
    Failed,
    Finding,
    Found,
    Judged,
    Refused,
    Stage,
    TimedOut,
    Words,
)

ENVELOPE = Envelope("id", "test", Client(), None)
MESSAGE = parse(b"Subject: cheap pills\r\n\r\nBuy cheap pills today\r\n")


def judged(band: Band, *clues: Clue, score: float = 0.99812) -> Judged:
    return Judged(score, band, 0.9999, 4.0, (500, 400), "7", clues)


def asked(message: Message = MESSAGE) -> Words:
    """What the check asks about a message."""
    (question,) = next(build(Settings(), Tables())[Stage.CONTENT](Mail(ENVELOPE, message=message)))  # type: ignore[call-overload]
    assert isinstance(question, Words)
    return question


def found(answer: Answer, **settings: float) -> list[Finding]:
    steps = build(Settings(**settings), Tables())[Stage.CONTENT](Mail(ENVELOPE, message=MESSAGE))  # type: ignore[arg-type]
    (question,) = next(steps)  # type: ignore[call-overload]
    with pytest.raises(StopIteration) as end:
        steps.send({question: answer})  # type: ignore[attr-defined]
    return list(end.value.value)


def test_it_asks_once_with_the_features_of_the_message() -> None:
    question = asked()
    features, expected = question.features, features_of(MESSAGE)
    assert isinstance(features, Features)
    assert features.words == expected.words
    assert features.grams.tolist() == expected.grams.tolist()
    assert question.digest == digest_of(MESSAGE).hex()


def test_the_same_text_is_the_same_question_whoever_brought_it() -> None:
    again = parse(b"Received: from elsewhere\r\nSubject: cheap pills\r\n\r\nBuy cheap pills today\r\n")
    other = parse(b"Subject: cheap pills\r\n\r\nBuy cheap pills tomorrow\r\n")
    assert asked(again) == asked() != asked(other)


def test_spam_and_ham_have_their_scores() -> None:
    (spam,) = found(judged(Band.SPAM))
    (ham,) = found(judged(Band.HAM, score=0.00123))
    assert (spam.name, spam.score, spam.evidence) == (SPAM, 6.0, "0.9981")
    assert (ham.name, ham.score, ham.evidence) == (HAM, -2.0, "0.0012")
    assert found(judged(Band.SPAM), spam_score=3.5)[0].score == 3.5
    assert found(judged(Band.HAM), ham_score=-0.5)[0].score == -0.5


@pytest.mark.parametrize(
    "answer",
    [judged(Band.UNSURE), Absent(), TimedOut("3 s"), Refused(), Failed("x"), Exceeded("time"), Found(("spam",))],
    ids=lambda answer: type(answer).__name__,
)
def test_everything_else_is_left_alone(answer: Answer) -> None:
    assert found(answer) == []


def test_it_tags_by_itself_and_neither_holds_nor_refuses() -> None:
    (spam,) = found(judged(Band.SPAM))
    assert (spam.certain, spam.danger) == (None, False)
    assert Thresholds().action(spam.score) is Action.TAG


def test_the_words_that_decided_are_shown_but_not_to_the_sender() -> None:
    clues = [Clue(f"word{n}", 100 - n, n, 0.99) for n in range(15)]
    (spam,) = found(judged(Band.SPAM, *clues))
    assert spam.evidence == (
        "0.9981: word0 (100 spam, 0 ham), word1 (99 spam, 1 ham), word2 (98 spam, 2 ham), "
        "word3 (97 spam, 3 ham), word4 (96 spam, 4 ham)"
    )
    assert spam.secret


def test_words_are_shown_short_and_harmless() -> None:
    (spam,) = found(judged(Band.SPAM, Clue("\x1b[2J\u202egnp\udcff", 1, 0, 0.9), Clue("x" * 100, 1, 0, 0.9)))
    assert spam.evidence == (rf"0.9981: \u001b[2J\u202egnp\udcff (1 spam, 0 ham), {'x' * 29}… (1 spam, 0 ham)")


def test_before_the_content_there_is_nothing_to_say() -> None:
    steps = build(Settings(), Tables())[Stage.CONTENT](Mail(ENVELOPE))
    with pytest.raises(StopIteration) as end:
        next(steps)  # type: ignore[call-overload]
    assert end.value.value == []
