"""robinson: Robinson's geometric mean, which bogofilter and SpamBayes had before Fisher. It cannot fail.

G. Robinson, "A Statistical Approach to the Spam Problem", Linux Journal 107, 2003. Its scores stay near the middle.
"""

import math
import sys

import numpy as np
from numpy.typing import NDArray

_LEAST = sys.float_info.epsilon


def robinson(likely: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Spamicity, his P and Q, and the log odds of P and Q, of one or more probabilities."""
    with np.errstate(divide="ignore"):
        p = -math.expm1(float(np.log1p(-likely).mean()))
        q = -math.expm1(float(np.log(likely).mean()))
    return p / (p + q), p, q, math.log(max(p, _LEAST)) - math.log(max(q, _LEAST))
