"""bayes: what the words of a message, and a linear model beside them, say after what was learnt.

Spam and ham each have one score, the same for every message of their band; what is unsure is left alone, and so is all
mail until enough is learnt. By default it tags, and does not hold or refuse a message by itself. A failure to answer is
silence: this check never holds up mail.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.classifier.digest import digest_of
from gatekeeper.classifier.features import features_of
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Answers, Band, Clue, Finding, Judged, Question, Stage, Words, spelt_out

SPAM, HAM = "bayes-spam", "bayes-ham"
_MOST_SHOWN = 5
_LONGEST_SHOWN = 30


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.bayes]"""

    enabled: bool = True
    spam_score: float = 6.0  # for what it takes for spam
    ham_score: float = -2.0  # for what it takes for ham


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the content stage."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        if mail.message is None:
            return []
        question = Words(digest_of(mail.message).hex(), features_of(mail.message))
        answers = yield frozenset({question})
        match answers[question]:
            case Judged(band=Band.SPAM) as judged:
                return [Finding(SPAM, settings.spam_score, _evidence(judged), secret=True)]
            case Judged(band=Band.HAM) as judged:
                return [Finding(HAM, settings.ham_score, _evidence(judged), secret=True)]
            case _:
                return []

    return {Stage.CONTENT: check}


def _evidence(judged: Judged) -> str:
    """`0.9981: subj:pills (812 spam, 1 ham), …`: the score, and the words that decided."""
    words = ", ".join(map(_shown, judged.clues[:_MOST_SHOWN]))
    return f"{judged.score:.4f}: {words}" if words else f"{judged.score:.4f}"


def _shown(clue: Clue) -> str:
    return f"{_printable(clue.word)} ({clue.spam} spam, {clue.ham} ham)"


def _printable(word: str) -> str:
    short = word if len(word) <= _LONGEST_SHOWN else f"{word[: _LONGEST_SHOWN - 1]}…"
    return spelt_out(short, _LONGEST_SHOWN)
