"""What it costs to find out who is to be told what is held for them, and to write one digest, with so many held.

nice python -m benchmarks.digest [HOLDS]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.quarantine import _furnish as furnish
from gatekeeper.config.matrix import Matrix
from gatekeeper.quarantine import Quarantine
from gatekeeper.quarantine.digest_listing import DigestListing
from gatekeeper.quarantine.digest_mail import written
from gatekeeper.quarantine.kinds import Kind
from gatekeeper.quarantine.permission import permission

ROUNDS = 5


def main() -> None:
    """Fill a quarantine, and measure."""
    holds = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="digest-") as home:
        quarantine = Quarantine(Path(home) / "quarantine")
        furnish(quarantine, holds)
        kinds = [kind for kind in Kind if kind is not Kind.VIRUS]
        listing = DigestListing(quarantine, permission(Matrix()), kinds, 25, "https://q.example.org", b"k" * 32, 7)
        until = time.time() + 1
        recipients = listing.recipients(until)
        print(f"{holds} held, for {len(recipients)} recipients")
        print(f"who is to be told   {_best(lambda: listing.recipients(until)):9.1f} ms")
        print(f"one SELECT of all   {_best(lambda: _select(quarantine)):9.1f} ms")
        busiest, someone = recipients[0], recipients[-1]
        for who, name in ((busiest, "who has most"), (someone, "who has least")):
            print(f"{name:20}{_best(lambda who=who: listing.mail(who, 0.0, until)):9.2f} ms")  # type: ignore[misc]
        mail = listing.mail(busiest, 0.0, until)
        assert mail is not None
        print(f"25 lines written    {_best(lambda: written(mail, 'q@example.org', '1@x', until)):9.2f} ms")
        quarantine.close()


def _select(quarantine: Quarantine) -> object:
    return quarantine._notes.read("SELECT address, count(*) FROM recipients GROUP BY address")


def _best(call: Callable[[], object]) -> float:
    """In milliseconds, of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return min(taken) * 1000


if __name__ == "__main__":
    main()
