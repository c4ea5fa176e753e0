"""wishes: what it costs to ask for fewer false positives, and what more would save. It cannot fail.

Scores are given the newest first, as `cutoffs.propose` takes them.
"""

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.cutoffs import Proposal, one_in, propose
from gatekeeper.classifier.intervals import Estimate, fewest_for
from gatekeeper.classifier.measure import Errors, errors_at
from gatekeeper.classifier.ranking import Scored
from gatekeeper.cli.evaluation.figures import interval, percent

COLUMNS = ("ham blocked at most", "spam from", "ham blocked %", "spam not blocked %")

_WISHES = (0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)


def wishes(scored: Scored) -> list[tuple[str, str, str, str]]:
    """For each wish the cut-off that follows, and what it would have done; or what is missing."""
    rows = []
    for wish in _WISHES:
        proposal = propose(scored.spam, scored.ham, wish)
        if proposal.enough:
            errors = errors_of(scored, proposal, proposal.cutoffs)
            cells = f"{proposal.cutoffs.spam:.6g}", said(errors.ham_blocked), said(errors.spam_missed)
        else:
            cells = f"needs {fewest_for(wish):,} ham" if proposal.spam else "needs spam", "", ""
        rows.append((one_in(wish), *cells))
    return rows


def errors_of(scored: Scored, proposal: Proposal, cutoffs: Cutoffs) -> Errors:
    """What these cut-offs would have done to the messages that the proposal was made from."""
    return errors_at(Scored.of(scored.spam[: proposal.spam], scored.ham[: proposal.ham]), cutoffs)


def said(share: Estimate) -> str:
    """In percent, with its interval."""
    return f"{percent(share.value)} ({interval(share)})"
