"""bogofilter_report: what bogofilter prints of a message: its line, the table of words, the histogram.

The formats are those of its `format.c`, `rstats.c` and `score.c`. A letter that no format has raises `UsageError`.
"""

import math
import os
import pwd
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gatekeeper import __version__
from gatekeeper.app.recipe import Judged
from gatekeeper.classifier.parameters import Parameters
from gatekeeper.classifier.plain import Score
from gatekeeper.cli.bogofilter_header import names_of
from gatekeeper.cli.bogofilter_options import UsageError
from gatekeeper.cli.bogofilter_settings import Settings

SPAM, HAM, UNSURE = 0, 1, 2
"""Classes, and what the program ends with."""

_TOKEN = 30  # MAXTOKENLEN
_WIDEST = 48  # of a histogram's bars
_TENTHS = 10
_MOST_DIGITS = 20


def status_of(spamicity: float, settings: Settings) -> int:
    """`SPAM`, `HAM` or `UNSURE`."""
    if spamicity >= settings.spam_from():
        return SPAM
    return HAM if settings.two_classes or spamicity <= settings.ham_cutoff else UNSURE


@dataclass(frozen=True, slots=True)
class Facts:
    """What formats may ask for beyond the score. `run` says what was learnt: `s`, `Sn`."""

    words: int = 0
    messages: int = 0
    run: str = ""
    raw: bytes = field(default=b"", repr=False)


def formatted(form: str, settings: Settings, score: float, status: int, facts: Facts) -> str:
    """`form` with its letters filled in. Widths mean nothing, as in bogofilter."""
    out, rest = "", form
    while rest:
        plain, _, rest = rest.partition("%")
        flags, rest = _leading(rest, "-#0123456789")
        digits, precision = "", -1
        if rest.startswith("."):
            digits, rest = _leading(rest[1:], "0123456789")
            precision = min(int(digits or 0), _MOST_DIGITS)
        out += plain
        if rest:
            out += _filled(rest[0], precision, "#" in flags, settings, score, status, facts)
        rest = rest[1:]
    return out


def _leading(text: str, letters: str) -> tuple[str, str]:
    """What `text` begins with of these letters, and the rest."""
    rest = text.lstrip(letters)
    return text[: len(text) - len(rest)], rest


def _filled(
    letter: str, precision: int, delta: bool, settings: Settings, score: float, status: int, facts: Facts
) -> str:
    if letter in ("e", "f", "g"):
        shown = 1.0 - score if delta and status == SPAM and 1.0 - score <= 0.001 else score
        digits = precision if precision >= 0 else (2 if letter == "e" else 6)
        return f"%.{digits}{letter}" % shown
    if letter in ("p", "d"):
        return _spamicity(settings.spamicity_formats[status], 1.0 - score if (letter, status) == ("d", SPAM) else score)
    if letter in ("w", "m", "r"):
        return str({"w": facts.words, "m": facts.messages, "r": facts.run}[letter])
    if letter == "o":
        return f"%.{max(precision, 2)}e" % settings.spam_cutoff
    if letter == "D":
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    text = _text(letter, settings, status, facts)
    return text if precision < 0 else text[:precision]


def _text(letter: str, settings: Settings, status: int, facts: Facts) -> str:
    if letter == "u":
        return _user()
    if letter in ("A", "I", "Q"):
        names = names_of(facts.raw)
        return {"A": names.address, "I": names.message_id, "Q": names.queue_id}[letter]
    texts = {
        "%": "%",
        "c": settings.spamicity_tags[status],
        "h": settings.spam_header_name,
        "l": settings.syslog_tag,
        "v": __version__,
    }
    if letter not in texts:
        raise UsageError(f"unknown header format directive: '{letter}'")
    return texts[letter]


def _user() -> str:
    try:
        return os.getlogin()
    except OSError:
        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"#{os.getuid()}"


def _spamicity(form: str, score: float) -> str:
    inner = form[1:-1].replace(".", "", 1)
    if form[:1] != "%" or form[-1] not in "eEfgG" or len(form) > 8 or set(inner) - set("-+ 0123456789"):
        raise UsageError(f"'{form}' is no format for a spamicity")
    return form % score


