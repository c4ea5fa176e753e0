"""redirectors: what `redirector_pattern` says about links that lead on to others. A pattern that cannot be run is left
out; one that takes too long over a link says nothing about it.
"""

from collections.abc import Callable
from functools import partial

from gatekeeper.spamassassin.options import Options
from gatekeeper.spamassassin.perl import perl
from gatekeeper.tables.matcher import Budget, ExhaustedError, Matcher, PatternError

_SECONDS = 0.05  # for one link


def redirectors(options: Options) -> tuple[Callable[[bytes], bytes | None], ...]:
    """For each pattern, what a link leads on to: its first group; None where it does not match."""
    return tuple(
        partial(_target, matcher) for text in options.lines.get("redirector_pattern", ()) for matcher in _of(text)
    )


def _of(text: str) -> tuple[Matcher, ...]:
    try:
        matcher = Matcher(perl(text), captures=True)
    except PatternError:
        return ()
    return (matcher,) if matcher.groups else ()


def _target(matcher: Matcher, link: bytes) -> bytes | None:
    try:
        groups = matcher.search(link, Budget(_SECONDS))
    except ExhaustedError:
        return None
    return groups[0] if groups else None
