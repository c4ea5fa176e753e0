"""autolearn: learns what nobody had to judge: rules, words and linear model agreed on it (`pipeline.agreement`).

The workers mark such messages when they pass; the keeper learns them here, so that no message waits. Each is an event
of the source `auto`: `gatekeeper forget --source auto` takes them all back. Fails with `StoreError`.
"""

from gatekeeper.app.learning import Learning, Sample
from gatekeeper.classifier.features import Features
from gatekeeper.stores.passed import Passed, Trace

SOURCE = "auto"
TEACHER = "autolearn"
_AT_ONCE = 100


def autolearn(passed: Passed, learning: Learning) -> int:
    """Learn what is marked and not known yet, within what one teacher may teach; how many were learnt.

    What somebody has taught stays as it is, and what is damaged is passed over; neither is tried again.
    """
    traces = passed.sure(_AT_ONCE)
    if not traces:
        return 0
    known = learning.training.taught([trace.digest for trace in traces])
    fresh = [_sample(trace, learning.settings.fold) for trace in traces if trace.digest not in known]
    samples = [sample for sample in fresh if sample is not None]
    learnt = learning.learn(samples, source=SOURCE, teacher=TEACHER).learnt if samples else 0
    passed.settle(trace.id for trace in traces)
    return learnt


def _sample(trace: Trace, fold: bool) -> Sample | None:
    try:
        features = Features.unpack(trace.features)
    except ValueError:
        return None
    assert trace.sure is not None
    return Sample(features.folded() if fold else features, trace.digest, trace.sure, trace.id)
