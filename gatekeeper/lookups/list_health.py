"""list_health: may a list be believed? A state machine; the clock is handed in.

    untested     nothing of it is believed before a test went well
    trusted      tested again from time to time
    suspended    not asked. Tested after a pause, each time a longer one; trusted again after several good tests in a
                 row, some time apart, so that who comes and goes stays away

It cannot fail.
"""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.lookups.breaker import Breaker
from gatekeeper.lookups.density import Density

_AGAIN = 60.0  # seconds until a test that got no answer is made again


class State(StrEnum):
    """What is done with a list."""

    UNTESTED = "untested"
    TRUSTED = "trusted"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds between two tests of a trusted list, of the first pause and the longest, and between two of the `returns`
    good tests after which a suspended list is asked again.
    """

    retest: float = 3600.0
    pause: float = 300.0
    longest: float = 86_400.0
    apart: float = 60.0
    returns: int = 3


class Health:
    """Times are seconds of one monotonic clock. `why` says for people why it is suspended."""

    def __init__(self, patience: Patience) -> None:
        self.state, self.why = State.UNTESTED, ""
        self.density = Density()
        self._patience = patience
        self._tested = 0.0
        self._absence = Breaker(1, patience.pause, patience.longest, patience.returns, patience.apart)

    @property
    def until(self) -> float | None:
        """When it is tested again, while it is suspended."""
        return self._absence.until

    def due(self, now: float) -> bool:
        """It is time for a test."""
        if self.state is State.SUSPENDED:
            return self._absence.due(now)
        return self.state is State.UNTESTED or now >= self._tested + self._patience.retest

    def begin(self, now: float) -> bool:
        """Whoever is told so makes the test that is due, and tells how it ended."""
        if self.state is State.SUSPENDED:
            return self._absence.allows(now)
        due = self.due(now)
        if due:
            self._tested = now
        return due

    def good(self, now: float) -> None:
        """A test went well."""
        self._tested = now
        if self.state is State.SUSPENDED:
            self._absence.succeeded(now)
        if self._absence.closed:
            self.state, self.why = State.TRUSTED, ""

    def bad(self, why: str, now: float, at_least: float = 0.0) -> None:
        """A test went wrong, or an answer shows that nothing of the list may be believed for `at_least` some time."""
        self.density.forget()
        self._absence.failed(now, at_least)
        self.state, self.why = State.SUSPENDED, why

    def unknown(self, now: float) -> None:
        """A test got no answer."""
        if self.state is State.SUSPENDED:
            self._absence.failed(now)
        self._tested = now - self._patience.retest + _AGAIN

    def adopt(self, state: State, why: str, now: float, left: float) -> None:
        """Another process found it so, and tests it in `left` seconds."""
        if state is State.SUSPENDED and self.state is not State.SUSPENDED:
            self.bad(why, now, left)
        elif state is State.TRUSTED and self.state is State.SUSPENDED:
            self._absence.reset(now)
            self.good(now)
