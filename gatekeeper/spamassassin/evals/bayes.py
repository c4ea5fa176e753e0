"""bayes: our own classifier, where rules ask for SpamAssassin's (Bayes)."""

from gatekeeper.spamassassin.evals.contract import Case
from gatekeeper.spamassassin.evals.perl import number


def check_bayes(case: Case, least: str, most: str) -> bool:
    """Whether the probability of spam is more than `least` and at most `most`; not, if none was computed."""
    if case.probability is None:
        return False
    above = number(least) == 0 or case.probability > number(least)
    return above and (most == "undef" or case.probability <= number(most))


FUNCTIONS = (check_bayes,)
