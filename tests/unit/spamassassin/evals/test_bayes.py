"""Our own classifier where rules ask for SpamAssassin's."""

import pytest

from gatekeeper.spamassassin.evals.bayes import check_bayes
from tests.unit.spamassassin.evals.cases import SomeTexts, case


@pytest.mark.parametrize(
    ("probability", "least", "most", "hit"),
    [
        (0.995, "0.99", "1.00", True),
        (0.99, "0.99", "1.00", False),
        (0.0, "0.00", "0.01", True),
        (0.5, "0.40", "undef", True),
        (0.05, "0.01", "0.05", True),
        (0.051, "0.01", "0.05", False),
        (None, "0.00", "0.01", False),
    ],
)
def test_a_probability_lies_in_a_range(probability: float | None, least: str, most: str, hit: bool) -> None:
    message = case(SomeTexts())
    message.probability = probability
    assert check_bayes(message, least, most) is hit
