"""card: what a model says of itself beside its arrays, as plain values for JSON, and back.

`known` fails with `ValueError` on what `card` did not make.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.combine import Parameters
from gatekeeper.classifier.judging import Known


def card(known: Known) -> dict[str, Any]:
    """Everything of `known` that is no array."""
    return {
        "name": known.name,
        "behind": known.behind,
        "messages": {"spam": known.learnt[0], "ham": known.learnt[1]},
        "parameters": asdict(known.parameters),
        "cutoffs": asdict(known.cutoffs),
    }


def known(written: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Known` that `Model.from_arrays` does not find in the arrays."""
    try:
        return {
            "name": str(written["name"]),
            "behind": bool(written["behind"]),
            "parameters": Parameters(**written["parameters"]),
            "cutoffs": Cutoffs(**{end: float(score) for end, score in written["cutoffs"].items()}),
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"the card of the model is damaged: {error}") from None
