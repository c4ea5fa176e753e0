"""hidden_text: pages that hold text which their reader does not see.

Much honest mail hides a line or two (the preview that a mail program shows beside the subject), so only words that are
not seen elsewhere count, and only where they are many next to what is seen, or where they have the colour of what is
behind them. It asks nothing, cannot fail.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from gatekeeper.message import Mail
from gatekeeper.message.text import Hidden, MessageText, texts
from gatekeeper.tables import Tables
from gatekeeper.values import Finding, Stage

_MOST_KINDS = 5


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[checks.hidden_text]"""

    enabled: bool = True
    score: float = 1.0  # for a page that hides much
    letters: int = 300  # how many letters are much
    share: float = 0.5  # and how many next to those that are seen
    colour_score: float = 1.5  # for text in the colour of what is behind it
    colour_letters: int = 20  # how much of it


def build(settings: Settings, tables: Tables) -> Mapping[Stage, Callable[[Mail], object]]:
    """The check for the body stage."""

    def check(mail: Mail) -> list[Finding]:
        return list(_findings(texts(mail.message), settings)) if mail.message else []

    return {Stage.BODY: check}


def _findings(text: MessageText, settings: Settings) -> Iterator[Finding]:
    if not text.hidden:
        return
    seen = set(text.visible.casefold().split())
    letters = _unseen(text.hidden, seen)
    if letters >= settings.letters and letters >= settings.share * sum(map(len, seen)):
        kinds = ", ".join(sorted({hidden.kind for hidden in text.hidden})[:_MOST_KINDS])
        yield Finding("hidden-text", settings.score, f"{letters} letters: {kinds}")
    coloured = _unseen((hidden for hidden in text.hidden if hidden.kind == "colour"), seen)
    if coloured >= settings.colour_letters:
        yield Finding("hidden-colour", settings.colour_score, f"{coloured} letters")


def _unseen(hidden: Iterable[Hidden], seen: set[str]) -> int:
    """How many letters the hidden words have that are not among those `seen`, each word once."""
    words = {word for text in hidden for word in text.text.casefold().split()}
    return sum(map(len, words - seen))
