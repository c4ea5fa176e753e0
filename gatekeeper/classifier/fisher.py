"""fisher: Fisher's way to combine probabilities, as bogofilter's `score.c` has it. It cannot fail.

R. A. Fisher 1925; for mail G. Robinson, "A Statistical Approach to the Spam Problem", Linux Journal 107, 2003. Under
the hypothesis that a message's words mean nothing, minus twice the logarithm of the product of their probabilities is
distributed as chi-square with two degrees of freedom a word; what is left of that distribution beyond it says how far
the hypothesis can be held.
"""

import math

MOST_LOGIT = 300.0
"""Beyond this no log odds go: far from where doubles stop telling two of them apart, near or far."""

_EPSILON = 2.0**-52  # DBL_EPSILON: bogofilter takes any tail below it for nothing
_MOST_TERMS = 100_000


def fisher(
    words: int, not_spam: float, not_ham: float, sp_esf: float, ns_esf: float
) -> tuple[float, float, float, float]:
    """Spamicity, p, q, and the log odds of q and p, of one or more words.

    `not_spam` is minus the logarithm of the product of 1 - fw, `not_ham` that of the product of fw. The effective size
    factors count words as less than one each, because they do not come alone (`bogofilter --sp-esf`, `--ns-esf`).
    """
    log_p = log_upper_gamma(words * sp_esf, not_spam * sp_esf)
    log_q = log_upper_gamma(words * ns_esf, not_ham * ns_esf)
    p, q = _tail(log_p), _tail(log_q)
    logit = min(max(log_q - log_p, -MOST_LOGIT), MOST_LOGIT)
    if sp_esf >= 1.0 and ns_esf >= 1.0:
        return (1.0 + q - p) / 2.0, p, q, logit
    return (q / (q + p) if q + p else 0.5), p, q, logit


def log_upper_gamma(a: float, x: float) -> float:
    """Logarithm of Q(a, x), the regularised upper incomplete gamma function (DLMF §8.2).

    Q(n/2, x/2) is chi-square's tail; its logarithm goes on where it is itself 0 as a double. Takes some √a steps.
    """
    if x <= 0.0:
        return 0.0
    if x == math.inf:
        return -math.inf
    front = a * math.log(x) - x - math.lgamma(a)
    if x < a + 1.0:
        return math.log1p(-min(math.exp(front) * _series(a, x), 1.0 - _EPSILON))
    return front + math.log(_fraction(a, x))


def _series(a: float, x: float) -> float:
    """The series of the lower incomplete gamma function (DLMF §8.7.1), which converges fast below a."""
    term = total = 1.0 / a
    for n in range(1, _MOST_TERMS):
        term *= x / (a + n)
        total += term
        if term < total * _EPSILON:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """The continued fraction of the upper one (DLMF §8.9.2) by Lentz's method, which converges fast above a."""
    b = x + 1.0 - a
    c, d = math.inf, 1.0 / b
    value = d
    for n in range(1, _MOST_TERMS):
        numerator = -n * (n - a)
        b += 2.0
        d = 1.0 / (numerator * d + b)
        c = b + numerator / c
        step = c * d
        value *= step
        if abs(step - 1.0) < _EPSILON * 2:
            break
    return value


def _tail(log: float) -> float:
    tail = math.exp(log)
    return tail if tail >= _EPSILON else 0.0
