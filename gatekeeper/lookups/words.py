"""words: what the trained model takes a message for. Answers at once, from a model that is mapped from its file.

A thread looks once a second whether another model is served, reads and checks it there, and puts it in the place of the
old one: no message waits for it. A model that cannot be used is told of once, and the old one goes on. `Absent`:
nothing was learnt yet. Never raises.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gatekeeper.classifier.features import Features
from gatekeeper.classifier.model import Model
from gatekeeper.observe.log import event
from gatekeeper.stores.opening import StoreError
from gatekeeper.values import Absent, Answer, Failed, Words

EVERY = 1.0  # seconds between two looks
_MOST_PAUSE = 3.0  # where reading takes long, so that it does not take all the time there is
_AGAIN = 60.0  # seconds until what could not be used is tried again, unless it changes
_log = logging.getLogger(__name__)


class Judge:
    """`card` is the file that changes with the model; `read` gives the model or None, or raises `StoreError`. With
    `fold` words are in lower case.
    """

    def __init__(self, card: Path, read: Callable[[], Model | None], fold: bool = False) -> None:
        self._card, self._read, self._fold = card, read, fold
        self._model: Model | None = None
        self._seen: tuple[int, ...] | None = None  # the card of that model, or of one that could not be used
        self._told = ""
        self._try_again = float("inf")
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Read the model that is there, and go on looking for others. After the fork."""
        self.look()
        self._thread = threading.Thread(target=self._watch, name="model", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def known(self, question: Words) -> Answer:
        """What the message with these features is taken for."""
        model, features = self._model, question.features
        if model is None:
            return Absent()
        if not isinstance(features, Features):
            return Failed("its features are not at hand")
        return model.judge(features.folded() if self._fold else features)

    async def answer(self, question: Words) -> Answer:
        """The same."""
        return self.known(question)

    def look(self) -> None:
        """If there is another model than the one last seen, take it."""
        card = _identity(self._card)
        if card == self._seen and time.monotonic() < self._try_again:
            return
        began = time.monotonic()
        try:
            self._model = self._read()
        except Exception as error:
            self._try_again = began + _AGAIN
            self._tell(error)
        else:
            self._try_again, self._told = float("inf"), ""
            self._announce(time.monotonic() - began)
        self._seen = card  # what came meanwhile is seen the next time

    def _watch(self) -> None:
        pause = EVERY
        while not self._ending.wait(pause):
            began = time.monotonic()
            self.look()
            pause = max(EVERY, min(10 * (time.monotonic() - began), _MOST_PAUSE))

    def _announce(self, seconds: float) -> None:
        if self._model is not None:
            known = self._model.known
            event(_log, "model", name=known.name, spam=known.learnt[0], ham=known.learnt[1], seconds=round(seconds, 3))

    def _tell(self, error: Exception) -> None:
        """Once, with what to do if that is known."""
        if str(error) != self._told:
            kept = "the model before it goes on" if self._model is not None else "mail is judged without it"
            _log.error("%s; %s", error, kept, exc_info=None if isinstance(error, StoreError) else error)
        self._told = str(error)


def _identity(path: Path) -> tuple[int, ...] | None:
    """None: there is none. One that cannot be reached is worth reading, to be told why."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return (error.errno or 0,)
    return found.st_ino, found.st_mtime_ns, found.st_size
