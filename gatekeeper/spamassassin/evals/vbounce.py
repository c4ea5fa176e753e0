"""vbounce: bounces that quote our own relays (VBounce)."""

from collections.abc import Iterator

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.perl import fixed

_LIST = "welcomelist_bounce_relays"
_RECEIVED = fixed(r"^[> ]*Received:", "i")
_NAME = fixed(r" (\S+\.\S+) ")
_FOLDED_NAME = fixed(r"\s(\S+\.\S+)\s")
_MOST = 8192
"""Octets of one quoted field that are looked at."""


def have_any_bounce_relays(case: Case) -> bool:
    """Whether `welcomelist_bounce_relays` names any."""
    return bool(case.options.addresses(_LIST))


def check_welcomelist_bounce_relays(case: Case) -> bool:
    """Whether a Received field quoted in the text names one of them."""
    if not have_any_bounce_relays(case):
        return False
    known = case.options.addresses(_LIST)
    return any(name.decode("utf-8", "replace").lower() in known for name in _names(case))


def _names(case: Case) -> Iterator[bytes]:
    for line in case.texts.body:
        if _RECEIVED.search(line):
            yield from (found[1] for found in _NAME.finditer(line))
    for field in _quoted(case.texts.tree.body):
        yield from (found[1] for found in _FOLDED_NAME.finditer(field[:_MOST]))


def _quoted(body: bytes) -> Iterator[bytes]:
    """Each Received field in the body as it came, with its folds."""
    if b"received:" not in body.lower():
        return
    field = b""
    for line in body.split(b"\n"):
        if field and line[:1].isspace():
            if len(field) < _MOST:
                field += line
            continue
        if field:
            yield field
        field = line if _RECEIVED.search(line) else b""
    if field:
        yield field


FUNCTIONS = (
    have_any_bounce_relays,
    check_welcomelist_bounce_relays,
)
