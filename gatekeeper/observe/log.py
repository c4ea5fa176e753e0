"""log: one structured line for each thing worth telling, to standard error.

`logfmt` (`key=value`) for people and grep, or JSON for programs. Values never hold line ends, so nobody who sends
mail can forge a line. Fails silently only when standard error is gone.
"""

import functools
import json
import logging
import string
import sys
import time
from typing import Literal

_PLAIN = frozenset(string.digits + string.ascii_letters + string.punctuation) - frozenset('"=\\')

Format = Literal["logfmt", "json"]


def configure(level: str, style: Format) -> None:
    """Send the log of the whole program to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if style == "json" else Logfmt())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("dns").setLevel(logging.WARNING)
    # What no line shows need not be found out (logging's documentation, "Optimization"): a third of the cost.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def event(logger: logging.Logger, name: str, /, **fields: object) -> None:
    """Log one event with its fields, in their order."""
    if logger.isEnabledFor(logging.INFO):
        logger.info(name, extra={"fields": fields})


def _pairs(record: logging.LogRecord) -> dict[str, object]:
    stamp = f"{_second(int(record.created))}.{int(record.msecs):03d}Z"
    pairs: dict[str, object] = {"time": stamp, "level": record.levelname.lower(), "event": record.getMessage()}
    pairs |= getattr(record, "fields", {})
    if record.exc_info:
        pairs["trace"] = logging.Formatter().formatException(record.exc_info)
    return pairs


@functools.lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


class Logfmt(logging.Formatter):
    """`time=… level=info event=message id=… action=reject`."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(f"{key}={_quoted(value)}" for key, value in _pairs(record).items())


class Json(logging.Formatter):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_pairs(record), default=str)


def _quoted(value: object) -> str:
    text = str(value)
    return text if text and _PLAIN.issuperset(text) else json.dumps(text)
