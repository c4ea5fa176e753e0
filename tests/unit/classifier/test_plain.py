import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.classifier.combine import combine, probabilities
from gatekeeper.classifier.parameters import Parameters
from gatekeeper.classifier.plain import score

COUNTS = st.lists(st.tuples(*[st.integers(0, 9) | st.integers(0, 2**32 - 1)] * 2), max_size=60)
MESSAGES = st.tuples(*[st.sampled_from([0, 1, 1000, 2**32 - 1])] * 2)
PARAMETERS = st.sampled_from(
    [
        Parameters(),
        Parameters(min_dev=0.02, robx=0.4, robs=1.5),
        Parameters(sp_esf=0.4, ns_esf=0.7),
        Parameters(robx=1.0),
    ]
)


@given(COUNTS, MESSAGES, PARAMETERS)
def test_it_says_what_combine_says(
    counts: list[tuple[int, int]], messages: tuple[int, int], parameters: Parameters
) -> None:
    spam, ham = (np.array([pair[n] for pair in counts], np.int64) for n in (0, 1))
    likely = probabilities(spam, ham, *messages, parameters)
    combined, said = combine(likely, parameters), score(counts, messages, parameters)
    assert said.likely == pytest.approx(likely.tolist(), abs=1e-12)
    if said.used == combined.used.tolist():  # a word may stand on the very edge
        assert (said.spamicity, said.p, said.q) == pytest.approx((combined.spamicity, combined.p, combined.q), abs=1e-6)
    else:
        assert np.isclose(np.abs(likely - 0.5), parameters.min_dev).any()


def test_it_does_without_numpy() -> None:
    code = "import sys, gatekeeper.classifier.plain; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
