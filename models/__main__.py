"""models: make the demonstration model anew, from the project's own samples.

    python -m models

It writes `models/demonstration/classifier/`, which any command takes for a state directory:
`gatekeeper classify --state models/demonstration FILE`. The same samples give the same model.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np

from gatekeeper.classifier import card as cards
from gatekeeper.classifier.features import features_of
from gatekeeper.classifier.learner import Learner
from gatekeeper.classifier.model import Model
from gatekeeper.message import parse
from gatekeeper.stores.model_file import CARD, FORMAT
from gatekeeper.values import Label
from models.samples import ham, spam

PLACE = Path(__file__).with_name("demonstration") / "classifier"
FILE = "model-1.npz"
DATE = "2026-11-23"


def made() -> tuple[Model, dict[str, object]]:
    """The model, and how good it is on its own samples: each is judged before it is learnt."""
    learner = Learner(name="demonstration")
    wrong = 0
    for one, other in zip(spam(), ham(), strict=True):
        for raw, label in ((one, Label.SPAM), (other, Label.HAM)):
            said = learner.learn(features_of(parse(raw)), label)
            wrong += (said.score >= 0.5) is not (label is Label.SPAM)
    spams, hams = learner.learnt
    measured = {"spam": spams, "ham": hams, "mistaken": wrong, "enough": False, "why": "invented samples"}
    return learner.model(), measured


def main() -> None:
    """Write it."""
    model, measured = made()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in model.arrays().items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # of 1980: the same arrays give the same file
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), (1, 0), allow_pickle=False)
    card = {
        "format": FORMAT,
        "file": FILE,
        "sha256": hashlib.sha256(packed.getvalue()).hexdigest(),
        **cards.card(model.known),
        "date": DATE,
        "data": "models/samples.py: 70 spam and 70 ham, invented for this project",
        "words": len(model.counts.keys),
        "measured": measured,
    }
    PLACE.mkdir(parents=True, exist_ok=True)
    (PLACE / FILE).write_bytes(packed.getvalue())
    (PLACE / CARD).write_text(json.dumps(card, indent=1) + "\n")
    print(f"{PLACE}: {len(packed.getvalue())} octets")


if __name__ == "__main__":
    main()
