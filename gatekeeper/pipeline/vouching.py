"""vouching: who might have vouched for the sender and did not, and what the findings would be if they had.

    dkim, spf, dmarc   the method had passed for the sender's own domain
    dkim=DOMAIN        DOMAIN had signed it
    client             it had come from a client that the sender's entry names

A method that had passed takes its own finding away, and that of DMARC, which goes by it; an allow entry that waits for
it (`Finding.awaits`) lets the message in. What other rules make of it is not known, so nothing else changes. It cannot
fail.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gatekeeper.authentication.domains import aligned
from gatekeeper.values import Action, Authenticated, Finding

_OF_HELO = "spf-helo-"
_MOST = 10  # ways that entries name and are tried


def vouchers(findings: Sequence[Finding]) -> Iterator[tuple[str, ...]]:
    """What might have vouched together, by names as above. Of what entries wait for beside methods one is enough."""
    methods = [method for method in ("dkim", "spf") if _missing(method, findings)]
    awaited = dict.fromkeys(way for finding in findings for way in finding.awaits)
    implied = {*methods, "dmarc"} if methods and _dmarc_failed(findings) else {*methods}
    others = [way for way in awaited if way not in implied and not _has_passed(way, findings)][:_MOST]
    for some in (*((method,) for method in methods), *((tuple(methods),) if len(methods) > 1 else ()), ()):
        yield from (by for by in (some, *((*some, other) for other in others)) if by)


def with_vouched(findings: Iterable[Finding], by: Collection[str], scores: Mapping[str, float]) -> list[Finding]:
    """The findings as they would be if all of `by` had vouched for the sender."""
    found = list(findings)
    passed = _passing(by, found)
    own = _author(found)
    left = [finding for finding in found if not _falls(finding, passed, own)]
    let_in = [replace(f, certain=Action.ACCEPT) if not passed.isdisjoint(f.awaits) else f for f in left]
    names = (f"{method}-pass" for method in ("dkim", "spf", "dmarc") if method in passed)
    return [*let_in, *(Finding(name, scores.get(name, 0.0)) for name in names)]


def _falls(finding: Finding, passed: Collection[str], author: str) -> bool:
    """Whether it would not be there: it says that a method did not pass which now has."""
    result = _result(finding)
    if result is None or result.passed or result.method not in passed:
        return False
    return result.method != "dkim" or not result.domain or _speaks(result, author)


def _passing(by: Collection[str], findings: Sequence[Finding]) -> set[str]:
    """`by`, and DMARC, if it failed for want of one of those."""
    author = _author(findings)
    spf = any(aligned(result.domain, author) for result in _results("spf", findings))
    speaks = "dkim" in by or ("spf" in by and spf)
    return {*by, "dmarc"} if speaks and _dmarc_failed(findings) else {*by}


def _missing(method: str, findings: Sequence[Finding]) -> bool:
    """Whether `method` was asked, or is waited for, and did not pass for the sender's domain."""
    asked = _results(method, findings) or any(method in finding.awaits for finding in findings)
    return bool(asked) and not _has_passed(method, findings)


def _has_passed(method: str, findings: Sequence[Finding]) -> bool:
    author = _author(findings)
    return any(result.passed and _speaks(result, author) for result in _results(method, findings))


def _speaks(result: Authenticated, author: str) -> bool:
    """Whether it is about the sender, and not about somebody else who signed."""
    return result.method != "dkim" or not author or aligned(result.domain, author)


def _author(findings: Iterable[Finding]) -> str:
    """The domain in From, as far as DMARC has named it."""
    return next((result.domain for result in _results("dmarc", findings)), "")


def _dmarc_failed(findings: Iterable[Finding]) -> bool:
    return any(result.result == "fail" for result in _results("dmarc", findings))


def _results(method: str, findings: Iterable[Finding]) -> list[Authenticated]:
    found = map(_result, findings)
    return [result for result in found if result is not None and result.method == method]


def _result(finding: Finding) -> Authenticated | None:
    """What it says of the sender; the name in HELO is not theirs."""
    return None if finding.name.startswith(_OF_HELO) else finding.result
