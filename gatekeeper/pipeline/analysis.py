"""analysis: a verdict as SpamAssassin's report has it, for people: points, names, what they mean, and the evidence.

Whoever parses such reports looks for `Content analysis details:` and the table behind it, so both stand as there.
Evidence that senders are not told is left out: reports travel. Nothing here fails.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from gatekeeper.pipeline.descriptions import DESCRIPTIONS
from gatekeeper.pipeline.headers import printable, symbol
from gatekeeper.values import Finding, Verdict

_WIDTH = 78
_INDENT = " " * 28
UNDESCRIBED = "No description available."


def report(verdict: Verdict, hostname: str, described: Mapping[str, str] = DESCRIPTIONS) -> str:
    """What `spamc -R` shows: who judged, how, and the details. Lines end with LF. `described`: what the names mean."""
    said = "would be called spam" if verdict.spam else "would not be called spam"
    reason = f"gatekeeper on {hostname} judged this message: it {said} ({verdict.action}, {verdict.reason})."
    return f"{textwrap.fill(reason, _WIDTH)}\n\n{details(verdict, described)}"


def details(verdict: Verdict, described: Mapping[str, str] = DESCRIPTIONS) -> str:
    """The table, heaviest first, as SpamAssassin lays it out. Lines end with LF."""
    head = f"Content analysis details:   ({points(verdict)} points, {verdict.required:.1f} required)\n\n"
    columns = f"{'pts':>4} {'rule name':<22} description\n{'-' * 4} {'-' * 22} {'-' * 50}\n"
    ordered = sorted(verdict.findings, key=lambda finding: (-finding.score, finding.name))
    return head + columns + "".join(f"{line}\n" for finding in ordered for line in _lines(finding, described))


def points(verdict: Verdict) -> str:
    """The score to one decimal; one that is below the threshold does not become it by rounding."""
    text = f"{verdict.score:.1f}"
    short = verdict.score < verdict.required <= float(text)
    return f"{verdict.score - 0.05:.1f}" if short else text


def symbols(findings: Iterable[Finding]) -> str:
    """The names of all findings as SpamAssassin writes them, joined by commas."""
    return ",".join(sorted({symbol(finding.name) for finding in findings}))


def _lines(finding: Finding, described: Mapping[str, str]) -> Iterator[str]:
    score = f"{finding.score:4.1f}" if len(f"{finding.score:.1f}") <= 4 else f"{finding.score:4.0f}"
    lead = f"{score} {symbol(finding.name):<22} "
    meaning = described.get(finding.name) or UNDESCRIBED
    yield from textwrap.wrap(meaning, _WIDTH, initial_indent=lead, subsequent_indent=_INDENT)
    if finding.evidence and not finding.secret:
        yield from textwrap.wrap(
            f"[{printable(finding.evidence)}]", _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT
        )
