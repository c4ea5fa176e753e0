import json

import pytest

from gatekeeper.classifier import card as cards
from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.combine import Parameters
from gatekeeper.classifier.judging import Known
from gatekeeper.classifier.linear import Linear

KNOWN = Known(
    (3, 4),
    Linear(),
    parameters=Parameters(robx=0.4, combiner="graham"),
    cutoffs=Cutoffs(0.1, 0.8),
    name="a-1",
    behind=True,
)


def test_it_comes_back_from_json() -> None:
    again = cards.known(json.loads(json.dumps(cards.card(KNOWN))))
    assert again == {"name": "a-1", "behind": True, "parameters": KNOWN.parameters, "cutoffs": KNOWN.cutoffs}


def test_people_can_read_how_much_is_known() -> None:
    assert cards.card(KNOWN)["messages"] == {"spam": 3, "ham": 4}


@pytest.mark.parametrize(
    "change",
    [
        {"name": None, "parameters": None},
        {"parameters": {"robz": 1}},
        {"parameters": {"robs": -1.0}},
        {"cutoffs": [0.1, 0.8]},
        {"cutoffs": {"low": 0.1}},
        {"cutoffs": {"ham": "low", "spam": 0.9}},
    ],
)
def test_what_is_no_card_is_told(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="card of the model is damaged"):
        cards.known(cards.card(KNOWN) | change)


def test_what_is_missing_is_told() -> None:
    with pytest.raises(ValueError, match="card of the model is damaged"):
        cards.known({})