def table(judged: Judged, parameters: Parameters, prefix: str, logs: bool = False) -> Iterator[bytes]:
    """The lines of `-vvv`, and those of `-R` (`logs`): a word, n, pgood, pbad, fw and whether it was used."""
    more = f"  {'invfwlog':6s}    {'fwlog':6s}" if logs else ""
    yield f"{prefix}{'':{_TOKEN + 2}} {'n':>6s}    pgood     pbad      fw    {more} U".encode()
    score = judged.score
    rows = zip(score.likely, judged.words, judged.counts, score.used, strict=True)
    for fw, word, (spam, ham), used in sorted(rows, key=lambda row: row[:2]):
        numbers = f"{spam + ham:6d}  {_share(ham, judged.messages[1])}  {_share(spam, judged.messages[0])}"
        flag = "+" if used else "-"
        if judged.messages == (0, 0):
            numbers, flag = f"{spam + ham:6d}  --------  --------", "i"
        more = f"{prefix}{math.log(1.0 - fw):10.5f}{math.log(fw):10.5f}" if logs and 0.0 < fw < 1.0 else ""
        gap = " " * max(_TOKEN - len(word), 1)
        yield b'%s"%s"%s %s' % (prefix.encode(), word, gap.encode(), f"{numbers}  {fw:8.6f}{more} {flag}".encode())
    yield from (line.encode() for line in _last(score, parameters, prefix, logs))


def _share(count: int, messages: int) -> str:
    """As C prints a division by nothing."""
    if messages:
        return f"{count / messages:8.6f}"
    return f"{'inf' if count else '-nan':>8s}"


def _last(score: Score, parameters: Parameters, prefix: str, logs: bool) -> Iterator[str]:
    name, k = "N_P_Q_S_s_x_md", sum(score.used)
    values = (score.p, score.q, score.spamicity) if k else (0.0, 0.0, score.spamicity)
    said = (parameters.robs, parameters.robx, parameters.min_dev)
    if logs:
        yield f"{prefix}{name:24s} {k:6d} {' '.join(f'{value:9.2e}' for value in (*values, *said[:2]))} {said[2]:5.3f}"
    else:
        yield f"{prefix}{name:{_TOKEN + 2}s} {k:6d} {' '.join(f'{value:9.6f}' for value in values)}"
        yield f"{prefix}{'':{_TOKEN + 8}s}  {' '.join(f'{value:9.6f}' for value in said)}"


def histogram(judged: Judged, prefix: str) -> Iterator[bytes]:
    """The lines of `-vv`: for each tenth the words used, their mean, and Robinson's spamicity up to there."""
    yield f"{prefix}{'int':>4s} {'cnt':>4s} {'prob':>6s}  spamicity histogram".encode()
    score = judged.score
    used = sorted(one for one, votes in zip(score.likely, score.used, strict=True) if votes)
    tenths = [[one for one in used if min(int(one * _TENTHS), _TENTHS - 1) == n] for n in range(_TENTHS)]
    most, before = max(map(len, tenths)), 0
    for n, tenth in enumerate(tenths):
        before += len(tenth)
        up_to_here = _mean(used[:before], len(used)) if used else score.spamicity
        mean = math.fsum(tenth) / len(tenth) if tenth else 0.0
        bar = len(tenth) if most <= _WIDEST else -(-len(tenth) * _WIDEST // most)
        yield f"{prefix}{n / _TENTHS:3.2f} {len(tenth):4d} {mean:f} {up_to_here:f} {'#' * bar}".encode()


def _mean(used: Sequence[float], words: int) -> float:
    """Robinson's geometric mean of these, as if the others said nothing."""
    p = -math.expm1(math.fsum(math.log1p(-one) if one < 1.0 else -math.inf for one in used) / words)
    q = -math.expm1(math.fsum(math.log(one) if one > 0.0 else -math.inf for one in used) / words)
    return p / (p + q) if p + q else 0.0
