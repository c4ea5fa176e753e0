"""sharing: the model that is served, and how it belongs to the training it was made from.

The card says after which event of which store it was made. What was committed and not shared (a crash) is seen by
that, and mended by whoever learns next. Fails with `StoreError`.
"""

import time
from dataclasses import replace
from pathlib import Path

from gatekeeper.classifier import card as cards
from gatekeeper.classifier.bands import Cutoffs
from gatekeeper.classifier.combine import Parameters
from gatekeeper.classifier.counts import Counts
from gatekeeper.classifier.cutoffs import propose
from gatekeeper.classifier.model import Model, empty
from gatekeeper.config.schema import Classifier
from gatekeeper.stores import model_file
from gatekeeper.stores.training_port import TrainingStore
from gatekeeper.stores.training_rows import State
from gatekeeper.values import Label

_TRIALS = 20_000  # the newest, from which cut-offs are fitted


def served(directory: Path) -> tuple[Model, model_file.Card] | None:
    """The model that is served and its card; None if nothing was learnt yet."""
    found = model_file.read(directory)
    if found is None:
        return None
    arrays, card = found
    try:
        return Model.from_arrays(arrays, **cards.known(card)), card
    except ValueError as error:
        raise model_file.Damaged(directory / card["file"], str(error), model_file.REMEDY) from None


def share(directory: Path, training: TrainingStore, state: State, model: Model, settings: Classifier) -> Model:
    """Serve `model`, which is that of the training as it stands at `state`; with its cut-offs and its name."""
    trials = training.trials(_TRIALS)
    spam, ham = ([score for label, score in trials if label == wanted] for wanted in (Label.SPAM, Label.HAM))
    proposal = propose(spam, ham, settings.ham_blocked)
    cutoffs = chosen(settings, proposal.cutoffs)
    name = f"{state.store[:8]}-{state.epoch}-{state.last}"
    model = replace(model, known=replace(model.known, cutoffs=cutoffs, name=name))
    card = {
        **cards.card(model.known),
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "store": state.store,
        "epoch": state.epoch,
        "last": state.last,
        "words": len(model.counts.keys),
        "asked": _asked(settings),
        "measured": {
            "spam": proposal.spam,
            "ham": proposal.ham,
            "missed": proposal.missed,
            "blocked": proposal.blocked,
            "enough": proposal.enough,
            "why": proposal.why,
        },
    }
    model_file.write(directory, model.arrays(), card)
    return model


def chosen(settings: Classifier, fitted: Cutoffs) -> Cutoffs:
    """The operator's cut-offs where there are any."""
    return Cutoffs(ham=settings.ham_cutoff or fitted.ham, spam=settings.spam_cutoff or fitted.spam)


def parameters(settings: Classifier) -> Parameters:
    """How words are weighed."""
    return Parameters(robs=settings.robs, robx=settings.robx, min_dev=settings.min_dev, combiner=settings.combiner)


def _asked(settings: Classifier) -> dict[str, object]:
    """What the operator asks of a model, beside that it be that of the training."""
    names = ("combiner", "robs", "robx", "min_dev", "spam_cutoff", "ham_cutoff", "ham_blocked")
    return {name: getattr(settings, name) for name in names}


def working(directory: Path, training: TrainingStore, state: State, settings: Classifier) -> tuple[Model, int]:
    """The model to go on from, and after which event it was made; behind if it is not what the events say.

    To be called by who holds the lock.
    """
    try:
        found = served(directory)
    except model_file.Damaged:
        found = None
    if found is None:
        model = nothing(settings)
        return (recounted(training, state, model), state.last) if state.last else (model, 0)
    model, card = found
    model = replace(model, known=replace(model.known, parameters=parameters(settings)))
    if follows(card, state) and _adds_up(training, state, model, card["last"]):
        return model, card["last"]
    return recounted(training, state, model), state.last


def _adds_up(training: TrainingStore, state: State, model: Model, last: int) -> bool:
    """Whether the model and the events behind `last` make what is known. No digest covers the card that says `last`."""
    spam, ham = model.known.learnt
    for event in training.events(last, state.last):
        spam, ham = spam + event.messages[0], ham + event.messages[1]
    return (spam, ham) == (state.spam, state.ham)


def recounted(training: TrainingStore, state: State, model: Model) -> Model:
    """`model` with the counts that the training has; its other half is behind."""
    known = replace(model.known, learnt=(state.spam, state.ham), behind=True)
    return Model(Counts.of(*training.words().table()), known)


def nothing(settings: Classifier) -> Model:
    """The model of somebody who has learnt nothing."""
    return empty(parameters=parameters(settings), cutoffs=chosen(settings, Cutoffs()))


def behind(directory: Path, state: State) -> bool:
    """Whether what is served is not what the events say."""
    try:
        card = model_file.read_card(directory)
    except model_file.Damaged:
        return True
    if card is None:
        return state.last > 0
    there = model_file.is_there(directory, card) and follows(card, state)
    return not there or card["last"] < state.last or card.get("behind") is not False


def is_served(directory: Path, state: State, model: Model, settings: Classifier) -> bool:
    """Whether `model`, which is that of the training as it stands at `state`, is served, and as is asked for."""
    try:
        card = model_file.read_card(directory)
    except model_file.Damaged:
        return False
    if card is None:
        return not state.last
    there = model_file.is_there(directory, card) and follows(card, state) and card.get("asked") == _asked(settings)
    return there and card["last"] == state.last and card.get("behind") is model.known.behind


def follows(card: model_file.Card, state: State) -> bool:
    """Whether the events up to that of the card are still the same."""
    same = (card.get("store"), card.get("epoch")) == (state.store, state.epoch)
    return same and isinstance(card.get("last"), int) and card["last"] <= state.last
