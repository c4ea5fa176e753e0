"""reputation: what became of earlier mail from this sender, as a small score, good or bad.

A sender is the domain that was authenticated, else the network of the client. Counted are verdicts, without what this
check and `correspondents` had a share in, and more heavily what reviewers said. All fades, and a few messages say
little: of `n` messages the share of bad ones is taken as (bad + 1) / (n + 2). Fails open.
"""

from collections.abc import Callable, Generator, Mapping

import msgspec

from gatekeeper.authentication.vouching import identity
from gatekeeper.message import Mail
from gatekeeper.tables import Tables
from gatekeeper.values import Answers, Finding, Question, Reputation, Reputed, Stage

GOOD, BAD = "reputation-good", "reputation-bad"
_CLEAR = 0.2  # what is nearer to neither good nor bad is no finding


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.reputation]"""

    enabled: bool = True
    good_score: float = -1.5  # at the best
    bad_score: float = 3.0  # at the worst
    least: float = 5.0  # messages, as far as they are not forgotten, before it says anything
    reviewed: float = 5.0  # how many messages a reviewer's word counts for


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the content stage, when it is known who vouches for the message."""

    def check(mail: Mail) -> Generator[frozenset[Question], Answers, list[Finding]]:
        key = identity(mail.results, mail.envelope.client)
        if not key or mail.envelope.outbound:
            return []
        question = Reputation(key)
        answer = (yield frozenset({question}))[question]
        return _findings(key, answer, settings) if isinstance(answer, Reputed) else []

    return {Stage.CONTENT: check}


def leaning(found: Reputed, reviewed: float) -> tuple[float, float]:
    """From -1 (all good) to 1 (all bad), never quite; and the number of messages that say so."""
    good, bad = found.good + reviewed * found.ham, found.bad + reviewed * found.spam
    return (bad - good) / (good + bad + 2), good + bad


def _findings(key: str, found: Reputed, settings: Settings) -> list[Finding]:
    lean, messages = leaning(found, settings.reviewed)
    if messages < settings.least or abs(lean) < _CLEAR:
        return []
    kind, _, name = key.partition(":")
    evidence = (
        f"{kind} {_printable(name)}: {found.good:.1f} good, {found.bad:.1f} bad;"
        f" reviewers: {found.ham:.1f} good, {found.spam:.1f} bad"
    )
    if lean < 0:
        return [Finding(GOOD, round(-lean * settings.good_score, 2), evidence)]
    return [Finding(BAD, round(lean * settings.bad_score, 2), evidence, secret=True)]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:100])
