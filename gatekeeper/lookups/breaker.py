"""breaker: whether to ask somebody who did not answer lately. A state machine; the clock is handed in.

    closed       everybody may ask; after `failures` in a row it opens
    open         nobody asks for `pause` seconds
    half open    one asks, and everybody waits for how that ends: well, `successes` times in a row and `apart` seconds
                 apart, and it closes; or it opens again, each time for twice as long, up to `longest`

The pause is short again only after it was closed for as long as the last pause took, so that who answers now and then
is not trusted like who always does. It cannot fail.
"""


class Breaker:
    """Times are seconds of one monotonic clock."""

    def __init__(
        self,
        failures: int = 5,
        pause: float = 5.0,
        longest: float = 300.0,
        successes: int = 2,
        apart: float = 0.0,
        trial: float = 10.0,
    ) -> None:
        self._limit, self._first, self._longest = failures, pause, longest
        self._enough, self._apart = successes, apart
        self._trial = trial  # seconds after which one who asks and never tells how it ended is forgotten
        self._failures = self._successes = 0
        self._pause = pause
        self._until: float | None = None  # nobody asks until then, and one does from then on; None: closed
        self._asking: float | None = None  # since when somebody tries
        self._closed = float("-inf")

    @property
    def closed(self) -> bool:
        """Everybody may ask."""
        return self._until is None

    @property
    def until(self) -> float | None:
        """When somebody may ask again; None: everybody may."""
        return self._until

    def due(self, now: float) -> bool:
        """It is not closed, and somebody may ask."""
        asking = self._asking is not None and now < self._asking + self._trial
        return self._until is not None and now >= self._until and not asking

    def allows(self, now: float) -> bool:
        """May I ask? Who may shall tell how it ended."""
        if self._until is None:
            return True
        due = self.due(now)
        if due:
            self._asking = now
        return due

    def succeeded(self, now: float) -> None:
        """There was an answer."""
        self._failures, self._asking = 0, None
        if self._until is None:
            return
        self._successes += 1
        self._until = now + self._apart
        if self._successes >= self._enough:
            self._until, self._closed = None, now

    def failed(self, now: float, at_least: float = 0.0) -> None:
        """There was none; if that opens it, then for `at_least` so many seconds."""
        self._failures += 1
        if self._until is None:
            if self._failures >= self._limit:
                self._open(now, self._first if now >= self._closed + self._pause else self._longer(), at_least)
        elif now >= self._until:
            self._open(now, self._longer(), at_least)

    def reset(self, now: float) -> None:
        """Somebody else found that there are answers again."""
        self._failures, self._asking, self._until, self._closed = 0, None, None, now

    def _longer(self) -> float:
        return min(2 * self._pause, self._longest)

    def _open(self, now: float, pause: float, at_least: float) -> None:
        self._pause, self._until = pause, now + max(pause, at_least)
        self._successes, self._asking = 0, None
